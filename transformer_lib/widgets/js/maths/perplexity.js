// How surprised a language model is, word by word and pooled over sentences. No DOM: tests/widgets/ runs this under Node.

/** What a probability costs, -log2 p: 0 for the certain, Infinity for the impossible. */
export const bitsOf = (p) => (p > 0 ? -Math.log2(p) + 0 : Infinity);

/** One position's distribution: the true word's p first, then what its rivals share of the rest. */
export const distribution = (p, shares) => [p, ...shares.map((share) => (1 - p) * share)];

/**
 * A sentence's score under a model that gave its words these probabilities.
 * @param {number[]} p of each true word
 * @param {number[][]} shares of each position's rivals, of what is left; they sum to 1
 * @returns {{likelihood, logLikelihood, bits, meanBits, meanNats, perplexity, first, correct}} first: whether each word was the first choice
 */
export function scoreSentence(p, shares) {
  const bits = p.map(bitsOf);
  const meanBits = bits.reduce((a, b) => a + b, 0) / p.length;
  const first = p.map((x, i) => distribution(x, shares[i]).every((rival) => rival <= x));
  return {
    likelihood: p.reduce((a, b) => a * b, 1),
    logLikelihood: -meanBits * p.length * Math.LN2,
    bits,
    meanBits,
    meanNats: meanBits * Math.LN2,
    perplexity: 2 ** meanBits,
    first,
    correct: first.filter(Boolean).length,
  };
}

/** Ways to average, the right one first. */
export const WAYS = ["tokens", "sentences", "perplexities", "pads"];

/**
 * Sentences pooled into one perplexity. Each part is a run of tokens of one loss; its weight is the share of the
 * average that it has, its height what is averaged.
 * @param {{tokens: number, nats: number}[]} sentences how long each is, and what a token of it costs on average
 * @param {string} way one of WAYS
 * @param {number} padNats what a padding token costs
 * @returns {{parts: {sentence, tokens, pad, weight, height}[], level: number, perplexity: number}}
 */
export function pool(sentences, way, padNats) {
  const longest = Math.max(...sentences.map(({ tokens }) => tokens));
  const parts = sentences.flatMap(({ tokens, nats }, sentence) => [
    { sentence, tokens, pad: false, nats },
    ...(way === "pads" && tokens < longest ? [{ sentence, tokens: longest - tokens, pad: true, nats: padNats }] : []),
  ]);
  const perSentence = way === "sentences" || way === "perplexities";
  const total = perSentence ? sentences.length : parts.reduce((sum, { tokens }) => sum + tokens, 0);
  const weighed = parts.map(({ nats, ...part }) => ({
    ...part,
    weight: (perSentence ? 1 : part.tokens) / total,
    height: way === "perplexities" ? Math.exp(nats) : nats,
  }));
  const level = weighed.reduce((sum, { weight, height }) => sum + weight * height, 0);
  return { parts: weighed, level, perplexity: way === "perplexities" ? level : Math.exp(level) };
}
