// The masks between causal and full against the library's, on the cases that fixtures_sight.py wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { askable, partOf, prefixMask, staying } from "../../transformer_lib/widgets/js/maths/sight.js";

const { cases, blocks } = JSON.parse(readFileSync(new URL("fixtures_sight.json", import.meta.url)));

test("the prefix mask, and what follows from it, is the library's", () => {
  assert.equal(cases.length, 8);
  for (const { prefix, n, wanted } of cases) {
    const mask = prefixMask(prefix, n);
    assert.deepEqual({ mask, askable: askable(mask), staying: staying(prefix, n) }, wanted);
  }
});

test("the parts of an encoder-decoder are where its mask is not empty", () => {
  blocks.forEach((row, i) => row.forEach((may, j) => assert.equal(partOf(i, j, 3) !== "", may, `${i}, ${j}`)));
  assert.deepEqual([partOf(0, 2, 3), partOf(3, 0, 3), partOf(4, 3, 3), partOf(2, 3, 3)], ["encoder", "cross", "decoder", ""]);
});
