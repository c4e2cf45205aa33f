// The heads set by hand, against PyTorch's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { carried, markerHead, program, routes } from "../../transformer_lib/widgets/js/maths/handmade.js";
import { close } from "./maths.test.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures.json", import.meta.url)));

test("the marker head is the library's attention, and its program the plain one", () => {
  for (const { numbers, marked, sharpness, wanted } of fixtures.marker) {
    const { weights, out } = markerHead(numbers, marked, sharpness);
    close(weights, wanted.weights);
    close(out, wanted.out);
    close(program(numbers, marked), wanted.program);
  }
});

test("the two heads look where PyTorch's do", () => {
  for (const { letters, wanted } of fixtures.induction) {
    const way = routes(letters);
    const { before, next } = carried(letters, way);
    assert.deepEqual(before.map((letter) => letter.replace("–", "-")), wanted.before);
    close(way.last, wanted.weights, 1e-4);
    close(next, wanted.next, 1e-4);
  }
});

test("along frozen routes other letters flow to the wrong place", () => {
  const kept = routes([..."ABCADBA"]); // after A came B, and D
  const letters = [..."ABCADBC"]; // after C came A
  close(carried(letters, kept).next, [0, 0.5, 0, 0.5], 1e-4);
  close(carried(letters, routes(letters)).next, [1, 0, 0, 0], 1e-4);
});
