// Teacher forcing against the library's batches and masks, on the cases that fixtures_forcing.py wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { forcing } from "../../transformer_lib/widgets/js/maths/teacher.js";

const { cases } = JSON.parse(readFileSync(new URL("fixtures_forcing.json", import.meta.url)));

test("what is read, seen, said and leaked is the library's", () => {
  assert.equal(cases.length, 12);
  for (const { words, shift, causal, wanted } of cases) assert.deepEqual(forcing(words, { shift, causal }), wanted);
});
