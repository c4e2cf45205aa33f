// The shipped models, run by the page's engine, against PyTorch on the same files: fixtures_trained.py.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { loadModel, sink } from "../../transformer_lib/widgets/js/maths/engine/models.js";

const folder = new URL("../../transformer_lib/trained/", import.meta.url);
const { models } = JSON.parse(readFileSync(new URL("fixtures_trained.json", import.meta.url)));
const difference = (got, wanted) => (assert.equal(got.length, wanted.length), Math.max(...wanted.map((x, i) => Math.abs(x - got[i]))));

test("there are numbers for every shipped model, of the very file that is shipped", () => {
  assert.deepEqual(models.map(({ name }) => name), readdirSync(folder).filter((file) => file.endsWith(".safetensors")).map((file) => file.slice(0, -12)).sort());
  for (const { name, digest } of models) {
    const found = createHash("sha256").update(readFileSync(new URL(`${name}.safetensors`, folder))).digest("hex");
    assert.equal(found, digest, `${name} has changed: run \`python -m tests.widgets.write_fixtures\``);
  }
});

for (const said of models) {
  test(`${said.name} is PyTorch's within 1e-4`, (t) => {
    const { model } = loadModel(readFileSync(new URL(`${said.name}.safetensors`, folder)));
    const seen = sink();
    const got = run(model, said, seen);
    const { d_model, n_layers } = (model.decoder ?? model).config;
    const vocab = got.logits.length / said.best.length;
    const off = {
      hidden: difference(got.hidden.slice(-d_model), said.hidden),
      logits: difference(said.best.flatMap((ids, row) => ids.map((id) => got.logits[row * vocab + id])), said.logits),
      last: difference(got.logits.slice(-vocab).slice(0, 50), said.last),
      weights: difference(seen.weights[n_layers - 1], said.weights),
      ...(said.cross_weights && { cross: difference(seen.cross_weights.at(-1), said.cross_weights) }),
      ...(said.isNext && { isNext: difference(got.isNext, said.isNext) }),
    };
    t.diagnostic(`${said.name}: ${Object.entries(off).map(([what, x]) => `${what} ${x.toExponential(1)}`).join(", ")}`);
    assert.ok(Math.max(...Object.values(off)) <= 1e-4, JSON.stringify(off));
  });
}

/** All that the fixture has numbers for. */
function run(model, { source, target, segments }, seen) {
  if (target) return { hidden: model.encoder.forward(source), logits: model.forward(source, target, { seen }) };
  if (!segments) return { hidden: model.hidden(source), logits: model.forward(source, { seen }) };
  const hidden = model.encoder.forward(source, { segments, seen });
  return { hidden, logits: model.wordLogits(hidden), isNext: model.forward(source, { segments }).isNext };
}
