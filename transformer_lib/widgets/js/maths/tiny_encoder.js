// A whole small Transformer: one post-norm layer, the mean of its outputs, logistic classification.
// No DOM: tests/widgets/ runs this under Node.
import { attention, mix } from "./attention.js";
import { softmax } from "./softmax.js";

/** @typedef {{weight: number[][], bias: number[]}} Linear @typedef {{weight: number[], bias: number[]}} Norm */

const linear = ({ weight, bias }, x) => weight.map((row, i) => row.reduce((sum, w, j) => sum + w * x[j], bias[i]));
const add = (a, b) => a.map((x, i) => x + b[i]);
const mean = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;

/** @param {Norm} norm @see Ba et al. 2016: each vector by its own mean and variance */
export function layerNorm({ weight, bias }, x, eps = 1e-5) {
  const centre = mean(x);
  const size = Math.sqrt(mean(x.map((value) => (value - centre) ** 2)) + eps);
  return x.map((value, i) => ((value - centre) / size) * weight[i] + bias[i]);
}

/** @see Vaswani et al. 2017, section 3.5 */
export const sinusoidal = (position, width) =>
  Array.from({ length: width }, (_, i) => {
    const angle = position / 10000 ** ((2 * Math.floor(i / 2)) / width);
    return i % 2 ? Math.cos(angle) : Math.sin(angle);
  });

/**
 * @param {object} model the layers by the names of padding_explorer.py
 * @param {number[]} ids
 * @param {boolean[]} keys which of them may be attended to
 * @param {boolean[]} read which outputs are averaged
 * @returns {{probabilities: number[], weights: number[][]}} of the classes; of each query, the mean of the heads
 */
export function classify(model, ids, keys, read) {
  const width = model.embedding[0].length;
  const x = ids.map((id, position) => add(model.embedding[id].map((e) => e * Math.sqrt(width)), sinusoidal(position, width)));
  const [q, k, v] = ["q", "k", "v"].map((name) => x.map((row) => linear(model[name], row)));
  const size = width / model.heads;
  const visible = ids.map((_, i) => i).filter((i) => keys[i]);
  const weights = ids.map(() => ids.map(() => 0));
  const mixed = ids.map((_, query) => {
    const out = [];
    for (let from = 0; from < width; from += size) {
      const part = (row) => row.slice(from, from + size);
      const head = attention(part(q[query]), visible.map((i) => part(k[i])), visible.map((i) => part(v[i])));
      head.weights.forEach((w, i) => (weights[query][visible[i]] += w / model.heads));
      out.push(...head.out);
    }
    return out;
  });
  const hidden = x.map((row, i) => {
    const attended = layerNorm(model.norm1, add(row, linear(model.o, mixed[i])));
    const fed = linear(model.down, linear(model.up, attended).map((value) => Math.max(0, value)));
    return layerNorm(model.norm2, add(attended, fed));
  });
  const chosen = hidden.filter((_, i) => read[i]);
  return { probabilities: softmax(linear(model.classes, mix(chosen.map(() => 1 / chosen.length), chosen))), weights };
}
