// Batches of unequal lengths, and what is padding in them. No DOM: tests/widgets/ runs this under Node.

/**
 * @param {number[]} lengths @param {number} size sentences in a batch @param {boolean} byLength sort them first
 * @returns {number[][]} the lengths of each batch
 */
export function batches(lengths, size, byLength) {
  const order = byLength ? lengths.toSorted((a, b) => a - b) : lengths;
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size));
}

const sum = (xs) => xs.reduce((a, b) => a + b, 0);

/** How many tokens a batch's box holds, padding included. */
export const boxSize = (batch) => batch.length * Math.max(...batch);

/** The share of all boxes that is padding. */
export const paddingShare = (groups) => 1 - sum(groups.map(sum)) / sum(groups.map(boxSize));
