// One query's attention, step by step. No DOM: tests/widgets/ runs this under Node.
import { softmax } from "./softmax.js";

/** @param {number[]} a @param {number[]} b @returns {number} the dot product a . b */
export const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** @param {number[]} a @returns {number} Euclidean length */
export const length = (a) => Math.sqrt(dot(a, a));

/**
 * softmax(q k^T / sqrt(d)) v for one query, with every step kept.
 * @param {number[]} query
 * @param {number[][]} keys
 * @param {number[][]} values one for each key
 * @param {boolean} scaled whether the scores are divided by sqrt(d), d = the query's width
 * @returns {{scores: number[], scaled: number[], weights: number[], out: number[]}}
 * @see Vaswani et al. 2017, equation 1
 */
export function attention(query, keys, values, scaled = true) {
  const scores = keys.map((key) => dot(query, key));
  const divisor = scaled ? Math.sqrt(query.length) : 1;
  const divided = scores.map((x) => x / divisor);
  const weights = softmax(divided);
  return { scores, scaled: divided, weights, out: mix(weights, values) };
}

/**
 * The weighted sum of vectors; with weights that sum to 1 it lies in their convex hull.
 * @param {number[]} weights @param {number[][]} vectors @returns {number[]}
 */
export const mix = (weights, vectors) =>
  vectors[0].map((_, axis) => weights.reduce((sum, w, i) => sum + w * vectors[i][axis], 0));

/**
 * The query's projection on the line through the origin and a key: query . key = signed length of it * |key|.
 * @param {number[]} query @param {number[]} key
 * @returns {{shadow: number, foot: number[]}} its signed length, and where it ends
 */
export function project(query, key) {
  const size = length(key);
  if (size === 0) return { shadow: 0, foot: key.map(() => 0) };
  const shadow = dot(query, key) / size;
  return { shadow, foot: key.map((x) => (x * shadow) / size) };
}
