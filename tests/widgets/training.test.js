// The learning rate's curve, a parameter's way under it, and label smoothing, against PyTorch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { distance, meanSizes, rateFactor, walk } from "../../transformer_lib/widgets/js/maths/schedule.js";
import { bestGap, smoothed } from "../../transformer_lib/widgets/js/maths/smoothing.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_training.json", import.meta.url)));
const close = (got, wanted, tolerance = 1e-6) => assert.ok(Math.abs(got - wanted) <= tolerance * (1 + Math.abs(wanted)), `${got} is not ${wanted}`);

test("the learning rate is the recipe's, at every step and past the last", () => {
  for (const { setting, factors } of fixtures.rates) factors.forEach((wanted, step) => close(rateFactor(step, setting), wanted));
});

test("a parameter goes where PyTorch's optimizers take it", () => {
  for (const { setting, places, moves, sizes, distance: away } of fixtures.runs) {
    const walks = fixtures.noise.map((run) => walk(run, setting));
    walks.forEach((mine, i) => {
      assert.equal(mine.places.length, places[i].length);
      mine.places.forEach((place, t) => close(place, places[i][t]));
      mine.moves.forEach((move, t) => close(move, moves[i][t]));
    });
    meanSizes(walks).forEach((size, t) => close(size, sizes[t]));
    close(distance(walks, 10), away);
  }
});

test("Adam's first step is the learning rate, whatever the gradient; gradient descent's is the gradient", () => {
  for (const scale of [0.01, 1, 100]) {
    close(Math.abs(walk([3], { optimizer: "adam", peak: 0.1, scale, warmup: 0, schedule: "constant" }).moves[0]), 1);
    close(walk([3], { optimizer: "sgd", peak: 0.1, scale, warmup: 0, schedule: "constant" }).moves[0], -3 * scale);
  }
});

test("targets, probabilities, loss and slope are PyTorch's", () => {
  for (const { setting, target, p, loss, slope } of fixtures.losses) {
    const mine = smoothed(setting);
    close(mine.target.right, target[0]);
    close(mine.target.other, target[1]);
    close(mine.p.right, p[0]);
    close(mine.p.other, p[1]);
    close(mine.loss, loss);
    close(mine.slope, slope);
  }
});

test("the best gap is where the loss is level, and lowest; without smoothing there is none", () => {
  for (const words of [2, 7, 1000]) {
    assert.equal(bestGap({ smoothing: 0, words }), Infinity);
    for (const smoothing of [0.05, 0.1, 0.5]) {
      const gap = bestGap({ smoothing, words });
      close(smoothed({ smoothing, gap, words }).slope, 0, 1e-12);
      for (const beside of [gap - 0.1, gap + 0.1]) {
        assert.ok(smoothed({ smoothing, gap: beside, words }).loss > smoothed({ smoothing, gap, words }).loss);
      }
    }
  }
});
