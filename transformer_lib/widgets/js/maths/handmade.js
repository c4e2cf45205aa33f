// Heads whose weights were set by hand. No DOM: tests/widgets/ runs this under Node.
import { attention } from "./attention.js";

export const ALPHABET = ["A", "B", "C", "D"];
const SHARP = 20;
const oneHot = (i, n) => Array.from({ length: n }, (_, j) => Number(i === j));

/** A query that asks for a mark, over words with a number each: a marked word scores `sharpness`, the others 0. */
export function markerHead(numbers, marked, sharpness) {
  const { weights, out } = attention([sharpness], marked.map((mark) => [mark]), numbers.map((x) => [x]));
  return { weights, out: out[0] };
}

/** If a word is marked, the marked words' average; else everybody's. */
export function program(numbers, marked) {
  const chosen = numbers.filter((_, i) => marked[i]);
  const all = chosen.length ? chosen : numbers;
  return all.reduce((sum, x) => sum + x, 0) / all.length;
}

/** Where each head looks: `back[i]` are position i's weights in the first layer, `last` those of the last position in the second. */
export function routes(letters) {
  const what = letters.map((letter) => oneHot(ALPHABET.indexOf(letter), ALPHABET.length));
  const where = letters.map((_, i) => oneHot(i, letters.length));
  const back = letters.map((_, i) => {
    if (i === 0) return oneHot(-1, letters.length); // nothing stands before the first
    const { weights } = attention(where[i - 1].map((x) => x * SHARP), where.slice(0, i + 1), what.slice(0, i + 1), false);
    return [...weights, ...Array(letters.length - i - 1).fill(0)];
  });
  const found = flow(back, what);
  const { weights: last } = attention(what.at(-1).map((x) => x * SHARP), found, what, false);
  return { back, last };
}

const flow = (weights, values) => weights.map((row) => values[0].map((_, axis) => row.reduce((sum, w, j) => sum + w * values[j][axis], 0)));

/** What flows along the routes: the letter before each position ("–" for none), and how much of each letter comes next. */
export function carried(letters, { back, last }) {
  const what = letters.map((letter) => oneHot(ALPHABET.indexOf(letter), ALPHABET.length));
  const before = flow(back, what).map((row) => (Math.max(...row) < 0.5 ? "–" : ALPHABET[row.indexOf(Math.max(...row))]));
  return { before, next: flow([last], what)[0] };
}
