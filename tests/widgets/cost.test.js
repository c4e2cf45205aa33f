// What each way of mixing costs, and the patterns of sparse attention, against PyTorch's masks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { mixingCosts } from "../../transformer_lib/widgets/js/maths/costs.js";
import { count, firstHeard, layersUntilAll, patternMask } from "../../transformer_lib/widgets/js/maths/patterns.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_cost.json", import.meta.url)));

test("the costs are the library's", () => {
  for (const { wanted, ...sizes } of fixtures.costs) {
    assert.deepEqual(mixingCosts(sizes).map((way) => [way.name, way.work, way.held, way.beyond.work, way.beyond.held]), wanted);
  }
});

test("beyond the length it names, and not before, a way takes less than full attention", () => {
  for (const sizes of [{ d_head: 64, size: 32 }, { d_head: 16, size: 128 }]) {
    for (const kind of ["work", "held"]) {
      mixingCosts({ ...sizes, length: 64 }).forEach(({ name, beyond }, i) => {
        const from = beyond[kind] ?? 0;
        for (const length of [1, from - 1, from, from + 1, 2 * from + 7, 131072].filter((words) => words > 0)) {
          const ways = mixingCosts({ ...sizes, length });
          assert.equal(ways[i][kind] < ways[0][kind], beyond[kind] !== null && length > from, `${name}, ${kind}, ${length}`);
        }
      });
    }
  }
});

test("patterns and their reach are PyTorch's", () => {
  for (const { pattern, window, mask, layers } of fixtures.patterns) {
    const mine = patternMask(pattern, { length: fixtures.length, window, chosen: fixtures.chosen });
    assert.deepEqual(mine.map((row) => row.map(Number).join("")), mask);
    assert.equal(layersUntilAll(firstHeard(mine)), layers);
  }
});

test("a word hears of another in the layer that the window needs", () => {
  const heard = firstHeard(patternMask("window", { length: 11, window: 3 }));
  assert.deepEqual(heard[0], [1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4]);
  assert.equal(count(patternMask("window", { length: 5, window: 1 })), 13);
});
