// Writing with a model, one token at a time: what transformer_lib/generation.py does, for one text.
import { softmaxInPlace } from "./kernels.js";

/** Numbers in [0, 1), the same for the same seed here and in Python (Park & Miller 1988). */
export function makeRandom(seed) {
  let x = (Math.abs(Math.trunc(seed)) % 2147483646) + 1;
  const next = () => (x = (x * 48271) % 2147483647);
  for (let i = 0; i < 5; i++) next(); // small seeds are far apart by now
  return () => next() / 2147483647;
}

/** The ids of the likeliest logits, best first: the top_k, and of these the fewest that hold top_p of the probability. */
export function keepLikeliest(logits, { top_k = null, top_p = null } = {}) {
  if (top_k !== null && !(top_k >= 1)) throw new Error(`top_k must be at least 1, but was ${top_k}`);
  if (top_p !== null && !(top_p > 0 && top_p <= 1)) throw new Error(`top_p must be above 0 and at most 1, but was ${top_p}`);
  const order = Array.from(logits, (_, id) => id).sort((a, b) => logits[b] - logits[a]).slice(0, top_k ?? logits.length);
  if (top_p === null) return order;
  const p = Float64Array.from(order, (id) => logits[id]);
  softmaxInPlace(p, p.length);
  let before = 0; // the probability of the likelier ones: 0 for the first, which stays
  return order.filter((_, i) => (before += p[i]) - p[i] < top_p);
}

/**
 * What the next token is drawn from.
 * @param {{temperature: number, top_k: ?number, top_p: ?number}} options temperature 0: the likeliest alone
 * @returns {{probabilities: Float64Array, before: Float64Array, kept: number[]}} before: divided by the temperature, not yet cut; kept: best first
 */
export function distribution(logits, { temperature = 1, top_k = null, top_p = null } = {}) {
  if (!(temperature >= 0)) throw new Error(`temperature must not be negative, but was ${temperature}`);
  const divided = Float64Array.from(logits, (x) => x / (temperature || 1));
  const kept = keepLikeliest(divided, temperature ? { top_k, top_p } : { top_k: 1 });
  const probabilities = new Float64Array(logits.length);
  const p = Float64Array.from(kept, (id) => divided[id]);
  softmaxInPlace(p, p.length);
  kept.forEach((id, i) => (probabilities[id] = p[i]));
  softmaxInPlace(divided, divided.length);
  return { probabilities, before: divided, kept };
}

/** Draw an id: the first at which the sum of the probabilities passes u. */
export function draw(probabilities, u) {
  let sum = 0, last = 0;
  for (let id = 0; id < probabilities.length; id++) {
    if (!probabilities[id]) continue;
    sum += probabilities[last = id];
    if (sum > u) break;
  }
  return last;
}

/** What a decoder needs to go on: an encoder-decoder reads its source first. */
function begin(model, source) {
  if (!model.encoder) return { decoder: model, context: null };
  if (!source?.length) throw new Error("source must be given to a Seq2Seq, and hold a token");
  return { decoder: model.decoder, context: model.encoder.forward(source) };
}

/**
 * Yield each next token as it is chosen; the last one is `end_id`, if it comes.
 * @param {number[]} prompt what the text starts with
 * @param {{max_new_tokens: number, source: ?number[], end_id: ?number, random: () => number, cache: ?Cache, cached: boolean}} options
 *   with those of `distribution`. cache: one that has read the first tokens of the prompt; cached: false reads the whole text at every step
 * @returns {Generator<{token: number, probabilities: Float64Array, before: Float64Array, kept: number[], numbers: number}>} numbers: how many the cache holds
 */
export function* stream(model, prompt, { max_new_tokens, source, end_id = null, random, cache, cached = true, ...cut }) {
  if (!prompt.length) throw new Error("prompt must hold at least one token");
  const { decoder, context } = begin(model, source);
  const text = [...prompt];
  cache ??= decoder.newCache();
  for (let step = 0; step < max_new_tokens; step++) {
    const logits = cached ? decoder.next(text.slice(cache.length), { cache, context }) : decoder.next(text, { context });
    const chances = distribution(logits, cut);
    const token = draw(chances.probabilities, cut.temperature === 0 ? 0 : random());
    text.push(token);
    yield { token, ...chances, numbers: cached ? cache.numbers : 0 };
    if (token === end_id) return;
  }
}

/** log softmax */
function logProbabilities(logits) {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, x) => sum + Math.exp(x - largest), 0);
  return Float64Array.from(logits, (x) => x - largest - Math.log(total));
}

/**
 * Keep the best beginnings instead of one; score = log p / ((5 + length) / 6)^length_penalty (Wu et al. 2016, eq. 14).
 * @returns {Generator<{tokens: number[], logP: number, score: number, ended: boolean, parent: number}[]>} the beams after
 *   each step, best first; parent: which beam of the step before it goes on from
 */
export function* beamSearch(model, prompt, { max_new_tokens, source, n_beams = 4, length_penalty = 0.6, end_id = null }) {
  if (!(n_beams >= 1)) throw new Error(`n_beams must be at least 1, but was ${n_beams}`);
  const { decoder, context } = begin(model, source);
  let beams = [{ tokens: [], logP: 0, ended: false, cache: decoder.newCache() }];
  for (let step = 0; step < max_new_tokens; step++) {
    const candidates = beams.flatMap((beam, parent) => {
      if (beam.ended) return [{ ...beam, parent, id: null }]; // an ended sentence goes on at no cost
      const logP = logProbabilities(decoder.next(step ? beam.tokens.slice(-1) : prompt, { cache: beam.cache, context }));
      const length = beam.tokens.length + 1;
      const best = keepLikeliest(logP, { top_k: n_beams });
      return best.map((id) => ({ parent, id, logP: beam.logP + logP[id], score: (beam.logP + logP[id]) / ((5 + length) / 6) ** length_penalty }));
    });
    const chosen = candidates.sort((a, b) => b.score - a.score).slice(0, n_beams);
    beams = chosen.map((next) => {
      if (next.id === null) return next;
      const from = beams[next.parent];
      return { ...next, tokens: [...from.tokens, next.id], ended: next.id === end_id, cache: next.id === end_id ? null : from.cache.copy() };
    });
    yield beams.map(({ tokens, logP, score, ended, parent }) => ({ tokens, logP, score, ended, parent }));
    if (beams.every(({ ended }) => ended)) return;
  }
}
