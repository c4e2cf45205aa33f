// How a trained model's file reaches a view: by a script of the page, or by a message of the kernel.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Model } from "../../transformer_lib/widgets/js/host.js";
import { fromKernel, fromScript, load, receive } from "../../transformer_lib/widgets/js/trained.js";

const { models: [{ file, wanted }], ids } = JSON.parse(readFileSync(new URL("fixtures_engine.json", import.meta.url)));
const bytes = new Uint8Array(Buffer.from(file, "base64"));

/** A model as anywidget's, whose kernel answers with the given messages. */
function kernel(...answers) {
  const listeners = new Set();
  const sent = [];
  return {
    sent,
    listeners,
    get: () => "kernel's",
    on: (name, listener) => name === "msg:custom" && listeners.add(listener),
    off: (name, listener) => listeners.delete(listener),
    send(content) {
      sent.push(content);
      for (const [message, buffers] of answers) setTimeout(() => [...listeners].forEach((listener) => listener(message, buffers)));
    },
  };
}

/** A document whose scripts do what `act(script)` says. */
function page(act) {
  const scripts = [];
  globalThis.document = {
    baseURI: "file:///book/chapters/page.html",
    createElement: () => {
      const listeners = {};
      const node = { addEventListener() {}, setAttribute: (name, value) => (node[name] = value), append() {}, remove: () => scripts.splice(scripts.indexOf(node), 1), listeners };
      return node;
    },
    head: { append: (node) => (scripts.push(node), setTimeout(() => act(node))) },
  };
  return scripts;
}

test("the kernel is asked once, and its answer read from whatever lies around it", async () => {
  const wide = new Uint8Array(bytes.length + 14);
  wide.set(bytes, 7);
  const model = kernel([{ kind: "else" }, []], [{ kind: "weights" }, [new DataView(wide.buffer, 7, bytes.length)]]);
  assert.deepEqual(await fromKernel(model, "any"), bytes);
  assert.deepEqual([model.sent, model.listeners.size], [[{ kind: "weights" }], 0]);
});

test("a kernel that has no such file, or says nothing, is told of", async () => {
  await assert.rejects(fromKernel(kernel([{ kind: "weights", error: "no such model" }, []]), "any"), /no such model/);
  await assert.rejects(fromKernel(kernel(), "any", 20), /the kernel does not answer/);
});

test("a page's script hands over the file; one that is missing, or holds something else, is told of, and gone", async () => {
  let scripts = page((script) => (receive("a", file), script.onload()));
  assert.deepEqual(await fromScript("a"), bytes);
  assert.deepEqual(scripts, []);
  scripts = page((script) => (assert.equal(script.src, "file:///book/chapters/weights/b.js"), script.onerror()));
  await assert.rejects(fromScript("b"), /its file could not be read/);
  assert.deepEqual(scripts, []);
  page((script) => (receive("someone else", file), script.onload()));
  await assert.rejects(fromScript("c"), /its file held something else/);
});

test("a model is loaded once for all widgets, runs, and is asked for again after a failure", async () => {
  let asked = 0;
  page((script) => (asked++, asked === 1 ? script.onerror() : (receive("it", file), script.onload())));
  const [one, other] = [new Model({}), new Model({})];
  await assert.rejects(load(one, "it"), /could not be read/);
  const [first, second] = await Promise.all([load(one, "it"), load(other, "it")]);
  assert.equal(first, second);
  assert.equal(asked, 2);
  first.model.forward(ids).forEach((x, i) => assert.ok(Math.abs(x - wanted.hidden[i]) < 1e-4));
  assert.equal((await load(kernel([{ kind: "weights" }, [new DataView(bytes.buffer)]]), "kernel's")).model.config.d_model, 10);
});
