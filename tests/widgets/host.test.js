// The static host's model, and the numbers' text, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { number, point } from "../../transformer_lib/widgets/js/dom.js";
import { installHost, Model } from "../../transformer_lib/widgets/js/host.js";

function listen(model, names) {
  const heard = [];
  const listener = (_, value) => heard.push(value);
  model.on(names, listener);
  return { heard, listener };
}

test("set tells those who listen, once for each real change", () => {
  const model = new Model({ query: [1, 2], scaled: true });
  const { heard } = listen(model, "change:query");
  const all = listen(model, "change");
  model.set("query", [1, 2]); // as Backbone does, equal lists are no change
  model.set("query", [3, 4]);
  model.set({ query: [5, 6], scaled: true });
  assert.deepEqual(heard, [[3, 4], [5, 6]]);
  assert.equal(all.heard.length, 2);
  assert.deepEqual(model.get("query"), [5, 6]);
});

test("listeners of a change see all of it", () => {
  const model = new Model({ layer: 0, head: 0 });
  model.on("change:layer", () => assert.equal(model.get("head"), 7));
  model.set({ layer: 5, head: 7 });
  assert.equal(model.get("layer"), 5);
});

test("off silences one listener, one event, or all", () => {
  const model = new Model({ d: 1, temperature: 1 });
  const [one, other] = [listen(model, "change:d change:temperature"), listen(model, "change:d")];
  model.off("change:d", one.listener);
  model.set("d", 2);
  assert.deepEqual([one.heard, other.heard], [[], [2]]);
  model.off("change:d");
  model.set("d", 4);
  assert.deepEqual(other.heard, [2]);
  model.off();
  model.set("temperature", 2);
  assert.deepEqual(one.heard, []);
});

test("models do not share their state", () => {
  const state = { d: 1 };
  const [one, other] = [new Model(state), new Model(state)];
  one.set("d", 2);
  assert.equal(other.get("d"), 1);
});

test("the host does nothing where there is no page, and defines its element once where there is", () => {
  installHost({});
  const defined = new Map();
  globalThis.HTMLElement = class {};
  globalThis.customElements = { get: (name) => defined.get(name), define: (name, element) => (assert.ok(!defined.has(name)), defined.set(name, element)) };
  installHost({});
  installHost({});
  assert.deepEqual([...defined.keys()], ["transformer-widget"]);
});

test("numbers have fixed decimals, a true minus, and no negative zero", () => {
  assert.deepEqual([number(-1.005, 1), number(-0.0001), number(2, 3), number(-0)], ["−1.0", "0.00", "2.000", "0.00"]);
  assert.equal(point([-1, 2.5], 1), "(−1.0, 2.5)");
});
