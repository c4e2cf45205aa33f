// Attention weights as text: per-mille integers, two base64 digits each. No DOM: tests/widgets/ runs this under Node.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE = new Map([...DIGITS].map((digit, i) => [digit, i]));

/**
 * The inverse of `pack` in transformer_lib/widgets/attention_explorer.py: weight = 64 * first digit + second, in thousandths.
 * @param {string} text
 * @returns {Uint16Array} in the order layer, head, query, key
 */
export function unpack(text) {
  const weights = new Uint16Array(text.length / 2);
  for (let i = 0; i < weights.length; i++) weights[i] = 64 * VALUE.get(text[2 * i]) + VALUE.get(text[2 * i + 1]);
  return weights;
}

/**
 * One head's weights.
 * @param {Uint16Array} weights all of a sentence's, as `unpack` gives them
 * @param {{layer: number, head: number, nHeads: number, length: number}} which
 * @returns {number[][]} rows are queries, columns keys, each from 0 to 1
 */
export function headWeights(weights, { layer, head, nHeads, length }) {
  const start = (layer * nHeads + head) * length * length;
  return Array.from({ length }, (_, q) =>
    Array.from({ length }, (_, k) => weights[start + q * length + k] / 1000),
  );
}
