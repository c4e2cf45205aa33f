// The path explorer's networks against those measured on PyTorch modules, and the reach explorer's axis.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decades, pieces, power, powers, written } from "../../transformer_lib/widgets/js/maths/decades.js";
import { ancestors, network, shortestPath, waves } from "../../transformer_lib/widgets/js/maths/paths.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_reading.json", import.meta.url)));

test("vectors are computed from those that the modules compute them from, at the same step", () => {
  for (const { parents, waves: wanted, lengths, ...setting } of fixtures.networks) {
    const net = network(setting);
    assert.deepEqual(net.parents, parents);
    assert.deepEqual(waves(net), wanted);
  }
});

test("the shortest path is as long as the modules say, and made of real steps", () => {
  for (const { parents, lengths, waves: _, ...setting } of fixtures.networks) {
    const net = network(setting);
    lengths.forEach((row, start) => row.forEach((wanted, end) => {
      const path = shortestPath(net, start, end);
      assert.equal(path === null ? null : path.length - 1, wanted);
      path?.slice(1).forEach((v, i) => assert.ok(parents[v].includes(path[i])));
    }));
  }
});

test("what a vector is computed from is every vector with a path to it", () => {
  for (const { parents, lengths, waves: _, ...setting } of fixtures.networks) {
    const { n } = setting;
    lengths[0].forEach((_, end) => {
      const seen = ancestors(network(setting).parents, parents.length - n + end);
      lengths.forEach((row, start) => assert.equal(seen.has(start), row[end] !== null));
    });
  }
});

test("an axis of powers of ten holds every number that is not zero, but no more than 24 powers", () => {
  assert.deepEqual(decades([0.5, 0.002, 0]), [-3, 0]);
  assert.deepEqual(decades([0.5, 0.4]), [-2, 0]);
  assert.deepEqual(decades([3, 1e-40]), [-23, 1]);
  assert.deepEqual(decades([0]), [-2, 0]);
  assert.deepEqual(powers([-3, 0]), [0, -1, -2, -3]);
  assert.deepEqual(powers([-15, 1]), [1, -3, -7, -11, -15]);
});

test("numbers are written so that a reader can compare them", () => {
  assert.deepEqual([0, 0.25, 0.013, 2.52e-4, 1e-13].map(written), ["0", "0.25", "0.013", "2.5 · 10⁻⁴", "1.0 · 10⁻¹³"]);
  assert.equal(power(-20), "10⁻²⁰");
});

test("a curve is broken where nothing arrives", () => {
  assert.deepEqual(pieces([1, 10, 0, 0, 100]), [[[0, 0], [1, 1]], [[4, 2]]]);
});
