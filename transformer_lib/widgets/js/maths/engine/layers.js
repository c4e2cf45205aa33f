// What the models are stacked from, by the names of transformer_lib/layers.py and attention.py. `get` finds a tensor by
// the rest of its name. x is always rows of d_model numbers; there is no batch: a page reads one text at a time.
import { ACTIVATIONS, add, addScaled, dot, linear, normalise, softmaxInPlace } from "./kernels.js";

/** @param {(name: string) => ?Tensor} get @returns {(name: string) => ?Tensor} the tensors under a prefix */
export const under = (get, prefix) => (name) => get(`${prefix}.${name}`);

const parts = (get, name) => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });

export const makeNorm = (get, name, { norm, norm_eps }) => ({ ...parts(get, name), rms: norm === "rms", eps: norm_eps });

/**
 * softmax(q k^T / sqrt(d_head)) v in each head: what maths/attention.js computes for one query, on flat rows.
 * @param {boolean} causal the queries are the last of the keys' positions, and see none that comes later
 * @param {?Float32Array} weights filled, if given: (n_heads, q_len, k_len)
 */
export function attention(q, k, v, { n_heads, width, causal = false, weights = null }) {
  const [d_head, q_len, k_len] = [width / n_heads, q.length / width, k.length / width];
  const out = new Float32Array(q.length);
  const scores = new Float64Array(k_len);
  for (let head = 0; head < n_heads; head++) {
    const channel = head * d_head;
    for (let i = 0; i < q_len; i++) {
      const [at, seen] = [i * width + channel, causal ? k_len - q_len + i + 1 : k_len];
      for (let j = 0; j < seen; j++) scores[j] = dot(q, at, k, j * width + channel, d_head) / Math.sqrt(d_head);
      softmaxInPlace(scores, seen);
      for (let j = 0; j < seen; j++) addScaled(out, at, scores[j], v, j * width + channel, d_head);
      if (weights) for (let j = 0; j < seen; j++) weights[(head * q_len + i) * k_len + j] = scores[j];
    }
  }
  return out;
}

/** Turn the pairs (i, i + d_head / 2) of each head's queries or keys, the first of which stands at `start` (RoPE). */
export function rotate(x, { n_heads, d_model }, start) {
  const half = d_model / n_heads / 2;
  for (let row = 0; row < x.length / d_model; row++) {
    for (let i = 0; i < half; i++) {
      const angle = waveAngle(start + row, i, 2 * half);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let at = row * d_model + i; at < (row + 1) * d_model; at += 2 * half) {
        const [a, b] = [x[at], x[at + half]];
        x[at] = a * cos - b * sin;
        x[at + half] = a * sin + b * cos;
      }
    }
  }
  return x;
}

/** position / 10000^(2i / width), each step rounded to float32 as PyTorch does: at position 1000 that is visible. */
const waveAngle = (position, i, width) => Math.fround(position * Math.fround(10_000 ** -Math.fround((2 * i) / width)));

/** A sum with the sublayer's output, normalised after it, or the input before it (`pre_norm`). */
class Residual {
  constructor(get, config) {
    Object.assign(this, { pre_norm: config.pre_norm, norm: makeNorm(get, "norm", config) });
  }
  before = (x) => (this.pre_norm ? normalise(this.norm, x) : x);
  after = (x, out) => (this.pre_norm ? add(x, out) : normalise(this.norm, add(x, out)));
}

/** Attention, cross-attention if it is a decoder's that looks at a context, feed-forward. */
export class Block {
  constructor(get, config, cross) {
    const projections = (name) => Object.fromEntries(["w_q", "w_k", "w_v", "w_o"].map((w) => [w, parts(under(get, name), w)]));
    this.config = config;
    this.attention = projections("attention");
    this.attention_residual = new Residual(under(get, "attention_residual"), config);
    this.cross_attention = cross && projections("cross_attention");
    this.cross_residual = cross && new Residual(under(get, "cross_residual"), config);
    for (const name of ["w_gate", "w_1", "w_2"]) this[name] = parts(under(get, "feed_forward"), name);
    this.feed_forward_residual = new Residual(under(get, "feed_forward_residual"), config);
    this.activation = ACTIVATIONS[config.activation];
  }

  /**
   * @param {{start: number, causal: boolean, cache: ?{own: KVCache, context: ?Float32Array[]}, context: ?Float32Array,
   *   seen: ?{weights: Float32Array[], cross_weights: Float32Array[]}}} options start: where x's first row stands; seen: takes the weights
   */
  forward(x, { start, causal, cache, context, seen }) {
    x = this.attention_residual.after(x, this.attend(this.attention_residual.before(x), { start, causal, cache, seen: seen?.weights }));
    if (this.cross_attention) x = this.cross_residual.after(x, this.look(this.cross_residual.before(x), { cache, context, seen: seen?.cross_weights }));
    return this.feed_forward_residual.after(x, this.feedForward(this.feed_forward_residual.before(x)));
  }

  attend(x, { start, causal, cache, seen }) {
    const { w_q, w_k, w_v } = this.attention;
    const turn = (rows) => (this.config.position === "rope" ? rotate(rows, this.config, start) : rows);
    const [q, k, v] = [turn(linear(w_q, x)), turn(linear(w_k, x)), linear(w_v, x)];
    return this.mix(this.attention.w_o, q, cache ? cache.own.append(k, v) : [k, v], causal, seen);
  }

  look(x, { cache, context, seen }) {
    const { w_q, w_k, w_v, w_o } = this.cross_attention;
    const kept = cache?.context ?? [linear(w_k, context), linear(w_v, context)];
    if (cache) cache.context = kept;
    return this.mix(w_o, linear(w_q, x), kept, false, seen);
  }

  mix(w_o, q, [k, v], causal, seen) {
    const { n_heads, d_model: width } = this.config;
    const weights = seen ? new Float32Array((n_heads * q.length * k.length) / width ** 2) : null;
    seen?.push(weights);
    return linear(w_o, attention(q, k, v, { n_heads, width, causal, weights }));
  }

  feedForward(x) {
    const gated = this.w_gate.weight;
    const [inner, up] = [linear(gated ? this.w_gate : this.w_1, x), gated && linear(this.w_1, x)];
    for (let i = 0; i < inner.length; i++) inner[i] = this.activation(inner[i]) * (up ? up[i] : 1);
    return linear(this.w_2, inner);
  }
}

/** n_layers blocks; with pre-norm one more norm for the sum that leaves them. */
export class Stack {
  constructor(get, config, cross) {
    this.blocks = Array.from({ length: config.n_layers }, (_, i) => new Block(under(get, `blocks.${i}`), config, cross));
    this.norm = config.pre_norm ? makeNorm(get, "norm", config) : null;
  }

  forward(x, { cache, ...options }) {
    this.blocks.forEach((block, i) => (x = block.forward(x, { ...options, cache: cache?.layers[i] })));
    return this.norm ? normalise(this.norm, x) : x;
  }
}

/** Each token's row of the table, plus its position's and its segment's. */
export class Embedding {
  constructor(get, config) {
    Object.assign(this, { config, tokens: get("tokens"), positions: get("positions.weight"), segments: get("segments") });
    this.scale = config.scale_embedding ? Math.sqrt(config.d_model) : 1;
    this.norm = config.embedding_norm ? makeNorm(get, "norm", config) : null;
  }

  /** @param {number[]} tokens @param {number} start where the first stands @param {?number[]} segments each token's type */
  forward(tokens, start, segments) {
    const { d_model, position } = this.config;
    const x = new Float32Array(tokens.length * d_model);
    tokens.forEach((token, row) => {
      addScaled(x, row * d_model, this.scale, ...rowOf(this.tokens, token, "token"));
      if (position === "learned") addScaled(x, row * d_model, 1, ...rowOf(this.positions, start + row, "position"));
      if (position === "sinusoidal") for (let i = 0; i < d_model; i++) x[row * d_model + i] += Math[i % 2 ? "cos" : "sin"](waveAngle(start + row, i >> 1, d_model));
      if (this.segments) addScaled(x, row * d_model, 1, ...rowOf(this.segments, segments?.[row] ?? 0, "segment"));
    });
    return this.norm ? normalise(this.norm, x) : x;
  }
}

function rowOf({ shape: [rows, width], data }, index, name) {
  if (!(index >= 0 && index < rows)) throw new Error(`${name} must lie between 0 and ${rows - 1}, but was ${index}`);
  return [data, index * width, width];
}
