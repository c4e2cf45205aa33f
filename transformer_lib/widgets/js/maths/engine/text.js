// From text to ids and back: transformer_lib/text.py's kinds, of the vocabulary that a model's file holds.
export const [PAD, START, END, UNKNOWN, MASK] = [0, 1, 2, 3, 4];
const SKIPPED = new Set([PAD, START, END, MASK]); // what decode leaves out: they stand for no text

const split = {
  characters: (text) => [...text],
  words: (text) => text.match(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu) ?? [],
};

/**
 * @param {string} kind "characters", "words" or "lowercase words"
 * @param {string[]} items the vocabulary, in the order of the ids
 */
export function makeTokenizer(kind, items) {
  const ids = new Map(items.map((item, id) => [item, id]));
  const lowercase = kind.startsWith("lowercase");
  const pieces = split[lowercase ? "words" : kind];
  if (!pieces) throw new Error(`tokenizer must be "characters", "words" or "lowercase words", but was ${JSON.stringify(kind)}`);
  const separate = (text) => pieces(lowercase ? text.toLowerCase() : text);
  return {
    items,
    split: separate,
    encode: (text) => separate(text).map((piece) => ids.get(piece) ?? UNKNOWN),
    unknown: (text) => separate(text).filter((piece) => !ids.has(piece)),
    decode(numbers) {
      const kept = [...numbers].filter((id) => !SKIPPED.has(id)).map((id) => items[id]);
      return kind === "characters" ? kept.map((item, i) => (item === items[UNKNOWN] ? "�" : item)).join("") : kept.join(" ").replace(/ ([.,;:!?)’])/g, "$1");
    },
  };
}
