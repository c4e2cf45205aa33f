// What each step of writing computes, with a cache and without one (norms, biases and the output layer left out).

/** Multiplications of reading token `step`: all matrices for each token read, scores and mixing for each pair. */
export function stepCost(step, cached, { d_model: D, n_layers }) {
  const keys = step + 1;
  const read = cached ? 1 : keys;
  return n_layers * (12 * D * D * read + 2 * D * read * keys);
}

/** Multiplications of all steps of a text. */
export const totalCost = (length, cached, size) => Array.from({ length }, (_, step) => stepCost(step, cached, size)).reduce((a, b) => a + b, 0);

/** How many numbers the cache of a text holds: a key and a value for each token in each layer. */
export const keptNumbers = (length, { d_model, n_layers }) => 2 * n_layers * length * d_model;

/** What becomes of a token's query, key and value in a step: [without a cache, with one], each [q, k, v]. */
export function fates(token, step) {
  if (token > step) return [["none", "none", "none"], ["none", "none", "none"]];
  if (token === step) return [["new", "new", "new"], ["new", "new", "new"]];
  return [["again", "again", "again"], ["none", "kept", "kept"]];
}
