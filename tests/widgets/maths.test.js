// The widgets' maths against PyTorch's, on the cases that fixtures.py wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { attention, dot, length, mix, project } from "../../transformer_lib/widgets/js/maths/attention.js";
import { ranks, sides } from "../../transformer_lib/widgets/js/maths/effects.js";
import { places, pureRows, scramble, split } from "../../transformer_lib/widgets/js/maths/heads.js";
import { overlap, placeLabels } from "../../transformer_lib/widgets/js/maths/labels.js";
import { convexHull, turn } from "../../transformer_lib/widgets/js/maths/hull.js";
import { bitsOf, distribution, pool, scoreSentence, WAYS } from "../../transformer_lib/widgets/js/maths/perplexity.js";
import { headWeights, unpack } from "../../transformer_lib/widgets/js/maths/packed.js";
import { effectiveCount, entropyBits, response, responses, softmax, spread, WIDTHS } from "../../transformer_lib/widgets/js/maths/softmax.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures.json", import.meta.url)));

export function close(got, wanted, tolerance = 1e-5) {
  if (!Array.isArray(wanted)) return assert.ok(Math.abs(got - wanted) <= tolerance, `${got} is not ${wanted}`);
  assert.equal(got.length, wanted.length);
  wanted.forEach((x, i) => close(got[i], x, tolerance));
}

/** Numbers in [-1, 1), the same on every run. */
function* random(seed) {
  for (let x = seed; ; ) yield (x = (x * 48271) % 2147483647) / 1073741823.5 - 1;
}

test("attention is transformer_lib's, with and without the division", () => {
  for (const { query, keys, values, scaled, wanted } of fixtures.attention) {
    const got = attention(query, keys, values, scaled);
    for (const name of ["scores", "scaled", "weights", "out"]) close(got[name], wanted[name]);
  }
});

test("softmax, its entropy and its gradients are PyTorch's", () => {
  for (const { unit, wanted, ...setting } of fixtures.softmax) {
    const scores = spread(unit, setting);
    const p = softmax(scores);
    close(scores, wanted.scores);
    close(p, wanted.p);
    close(entropyBits(p), wanted.bits);
    close(effectiveCount(p), wanted.count);
    close(responses(p), wanted.responses);
    close(response(p), wanted.response); // the sum of the Jacobian's singular values
  }
});

test("softmax survives scores that overflow, and one-hot weights have no entropy", () => {
  close(softmax([1e4, 1e4, -1e4]), [0.5, 0.5, 0]);
  assert.equal(entropyBits([0, 1, 0]), 0);
});

test("the response falls steadily as the scores are multiplied up", () => {
  const left = WIDTHS.map((d) => response(softmax(spread([1.5, -0.3, 0.6, 1.4], { d, scaled: false, temperature: 1 }))));
  left.slice(1).forEach((x, i) => assert.ok(x < left[i]));
});

test("packed weights are those of every layer, head, query and key", () => {
  const { text, weights } = fixtures.packed;
  weights.forEach((heads, layer) => heads.forEach((wanted, head) =>
    close(headWeights(unpack(text), { layer, head, nHeads: 3, length: 5 }), wanted, 1e-9)));
});

test("a score is the query's projection times the key's length", () => {
  const numbers = random(7);
  for (let i = 0; i < 100; i++) {
    const [a, b, c, d] = Array.from({ length: 4 }, () => numbers.next().value);
    const { shadow, foot } = project([a, b], [c, d]);
    close(shadow * length([c, d]), dot([a, b], [c, d]), 1e-12);
    close(dot([a - foot[0], b - foot[1]], [c, d]), 0, 1e-12); // the drop meets the key's line at a right angle
  }
  assert.deepEqual(project([1, 2], [0, 0]), { shadow: 0, foot: [0, 0] });
});

test("a hull is convex, has its corners among the points and holds every mixture of them", () => {
  const numbers = random(11);
  for (let round = 0; round < 50; round++) {
    const points = Array.from({ length: 7 }, () => [numbers.next().value, numbers.next().value]);
    const corners = convexHull(points);
    const inside = (p) => corners.every((c, i) => turn(c, corners[(i + 1) % corners.length], p) >= -1e-12);
    assert.ok(corners.every((corner) => points.includes(corner)));
    assert.ok(corners.every((c, i) => turn(c, corners[(i + 1) % corners.length], corners[(i + 2) % corners.length]) > 0));
    assert.ok(points.every(inside));
    assert.ok(inside(mix(softmax(points.map(() => 3 * numbers.next().value)), points)));
  }
});

test("the hull of repeated points and of points on a line is their ends", () => {
  assert.deepEqual(convexHull([[1, 1], [1, 1], [1, 1]]), [[1, 1]]);
  assert.deepEqual(convexHull([[2, 2], [0, 0], [1, 1], [0, 0]]), [[0, 0], [2, 2]]);
});

test("labels give way to marks, to one another and to the paper's edge, later ones and earlier ones alike", () => {
  const spots = (x, y) => [[20, 0], [-20, 0], [0, -20]].map(([dx, dy], cost) => ({ x: x + dx, y: y + dy, w: 30, h: 10, cost }));
  const paper = { w: 100, h: 100 };
  assert.deepEqual(placeLabels([spots(50, 50)], [], paper), [spots(50, 50)[0]]);
  assert.deepEqual(placeLabels([spots(50, 50)], [{ x: 70, y: 50, w: 5, h: 5 }], paper), [spots(50, 50)[1]]);
  assert.deepEqual(placeLabels([spots(90, 50)], [], paper), [spots(90, 50)[1]]);
  const fixed = spots(70, 50).slice(0, 1).map((box) => ({ ...box, x: 60 })); // has nowhere else to go, and comes last
  const [first, second] = placeLabels([spots(50, 50), fixed], [], paper);
  assert.equal(overlap(first, second), 0);
});

test("heads are split, and scrambled, as PyTorch does it", () => {
  const ways = { split, scrambled: scramble };
  for (const { way, wanted, pure, ...sizes } of fixtures.split) {
    const found = places(ways[way], sizes);
    assert.deepEqual(found.map((rows) => rows.map((row) => row.map((from) => from.row * sizes.width + from.channel))), wanted);
    assert.equal(pureRows(found), pure);
  }
});

test("a square's area is in proportion to its head's effect, and ranks count from the largest", () => {
  for (const { values, ...wanted } of fixtures.effects) {
    close(sides(values), wanted.sides);
    assert.deepEqual(ranks(values), wanted.ranks);
  }
  assert.deepEqual(sides([[0, 0]]), [[0, 0]]);
});

test("a sentence's score is PyTorch's", () => {
  for (const { p, shares, wanted } of fixtures.sentence) {
    const score = scoreSentence(p, shares);
    for (const [name, x] of Object.entries(wanted)) close(score[name], x);
    close(score.bits.reduce((a, b) => a + b, 0) * -Math.LN2, wanted.logLikelihood);
    assert.equal(score.first.filter(Boolean).length, wanted.correct);
  }
});

test("a word that was impossible costs everything, a certain one nothing", () => {
  assert.deepEqual([bitsOf(0), bitsOf(1), bitsOf(0.125)], [Infinity, 0, 3]);
  const score = scoreSentence([0.5, 0, 1], [[1], [1], [1]]);
  assert.deepEqual([score.likelihood, score.logLikelihood, score.perplexity, score.correct], [0, -Infinity, Infinity, 2]);
  close(distribution(0.2, [0.75, 0.25]), [0.2, 0.6, 0.2], 1e-12);
});

test("pooling is PyTorch's in every way, and the skyline's area is its level", () => {
  for (const { sentences, padNats, wanted } of fixtures.pool) {
    for (const way of WAYS) {
      const { parts, level, perplexity } = pool(sentences, way, padNats);
      close(perplexity, wanted[way]);
      close(parts.reduce((sum, { weight }) => sum + weight, 0), 1, 1e-12);
      close(way === "perplexities" ? level : Math.exp(level), wanted[way]);
    }
  }
});

test("equally long sentences leave nothing to pad and tokens as sentences", () => {
  const equal = [{ tokens: 7, nats: 1.3 }, { tokens: 7, nats: 5.9 }];
  const [tokens, sentences, perplexities, pads] = WAYS.map((way) => pool(equal, way, 0.01).perplexity);
  close([sentences, pads], [tokens, tokens], 1e-9);
  assert.ok(perplexities > tokens); // exp of the mean is below the mean of the exps
});
