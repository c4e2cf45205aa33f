// What the widgets of the chapter on layers compute, against PyTorch's shapes and counts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { budget, crossing } from "../../transformer_lib/widgets/js/maths/budget.js";
import { inNumbers, sizes, STEPS } from "../../transformer_lib/widgets/js/maths/layer_shapes.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures.json", import.meta.url)));

test("each step has the shape that a real block gives it", () => {
  for (const { wanted, ...given } of fixtures.shapes) {
    const got = STEPS.map(({ name, shape }) => [name, inNumbers(shape, sizes(given))]);
    assert.deepEqual(got, wanted);
  }
});

test("no expected shape is offered as a wrong one, and each wrong one says why", () => {
  for (const { shape, wrong } of STEPS) {
    assert.equal(new Set([shape, ...wrong.map(([other]) => other)]).size, wrong.length + 1);
    for (const [, why] of wrong) assert.match(why, /\.$/);
  }
});

test("the budget is the library's, and its halves meet at the crossing", () => {
  for (const { wanted, ...size } of fixtures.budget) {
    assert.deepEqual(budget(size).map((part) => [part.name, part.parameters, part.multiplications]), wanted);
    const [attention, mixing, network] = budget({ ...size, length: crossing(size) }).map((part) => part.multiplications);
    assert.equal(mixing, attention + network);
  }
});
