// How many tokens a CPU-second the page's engine writes with a character model of the shipped one's size, here in Node:
//   node benchmarks/engine.mjs [file.safetensors]
// Without a file, random weights: the time does not depend on them. benchmarks/README.md says what was measured.
import { readFileSync } from "node:fs";

import { makeRandom, stream } from "../transformer_lib/widgets/js/maths/engine/generation.js";
import { Decoder, loadModel } from "../transformer_lib/widgets/js/maths/engine/models.js";

const CONFIG = { vocab_size: 70, d_model: 192, n_heads: 6, n_layers: 4, d_ff: 768, position: "rope", norm: "rms", norm_eps: 1e-5, pre_norm: true, activation: "relu_squared", scale_embedding: false, embedding_norm: false, tie_weights: true };
const TOKENS = 200;

const shapes = (config) => {
  const [d, f] = [config.d_model, config.d_ff];
  const block = { "attention.w_q.weight": [d, d], "attention.w_k.weight": [d, d], "attention.w_v.weight": [d, d], "attention.w_o.weight": [d, d], "feed_forward.w_1.weight": [f, d], "feed_forward.w_2.weight": [d, f], "attention_residual.norm.weight": [d], "feed_forward_residual.norm.weight": [d] };
  const layers = Array.from({ length: config.n_layers }, (_, i) => Object.entries(block).map(([name, shape]) => [`stack.blocks.${i}.${name}`, shape]));
  return new Map([["embed.tokens", [config.vocab_size, d]], ["stack.norm.weight", [d]], ...layers.flat()]);
};

function randomDecoder() {
  const random = makeRandom(0);
  const tensors = new Map([...shapes(CONFIG)].map(([name, shape]) => [name, { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random() / 5 - 0.1) }]));
  return [new Decoder((name) => tensors.get(name), CONFIG), [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)];
}

function main(file) {
  const start = performance.now();
  const [decoder, parameters] = file ? [loadModel(readFileSync(file)).model, null] : randomDecoder();
  console.log(`ready after ${(performance.now() - start).toFixed(0)} ms${parameters ? `, ${(parameters / 1e6).toFixed(2)} M parameters` : ""}`);
  for (const cached of [true, false]) {
    const rates = [];
    for (let run = 0; run < 3; run++) {
      const from = process.cpuUsage().user;
      const count = cached ? TOKENS : TOKENS / 5;
      for (const _ of stream(decoder, [5, 6, 7], { max_new_tokens: count, temperature: 1, random: makeRandom(run), cached }));
      rates.push((1e6 * count) / (process.cpuUsage().user - from));
    }
    console.log(`${cached ? "with" : "without"} the cache, ${cached ? TOKENS : TOKENS / 5} tokens: ${Math.max(...rates).toFixed(0)} tokens per CPU-second (best of 3)`);
  }
}

main(process.argv[2]);
