// BERT's masking (Devlin et al. 2019, section 3.1), from throws of a die of 1000 sides: one chooses a word, one says its fate.
const SIDES = 1000;
export const MODES = { "80/10/10": [800, 900], "all [MASK]": [1000, 1000], "all kept": [0, 0] }; // masked below, random below
export const FATES = ["masked", "random", "kept"];

/**
 * What becomes of each word, and what the model sees in its place.
 * @param {number[][]} throws [chosen, fate, which filler], each with a number for each word
 * @returns {{shown: string, fate: string | null}[]} fate null: not chosen, not in the loss
 */
export function masked(words, fillers, [chosen, fate, filler], rate, mode) {
  const [mask, random] = MODES[mode];
  return words.map((word, i) => {
    if (chosen[i] >= 10 * rate) return { shown: word, fate: null };
    if (fate[i] < mask) return { shown: "[MASK]", fate: "masked" };
    return fate[i] < random ? { shown: fillers[filler[i]], fate: "random" } : { shown: word, fate: "kept" };
  });
}

/** Of 100 words, how many get each fate on average. */
export function shares(rate, mode) {
  const [mask, random] = MODES[mode];
  return [mask, random - mask, SIDES - random].map((part) => (rate * part) / SIDES);
}
