// The three architectures, and BERT's heads, as short assemblies of one stack: encoder.py, decoder.py, seq2seq.py.
import { Cache } from "./cache.js";
import { ACTIVATIONS, linear, normalise } from "./kernels.js";
import { Embedding, makeNorm, Stack, under } from "./layers.js";
import { readSafetensors } from "./safetensors.js";
import { makeTokenizer } from "./text.js";

const POSITIONS = ["none", "sinusoidal", "learned", "rope"];

/** Where the weights of attention go, if asked for: a Float32Array (n_heads, q_len, k_len) for each layer. */
export const sink = () => ({ weights: [], cross_weights: [] });

/** Tokens in, one vector for each token out, in the light of the whole sequence. */
export class Encoder {
  constructor(get, config) {
    Object.assign(this, { config, embed: new Embedding(under(get, "embed"), config), stack: new Stack(under(get, "stack"), config, false) });
  }

  forward(tokens, { segments, seen } = {}) {
    return this.stack.forward(this.embed.forward(tokens, 0, segments), { start: 0, causal: false, seen });
  }
}

/** Tokens in, the logits of each next token out; it may look at a context. */
export class Decoder {
  constructor(get, config, cross = false) {
    Object.assign(this, { config, embed: new Embedding(under(get, "embed"), config), stack: new Stack(under(get, "stack"), config, cross) });
    this.to_logits = { weight: config.tie_weights ? this.embed.tokens : get("to_logits.weight"), bias: get("to_logits.bias") };
  }

  /** Read on from what the cache holds. @param {{cache: ?Cache, context: ?Float32Array, seen: ?object}} options */
  hidden(tokens, { cache, ...options } = {}) {
    const start = cache?.length ?? 0;
    return this.stack.forward(this.embed.forward(tokens, start), { start, causal: true, cache, ...options });
  }

  /** The logits of every next token, rows of vocab_size. */
  forward(tokens, options) {
    return linear(this.to_logits, this.hidden(tokens, options));
  }

  /** The logits of the one after the last. */
  next(tokens, options) {
    return linear(this.to_logits, this.hidden(tokens, options).subarray(-this.config.d_model));
  }

  newCache() {
    return new Cache(this.config);
  }
}

/** A decoder that looks at an encoded source. */
export class Seq2Seq {
  constructor(get, config, target) {
    const shared = !target && config.tie_weights; // one table, stored once: as the encoder's
    const tokens = get("encoder.embed.tokens");
    this.encoder = new Encoder(under(get, "encoder"), config);
    this.decoder = new Decoder((name) => (shared && name === "embed.tokens" ? tokens : get(`decoder.${name}`)), target ?? config, true);
  }

  forward(source, target, options) {
    return this.decoder.forward(target, { ...options, context: this.encoder.forward(source) });
  }
}

/** An encoder with the heads it is pre-trained by: the masked word, and whether the second text follows the first. */
export class Bert {
  constructor(get, config) {
    this.encoder = new Encoder(under(get, "encoder"), config);
    const layer = (name) => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });
    Object.assign(this, { config, activation: ACTIVATIONS[config.activation], word_transform: layer("word_transform"), word_norm: makeNorm(get, "word_norm", config) });
    Object.assign(this, { words: { weight: this.encoder.embed.tokens, bias: get("word_bias") }, pooler: layer("pooler"), is_next: layer("is_next") });
  }

  /** @returns {{words: Float32Array, isNext: Float32Array}} logits of each position's word; of "follows", "from elsewhere" */
  forward(tokens, options) {
    const hidden = this.encoder.forward(tokens, options);
    const pooled = linear(this.pooler, hidden.subarray(0, this.config.d_model)).map(Math.tanh);
    return { words: this.wordLogits(hidden), isNext: linear(this.is_next, pooled) };
  }

  wordLogits(hidden) {
    return linear(this.words, normalise(this.word_norm, linear(this.word_transform, hidden).map(this.activation)));
  }
}

const KINDS = { Encoder, Bert, Decoder, Seq2Seq };

/**
 * @param {Uint8Array} bytes a file of transformer_lib/trained/
 * @returns {{model: object, source: object, target: object, config: object, report: object}} as `load_trained` of transformer_lib/trained
 */
export function loadModel(bytes) {
  const { metadata, tensors } = readSafetensors(bytes);
  const said = JSON.parse(metadata.trained ?? "{}");
  if (!Object.hasOwn(KINDS, said.architecture)) throw new Error(`architecture must be one of ${Object.keys(KINDS).join(", ")}, but was ${said.architecture}`);
  for (const config of [said.config, said.target_config].filter(Boolean)) {
    if (!POSITIONS.includes(config.position)) throw new Error(`position must be one of ${POSITIONS.join(", ")}, but was ${config.position}`);
    if (!ACTIVATIONS[config.activation]) throw new Error(`activation must be one of ${Object.keys(ACTIVATIONS).join(", ")}, but was ${config.activation}`);
  }
  const [source, target] = ["source_", "target_"].map((side) => (`${side}vocabulary` in said ? side : "")).map((side) => makeTokenizer(said[`${side}tokenizer`], said[`${side}vocabulary`]));
  const model = new KINDS[said.architecture]((name) => tensors.get(name), said.config, said.target_config);
  return { model, source, target, config: said.config, report: said.report };
}
