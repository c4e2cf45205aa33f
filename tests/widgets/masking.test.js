// What the masking explorer shows, against Python's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { masked, shares } from "../../transformer_lib/widgets/js/maths/masking.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_masking.json", import.meta.url)));

test("each word is shown, and has the fate, that Python gives it", () => {
  for (const { words, fillers, throws, rate, mode, shown, fates } of fixtures.draws) {
    const result = masked(words, fillers, throws, rate, mode);
    assert.deepEqual(result.map((word) => word.shown), shown);
    assert.deepEqual(result.map((word) => word.fate), fates);
  }
});

test("the shares of 100 words", () => {
  for (const { rate, mode, shares: expected } of fixtures.shares) assert.deepEqual(shares(rate, mode), expected);
});
