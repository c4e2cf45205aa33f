// Where one layer's parameters are, and the multiplications that each word costs (biases and norms are too few to see).

/** @returns {{name: string, parameters: number, multiplications: number}[]} by part; T is the number of words attended to */
export function budget({ d_model: D, d_ff: F, length: T }) {
  return [
    { name: "four matrices of attention", parameters: 4 * D * D, multiplications: 4 * D * D },
    { name: "scores and mixing", parameters: 0, multiplications: 2 * T * D },
    { name: "feed-forward", parameters: 2 * D * F, multiplications: 2 * D * F },
  ];
}

/** The length at which scores and mixing cost as much as all the matrices. */
export const crossing = ({ d_model: D, d_ff: F }) => 2 * D + F;
