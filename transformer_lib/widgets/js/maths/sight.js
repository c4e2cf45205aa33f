// Who sees whom between causal and full, and what follows from it. No DOM: tests/widgets/ runs this under Node.

/**
 * The prefix mask, a row for each output: the first `prefix` words see each other, after them each sees what came before.
 * @returns {boolean[][]} @see Raffel et al. 2020, section 3.2.1
 */
export const prefixMask = (prefix, n) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => j <= i || j < prefix));

/** Which outputs but the last may be asked for their next word: those that have not seen it. @returns {boolean[]} */
export const askable = (mask) => mask.slice(0, -1).map((row, i) => !row[i + 1]);

/** How many vectors stay as they are when a word is added: where all is read both ways, the new word is, too. */
export const staying = (prefix, n) => (prefix === n ? 0 : n);

/** Which part of an encoder-decoder a cell belongs to. @returns {"encoder" | "cross" | "decoder" | ""} */
export const partOf = (i, j, prefix) => (i < prefix ? (j < prefix ? "encoder" : "") : j < prefix ? "cross" : j <= i ? "decoder" : "");
