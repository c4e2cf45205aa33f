// Masks, batches and the small classifier against PyTorch's, on the cases that fixtures_batches.py wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { batches, boxSize, paddingShare } from "../../transformer_lib/widgets/js/maths/buckets.js";
import { attentionMask, lossMask, readMask, wordsOf } from "../../transformer_lib/widgets/js/maths/masks.js";
import { classify, layerNorm, sinusoidal } from "../../transformer_lib/widgets/js/maths/tiny_encoder.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_batches.json", import.meta.url)));
const near = (got, wanted, what) => assert.ok(Math.abs(got - wanted) < 1e-6, `${what}: ${got} is not ${wanted}`);

test("words, attention masks and loss masks are transformer_lib's", () => {
  for (const { length, longest, side, padding, causal, wanted } of fixtures.masks) {
    const words = wordsOf(length, longest, side);
    assert.deepEqual(words, wanted.words);
    assert.deepEqual(attentionMask(words, { padding, causal }), wanted.mask);
    assert.deepEqual(lossMask(words), wanted.counts);
  }
});

test("the mean reads all words and the last reads the last, wherever the padding is", () => {
  assert.deepEqual(readMask([false, true, true], "mean"), [false, true, true]);
  assert.deepEqual(readMask([false, true, true], "last"), [false, false, true]);
  assert.deepEqual(readMask([true, true, false], "last"), [false, true, false]);
});

test("batches and their padding are those of transformer_lib", () => {
  for (const { size, by_length, batches: wanted, percent } of fixtures.buckets) {
    const groups = batches(fixtures.sizes, size, by_length);
    assert.deepEqual(groups, wanted);
    assert.equal((100 * paddingShare(groups)).toFixed(1), percent.toFixed(1));
  }
  assert.equal(boxSize([2, 7, 3]), 21);
});

test("the small classifier gives PyTorch's probabilities and weights, whichever masks are on", () => {
  for (const { ids, pads, attend, read, wanted } of fixtures.verdicts) {
    const words = wordsOf(ids.length, ids.length + pads);
    const all = words.map(() => true);
    const got = classify(fixtures.model, [...ids, ...Array(pads).fill(0)], attend ? words : all, read ? words : all);
    near(got.probabilities[1], wanted.probability, "probability");
    wanted.weights.forEach((row, q) => row.forEach((w, k) => near(got.weights[q][k], w, "weight")));
  }
});

test("with both masks pads change nothing, and without they do", () => {
  const of = (on, pads) => fixtures.verdicts.find((v) => v.attend === on && v.read === on && v.pads === pads).wanted.probability;
  near(of(true, 7), of(true, 0), "probability");
  assert.ok(Math.abs(of(false, 1) - of(false, 0)) > 0.01);
});

test("a normed vector has mean 0 and variance 1, and waves begin at sin 0, cos 0", () => {
  const y = layerNorm({ weight: [1, 1, 1], bias: [0, 0, 0] }, [300, 500, 1000]);
  near(y[0] + y[1] + y[2], 0, "mean");
  near(y[0] ** 2 + y[1] ** 2 + y[2] ** 2, 3, "variance");
  assert.deepEqual(sinusoidal(0, 4), [0, 1, 0, 1]);
});
