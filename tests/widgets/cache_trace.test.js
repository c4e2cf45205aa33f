// What the cache tracer says of each step, against a real decoder's multiplications as PyTorch counts them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { fates, keptNumbers, stepCost, totalCost } from "../../transformer_lib/widgets/js/maths/cache_trace.js";

const { steps } = JSON.parse(readFileSync(new URL("fixtures_cache_trace.json", import.meta.url)));

test("a step's multiplications and the cache's numbers are PyTorch's", () => {
  for (const { step, cached, multiplications, kept, ...size } of steps) {
    assert.equal(stepCost(step, cached, size), multiplications);
    assert.equal(keptNumbers(step + 1, size), kept);
  }
});

test("a text costs what its steps cost", () => {
  const size = { d_model: 5, n_layers: 2 };
  for (const cached of [false, true]) assert.equal(totalCost(3, cached, size), [0, 1, 2].reduce((sum, step) => sum + stepCost(step, cached, size), 0));
});

test("of earlier tokens only keys and values are kept, and without a cache everything is computed again", () => {
  assert.deepEqual(fates(1, 3), [["again", "again", "again"], ["none", "kept", "kept"]]);
  assert.deepEqual(fates(3, 3), [["new", "new", "new"], ["new", "new", "new"]]);
  assert.deepEqual(fates(4, 3).flat(), Array(6).fill("none"));
});
