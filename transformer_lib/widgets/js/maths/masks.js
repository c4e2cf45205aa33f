// Which tokens are words, and who may look at whom. True = may attend. No DOM: tests/widgets/ runs this under Node.

/**
 * Which tokens are words once `length` of them are filled up to `longest`.
 * @param {"left" | "right"} side where the padding goes
 * @returns {boolean[]}
 */
export const wordsOf = (length, longest, side = "right") =>
  Array.from({ length: longest }, (_, i) => (side === "right" ? i < length : i >= longest - length));

/**
 * The attention mask, a row for each query: what the padding mask and the causal mask both allow.
 * @param {boolean[]} words
 * @returns {boolean[][]}
 */
export const attentionMask = (words, { padding, causal }) =>
  words.map((_, query) => words.map((word, key) => (!padding || word) && (!causal || key <= query)));

/** Which positions predict a word of the same text: a language model's loss counts these. */
export const lossMask = (words) => words.map((word, i) => word && Boolean(words[i + 1]));

/** Which outputs make the text's one vector: all words, or the last. */
export const readMask = (words, readOut) => words.map((word, i) => word && (readOut === "mean" || !words.slice(i + 1).includes(true)));
