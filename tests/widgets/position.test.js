// The position widgets' maths against PyTorch's, on the cases that fixtures_position.py wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { gap, KINDS, place, rotate, score, selfAttention, sinusoidal, swapped } from "../../transformer_lib/widgets/js/maths/position.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_position.json", import.meta.url)));
const near = (got, wanted, tolerance = 2e-5) => assert.ok(gap([got].flat(), [wanted].flat()) <= tolerance, `${got} is not ${wanted}`);

test("sinusoidal codes and turned queries are transformer_lib's", () => {
  fixtures.sinusoidal.positions.forEach((position, i) => near(sinusoidal(position, 14), fixtures.sinusoidal.codes[i]));
  fixtures.rotate.positions.forEach((position, i) => near(rotate(fixtures.rotate.x, position), fixtures.rotate.turned[i]));
});

test("a score's parts are PyTorch's, and ALiBi's bias is the library's", () => {
  const { query, key, table, slope, pairs, parts, bias } = fixtures.score;
  for (const kind of KINDS) pairs.forEach(([i, j], at) => {
    const got = score({ kind, query, key, table, slope }, i, j);
    assert.deepEqual(got.parts.map((part) => part.name), Object.keys(parts[kind][at]));
    near(got.parts.map((part) => part.value), Object.values(parts[kind][at]));
    near(got.total, Object.values(parts[kind][at]).reduce((a, b) => a + b, 0), 1e-4);
    if (kind === "alibi") near(got.parts[1].value, bias[at]);
  });
});

test("what is drawn as scored is what is scored", () => {
  const { query, key, table, slope } = fixtures.score;
  for (const kind of KINDS) {
    const [q, k] = [place(kind, query, 9, table).together, place(kind, key, 5, table).together];
    const bias = kind === "alibi" ? -slope * 4 : 0;
    near(q.reduce((sum, x, i) => sum + x * k[i], 0) / Math.sqrt(14) + bias, score({ kind, query, key, table, slope }, 9, 5).total);
  }
  near(place("rope", query, 1, table).code.slice(0, 2), [Math.cos(1), Math.cos(10_000 ** (-1 / 7))]);
  assert.equal(place("alibi", query, 9, table).code, null);
});

test("self-attention is the library's, with and without positions, with and without the mask", () => {
  const { words, weights: [w_q, w_k, w_v], outs } = fixtures.self_attention;
  for (const { positions, causal, out } of outs) selfAttention(words, { w_q, w_k, w_v }, { positions, causal }).forEach((row, i) => near(row, out[i]));
});

test("two items change places and the list that was given stays", () => {
  const list = [4, 5, 6];
  assert.deepEqual(swapped(list, 0, 2), [6, 5, 4]);
  assert.deepEqual(list, [4, 5, 6]);
});
