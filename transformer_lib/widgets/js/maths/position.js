// How two words' score is told their places. No DOM: tests/widgets/ runs this under Node.
import { attention, dot } from "./attention.js";

/** @returns {number[]} position / 10000^(2i / width) for i = 0 ... width / 2 - 1 */
export const waveAngles = (position, width) => Array.from({ length: width / 2 }, (_, i) => position / 10_000 ** ((2 * i) / width));

/**
 * The code that is added to a word at a position: sin, cos, sin, cos ..., slower and slower.
 * @see Vaswani et al. 2017, section 3.5
 */
export const sinusoidal = (position, width) => waveAngles(position, width).flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);

/**
 * Turn each pair of numbers (i, i + width / 2) by the angle of its wave.
 * @param {number[]} x a query or a key
 * @see Su et al. 2021, equation 34
 */
export function rotate(x, position) {
  const angles = waveAngles(position, x.length);
  const [a, b] = [x.slice(0, angles.length), x.slice(angles.length)];
  const turn = (sign, one, other) => angles.map((angle, i) => one[i] * Math.cos(angle) + sign * other[i] * Math.sin(angle));
  return [...turn(-1, a, b), ...turn(1, b, a)];
}

export const add = (a, b) => a.map((x, i) => x + b[i]);

/** The four ways, and how each brings a word and its position together. */
export const KINDS = ["sinusoidal", "learned", "rope", "alibi"];

/**
 * A word's vector as it is scored, and the code of its position (null where it has none).
 * @param {string} kind one of KINDS
 * @param {number[][]} table the learned code of each position
 * @returns {{code: number[] | null, together: number[]}}
 */
export function place(kind, word, position, table) {
  if (kind === "alibi") return { code: null, together: word };
  if (kind === "rope") {
    const angles = waveAngles(position, word.length);
    return { code: [...angles.map(Math.cos), ...angles.map(Math.sin)], together: rotate(word, position) };
  }
  const code = kind === "learned" ? table[position] : sinusoidal(position, word.length);
  return { code, together: add(word, code) };
}

/**
 * The score of a key at one position for a query at another, divided by sqrt(width), in its parts.
 * Added codes give four: (q + p_i) . (k + p_j) = q.k + q.p_j + p_i.k + p_i.p_j.
 * @param {{kind: string, query: number[], key: number[], table: number[][], slope: number}} setting
 * @returns {{parts: {name: string, value: number}[], total: number}}
 */
export function score({ kind, query, key, table, slope }, i, j) {
  const scaled = (a, b) => dot(a, b) / Math.sqrt(query.length);
  const parts = { "word · word": scaled(query, key) };
  if (kind === "alibi") parts["− slope × distance"] = -slope * Math.abs(i - j);
  else if (kind === "rope") {
    delete parts["word · word"];
    parts["turned · turned"] = scaled(rotate(query, i), rotate(key, j));
  } else {
    const [p, r] = [place(kind, query, i, table).code, place(kind, key, j, table).code];
    Object.assign(parts, { "word · place": scaled(query, r), "place · word": scaled(p, key), "place · place": scaled(p, r) });
  }
  const list = Object.entries(parts).map(([name, value]) => ({ name, value }));
  return { parts: list, total: list.reduce((sum, part) => sum + part.value, 0) };
}

/** @returns {number[]} the vector times the matrix, whose rows are the inputs */
const times = (x, matrix) => matrix[0].map((_, column) => dot(x, matrix.map((row) => row[column])));

/**
 * One head of self-attention over a sentence.
 * @param {number[][]} words a vector each, in the order of the sentence
 * @param {{w_q: number[][], w_k: number[][], w_v: number[][]}} weights
 * @param {{positions: boolean, causal: boolean}} setting whether sinusoidal codes are added; whether the future is hidden
 * @returns {number[][]} each word's output
 */
export function selfAttention(words, { w_q, w_k, w_v }, { positions, causal }) {
  const x = positions ? words.map((word, at) => add(word, sinusoidal(at, word.length))) : words;
  const [q, k, v] = [w_q, w_k, w_v].map((matrix) => x.map((row) => times(row, matrix)));
  return q.map((query, at) => {
    const seen = causal ? at + 1 : x.length;
    return attention(query, k.slice(0, seen), v.slice(0, seen)).out;
  });
}

/** @returns {number} the largest difference between two vectors' numbers */
export const gap = (a, b) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));

/** @returns {number[]} the list with the items at two places exchanged */
export function swapped(list, a, b) {
  const copy = [...list];
  [copy[a], copy[b]] = [list[b], list[a]];
  return copy;
}
