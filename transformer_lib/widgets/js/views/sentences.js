// A sentence of tokens in words, and a row of weights in words: what the views of a model's attention share.
import { number } from "../dom.js";

/** The sentence as it was written, as far as its tokens tell: [CLS] and [SEP] left out, words and marks joined again. */
export const readable = (tokens) =>
  tokens.filter((token) => !/^\[.*\]$/.test(token)).join(" ").replace(/ ##/g, "").replace(/ (['’]) (?=\S)/g, "$1").replace(/ (?=[.,;:?!])/g, "");

/** The three tokens with the most weight. */
export const ranked = (row, tokens) =>
  row.map((w, i) => [w, tokens[i]]).toSorted((a, b) => b[0] - a[0]).slice(0, 3).map(([w, token]) => `${token} ${number(w, 3)}`).join(", ");
