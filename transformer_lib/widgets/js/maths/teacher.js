// Teacher forcing: what a decoder reads in training, and where its answer leaks. No DOM: tests/widgets/ runs this under Node.
import { attentionMask } from "./masks.js";

export const [START, END] = ["[START]", "[END]"];

/**
 * What each position reads, may see, and is to say.
 * @param {string[]} words of the target
 * @returns {{reads: string[], targets: string[], mask: boolean[][], leaks: boolean[][]}} leaks: seen, and the very answer
 */
export function forcing(words, { shift, causal }) {
  const targets = [...words, END];
  const places = targets.map((_, i) => i); // a word may stand in the sentence twice: its place counts, not its letters
  const read = places.map((i) => (shift ? i - 1 : i));
  const mask = attentionMask(places.map(() => true), { padding: true, causal });
  return {
    reads: read.map((i) => (i < 0 ? START : targets[i])),
    targets,
    mask,
    leaks: mask.map((row, i) => row.map((may, j) => may && read[j] === i)),
  };
}
