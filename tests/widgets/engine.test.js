// The engine against PyTorch, on the small models of every kind that fixtures_engine.py wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { attention as oneQuery } from "../../transformer_lib/widgets/js/maths/attention.js";
import { beamSearch, distribution, draw, keepLikeliest, makeRandom, stream } from "../../transformer_lib/widgets/js/maths/engine/generation.js";
import { linear } from "../../transformer_lib/widgets/js/maths/engine/kernels.js";
import { attention } from "../../transformer_lib/widgets/js/maths/engine/layers.js";
import { loadModel, sink } from "../../transformer_lib/widgets/js/maths/engine/models.js";
import { readSafetensors } from "../../transformer_lib/widgets/js/maths/engine/safetensors.js";
import { makeTokenizer } from "../../transformer_lib/widgets/js/maths/engine/text.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures_engine.json", import.meta.url)));
const bytesOf = ({ file }) => new Uint8Array(Buffer.from(file, "base64"));
const of = (...kinds) => fixtures.models.filter(({ kind }) => kinds.includes(kind)).map((said) => ({ ...said, ...loadModel(bytesOf(said)) }));
const flat = (arrays) => arrays.flatMap((x) => [...x]);

function near(got, wanted, what, tolerance = 1e-5) {
  assert.equal(got.length, wanted.length, `${what}: how many`);
  got = [...got];
  const off = Math.max(...got.map((x, i) => Math.abs(x - wanted[i]) / Math.max(1, Math.abs(wanted[i]))));
  assert.ok(off <= tolerance, `${what}: off by ${off}`);
}

test("every kind of encoder gives transformer_lib's vectors and weights", () => {
  for (const { name, kind, model, segments, wanted } of of("Encoder", "Bert")) {
    const seen = sink();
    near((kind === "Bert" ? model.encoder : model).forward(fixtures.ids, { segments, seen }), wanted.hidden, name);
    near(flat(seen.weights), wanted.weights, `${name}, weights`);
  }
});

test("a BERT's two heads give transformer_lib's logits", () => {
  for (const { name, model, segments, wanted } of of("Bert")) {
    const got = model.forward(fixtures.ids, { segments });
    near(got.words, wanted.words, `${name}, words`);
    near(got.isNext, wanted.isNext, `${name}, is next`);
  }
});

test("every kind of decoder gives transformer_lib's logits, vectors and weights", () => {
  for (const { name, model, wanted } of of("Decoder")) {
    const seen = sink();
    near(model.forward(fixtures.ids, { seen }), wanted.logits, name);
    near(flat(seen.weights), wanted.weights, `${name}, weights`);
    near(model.hidden(fixtures.ids), wanted.hidden, `${name}, hidden`);
  }
});

test("every kind of encoder-decoder gives transformer_lib's logits and both kinds of weights", () => {
  for (const { name, model, wanted } of of("Seq2Seq")) {
    const seen = sink();
    near(model.encoder.forward(fixtures.ids), wanted.hidden, `${name}, source`);
    near(model.forward(fixtures.ids, fixtures.written, { seen }), wanted.logits, name);
    near(flat(seen.weights), wanted.weights, `${name}, weights`);
    near(flat(seen.cross_weights), wanted.cross_weights, `${name}, cross weights`);
  }
});

test("what is read with a cache, in pieces, is what is read at once; a copy goes its own way", () => {
  for (const { name, kind, model } of of("Decoder", "Seq2Seq")) {
    const decoder = kind === "Decoder" ? model : model.decoder;
    const context = kind === "Decoder" ? null : model.encoder.forward(fixtures.ids);
    const text = [...fixtures.written, ...fixtures.written].slice(0, 9);
    const whole = decoder.forward(text, { context });
    const cache = decoder.newCache();
    const pieces = [text.slice(0, 4), ...text.slice(4).map((id) => [id])];
    const got = flat(pieces.map((piece) => decoder.forward(piece, { cache, context })));
    near(got, whole, name, 1e-6);
    assert.equal(cache.length, text.length);
    assert.equal(cache.numbers, text.length * 2 * decoder.config.d_model * decoder.config.n_layers);
    const copy = cache.copy();
    decoder.next([7], { cache: copy, context });
    assert.deepEqual([cache.length, copy.length], [text.length, text.length + 1]);
    near(decoder.next([8], { cache, context }), decoder.next([...text, 8], { context }), `${name}, after its copy`, 1e-6);
    cache.layers.forEach(({ context: kept }) => assert.equal(Boolean(kept), kind === "Seq2Seq"));
    near(decoder.next([8], { cache: copy, context: null }), decoder.next([...text, 7, 8], { context }), `${name}, the copy`, 1e-6);
  }
});

test("a cache grows past the room it began with", () => {
  const { model } = of("Decoder").find(({ name }) => name === "a decoder of today");
  const text = Array.from({ length: 71 }, (_, i) => 5 + (i % 7));
  const cache = model.newCache();
  const got = text.map((id) => model.next([id], { cache })).at(-1);
  near(got, model.next(text), "the 71st token", 1e-6);
});

test("greedy writing is transformer_lib's, with and without the cache", () => {
  for (const { name, model, prompt, greedy, kind } of of("Decoder", "Seq2Seq")) {
    for (const cached of [true, false]) {
      const steps = [...stream(model, prompt, { source: kind === "Seq2Seq" ? fixtures.ids : undefined, max_new_tokens: 9, temperature: 0, end_id: 2, cached })];
      assert.deepEqual(steps.map(({ token }) => token), greedy, `${name}, ${cached ? "cached" : "not cached"}`);
      assert.equal(steps.at(-1).numbers > 0, cached);
    }
  }
});

test("beam search keeps transformer_lib's beams with its scores", () => {
  for (const { name, model, prompt, beams, scores, kind } of of("Decoder", "Seq2Seq")) {
    const last = [...beamSearch(model, prompt, { source: kind === "Seq2Seq" ? fixtures.ids : undefined, max_new_tokens: 9, n_beams: 3, end_id: 2 })].at(-1);
    const padded = last.map(({ tokens }) => [...tokens, ...Array(beams[0].length - tokens.length).fill(0)]);
    assert.deepEqual(padded, beams, name);
    near(last.map(({ score }) => score), scores, `${name}, scores`, 1e-4);
  }
});

test("a step of beam search goes on from the beams of the one before it", () => {
  const { model, prompt } = of("Seq2Seq")[0];
  const steps = [...beamSearch(model, prompt, { source: fixtures.ids, max_new_tokens: 5, n_beams: 3 })];
  steps.slice(1).forEach((beams, i) => beams.forEach(({ tokens, parent }) => assert.deepEqual(tokens.slice(0, -1), steps[i][parent].tokens)));
});

test("temperature, top-k and top-p leave what transformer_lib leaves", () => {
  for (const { wanted, ...cut } of fixtures.cuts.cases) near(distribution(fixtures.cuts.logits, cut).probabilities, wanted, JSON.stringify(cut), 1e-9);
  const cold = distribution(fixtures.cuts.logits, { temperature: 0 });
  assert.deepEqual([[...cold.probabilities], cold.kept], [[0, 0, 0, 0, 1, 0, 0, 0], [4]]);
  for (const [cut, message] of [[{ top_k: 0 }, /top_k must be at least 1, but was 0/], [{ top_p: 1.5 }, /top_p must be .* 1.5/]]) {
    assert.throws(() => keepLikeliest(fixtures.cuts.logits, cut), message);
  }
  assert.throws(() => distribution([1, 2], { temperature: -1 }), /temperature must not be negative, but was -1/);
});

test("draws are spread as the probabilities say, and the same for the same seed", () => {
  const p = [0.1, 0, 0.6, 0.3];
  const random = makeRandom(3);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[draw(p, random())]++;
  near(counts.map((n) => n / 20_000), p, "frequencies", 0.02);
  assert.deepEqual([draw(p, 0), draw(p, 0.0999), draw(p, 0.1001), draw(p, 0.9999999), draw(p, 1), draw([0.5, 0.5], 0.5)], [0, 0, 2, 3, 3, 1]);
  assert.equal(makeRandom(5)(), makeRandom(5)());
  assert.notEqual(makeRandom(5)(), makeRandom(6)());
});

test("an engine that is asked to read on goes on from the cache it is given", () => {
  const { model, prompt } = of("Decoder")[0];
  const options = { max_new_tokens: 4, temperature: 0 };
  const cache = model.newCache();
  model.hidden(prompt.slice(0, 2), { cache });
  assert.deepEqual([...stream(model, prompt, { ...options, cache })].map(({ token }) => token), [...stream(model, prompt, options)].map(({ token }) => token));
  assert.throws(() => [...stream(model, [], options)], /prompt must hold at least one token/);
  assert.throws(() => [...stream(of("Seq2Seq")[0].model, [1], options)], /source must be given/);
});

test("flat attention is the widgets' one-query attention, head by head", () => {
  const random = makeRandom(1);
  const [n_heads, width, rows] = [3, 15, 7];
  const [q, k, v] = [0, 1, 2].map(() => Float32Array.from({ length: rows * width }, () => random() * 4 - 2));
  const weights = new Float32Array(n_heads * rows * rows);
  const out = attention(q, k, v, { n_heads, width, causal: true, weights });
  const part = (x, row, head) => [...x.subarray(row * width + head * 5, row * width + head * 5 + 5)];
  for (let head = 0; head < n_heads; head++) for (let i = 0; i < rows; i++) {
    const seen = Array.from({ length: i + 1 }, (_, j) => j);
    const wanted = oneQuery(part(q, i, head), seen.map((j) => part(k, j, head)), seen.map((j) => part(v, j, head)));
    near(part(out, i, head), wanted.out, "out");
    near(weights.subarray((head * rows + i) * rows, (head * rows + i) * rows + rows), [...wanted.weights, ...Array(rows - i - 1).fill(0)], "weights");
  }
});

test("texts become transformer_lib's ids and come back", () => {
  const { words, characters, cases, spelled } = fixtures.texts;
  const tokenizer = makeTokenizer("words", words);
  for (const { text, split, ids, decoded } of cases) {
    assert.deepEqual([tokenizer.split(text), tokenizer.encode(text), tokenizer.decode(ids)], [split, ids, decoded]);
  }
  assert.deepEqual(tokenizer.unknown("Die Katze schläft"), ["Die", "Katze"]);
  assert.deepEqual(makeTokenizer("lowercase words", ["[PAD]", "der"]).encode("Der"), [1]);
  const letters = makeTokenizer("characters", characters);
  assert.deepEqual([letters.encode(spelled.text), letters.decode(spelled.ids)], [spelled.ids, spelled.decoded]);
  assert.throws(() => makeTokenizer("bytes", words), /tokenizer must be .* but was "bytes"/);
});

test("what cannot be run is refused with a reason", () => {
  const bytes = bytesOf(fixtures.models[0]);
  assert.throws(() => readSafetensors(bytes.subarray(0, 5)), /must begin with the length of its header/);
  assert.throws(() => readSafetensors(bytes.subarray(0, 3000)), /header|must end within the file/);
  assert.throws(() => readSafetensors(bytes.subarray(0, bytes.length - 1)), /must end within the file/);
  const changed = (from, to) => Uint8Array.from(Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to), "latin1"));
  assert.throws(() => loadModel(changed('\\"Encoder\\"', '\\"Unknown\\"')), /architecture must be one of Encoder, Bert, Decoder, Seq2Seq, but was Unknown/);
  assert.throws(() => loadModel(changed('\\"sinusoidal\\"', '\\"relational\\"')), /position must be one of .* but was relational/);
  assert.throws(() => loadModel(changed('"F32"', '"F16"')), /must be of dtype I8 or F32, but was F16/);
  const { model } = loadModel(bytes);
  assert.throws(() => model.forward([99]), /token must lie between 0 and 15, but was 99/);
  assert.throws(() => linear({ weight: { shape: [2, 3], data: new Float32Array(6) } }, new Float32Array(4)), /x must be rows of 3 numbers, but was 4/);
});
