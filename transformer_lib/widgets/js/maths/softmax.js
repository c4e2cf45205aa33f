// Softmax and what it does to the numbers it is given. No DOM: tests/widgets/ runs this under Node.

/**
 * exp(x_i) / sum_j exp(x_j), shifted by the largest x so that nothing overflows.
 * @param {number[]} scores
 * @returns {number[]} weights that sum to 1
 * @see Vaswani et al. 2017, equation 1
 */
export function softmax(scores) {
  const largest = Math.max(...scores);
  const exps = scores.map((x) => Math.exp(x - largest));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((x) => x / total);
}

/**
 * Shannon's entropy, -sum_i p_i log2 p_i; a weight of 0 adds nothing.
 * @param {number[]} p a distribution
 * @returns {number} bits
 */
export function entropyBits(p) {
  return p.reduce((sum, x) => (x > 0 ? sum - x * Math.log2(x) : sum), 0);
}

/**
 * How many equal weights would have this entropy, 2 ** bits: the distribution's perplexity.
 * @param {number[]} p a distribution
 */
export const effectiveCount = (p) => 2 ** entropyBits(p);

/**
 * The diagonal of softmax's Jacobian, dp_i / dx_i = p_i (1 - p_i): how far each weight moves for a nudge
 * of its own score, softmax's input. The whole Jacobian is diag(p) - p p^T.
 * @param {number[]} p softmax's output
 */
export const responses = (p) => p.map((x) => x * (1 - x));

/**
 * The trace of softmax's Jacobian, sum_i p_i (1 - p_i). The Jacobian is symmetric and positive semi-definite,
 * so this is also the sum of its singular values; it is 0 exactly where softmax has become a hard choice,
 * and falls steadily as the scores are multiplied up. (The Jacobian's Frobenius norm does not: for 8 weights it
 * rises from 0.33 where they are equal to 0.5 where two share everything.)
 * @param {number[]} p softmax's output
 */
export const response = (p) => responses(p).reduce((a, b) => a + b, 0);

/**
 * What standard-normal queries and keys of width d do to the scores: their dot product has standard deviation
 * sqrt(d), which the division by sqrt(d) takes back (Vaswani et al. 2017, section 3.2.1, footnote 4).
 * @param {number[]} unit scores of unit variance
 * @param {{d: number, scaled: boolean, temperature: number}} setting
 * @returns {number[]} the numbers softmax is given
 */
export function spread(unit, { d, scaled, temperature }) {
  const factor = (scaled ? 1 : Math.sqrt(d)) / temperature;
  return unit.map((x) => x * factor);
}

/** The widths the explorer offers: 1, 2, 4, ... 1024. */
export const WIDTHS = Array.from({ length: 11 }, (_, i) => 2 ** i);
