// The shapes inside one layer, in letters: B sentences, T words, D = d_model, H heads, d = D / H, F = d_ff.

/** The letters' sizes. */
export const sizes = ({ batch, length, n_heads, d_head }) => ({ B: batch, T: length, D: n_heads * d_head, H: n_heads, d: d_head, F: 4 * n_heads * d_head });

/** A shape in letters, such as "B H T d", as numbers. */
export const inNumbers = (shape, size) => shape.split(" ").map((letter) => size[letter]);

/**
 * The steps in order. `mixes` is what a step brings together; `wrong` are shapes people expect, and why it is another.
 * @type {{name: string, shape: string, says: string, mixes: string, wrong: [string, string][]}[]}
 */
export const STEPS = [
  { name: "x, the layer's input", shape: "B T D", mixes: "",
    says: "One vector of D numbers for each word of each sentence. For the first layer they come from the embedding, for every other from the layer below.",
    wrong: [["T D", "That is one sentence. A batch holds B of them."], ["B D", "One vector for a whole sentence would have no place for its words."], ["B T", "Those are the token ids, before each was looked up."]] },
  { name: "queries, keys, values", shape: "B T D", mixes: "channels",
    says: "Three matrices, each D by D, are applied to every word: three tensors of this shape.",
    wrong: [["B T d", "That is one head's share. The matrices make all the heads' queries at once."], ["B T T", "No word has met another yet."], ["B D D", "A matrix is D by D, but the words go through it one by one."]] },
  { name: "split into heads", shape: "B H T d", mixes: "",
    says: "Head 0 gets the first d numbers of every word, head 1 the next d; the heads stand before the words. Nothing is computed.",
    wrong: [["B T H d", "That is it half-way. The heads' axis then moves forward, so that each head multiplies words with words."], ["B H T D", "The heads share the D numbers; none gets all of them."], ["B H d T", "Each word keeps its row; the keys are turned round later, in the product."]] },
  { name: "scores", shape: "B H T T", mixes: "words",
    says: "Every query meets every key of its own sentence and its own head: one dot product for each pair.",
    wrong: [["B T T", "Each head makes a table of its own."], ["B H d d", "That product sums over the words. A dot product of query and key sums over the channels."], ["B H T d", "A query and a key give one number, and there are T keys."]] },
  { name: "weights", shape: "B H T T", mixes: "words",
    says: "The softmax of each row. The row now adds up to 1.",
    wrong: [["B H T", "A softmax keeps all its numbers. It only rescales them."], ["B H T d", "The values have not been touched yet."], ["B T T", "The heads are still apart."]] },
  { name: "what each head found", shape: "B H T d", mixes: "words",
    says: "Each word takes the average of its sentence's values, by its own row of weights.",
    wrong: [["B H T T", "The product with the values sums over the keys: the second T is gone."], ["B H d", "Every query has an average of its own: T of them."], ["B H T D", "A head's values are d numbers wide, so its averages are."]] },
  { name: "heads side by side", shape: "B T D", mixes: "",
    says: "The split, undone: each word has its H times d numbers in one row again.",
    wrong: [["B T d", "The heads are put side by side. They are not added up."], ["B T H d", "Half-way. The last two axes become one."], ["B H D", "The words' axis stays: attention has an output for every word."]] },
  { name: "joined by W_O", shape: "B T D", mixes: "channels",
    says: "A fourth matrix, D by D, lets what one head found reach every channel.",
    wrong: [["B T d", "It joins the heads, it does not choose one."], ["B T F", "The wider step comes later."], ["B D D", "That would be the matrix."]] },
  { name: "add & norm", shape: "B T D", mixes: "channels",
    says: "The layer's input is added, and each word's D numbers are brought to mean 0 and variance 1.",
    wrong: [["B T", "Each word's mean has that shape. It is taken away, and dropped."], ["B T F", "A sum is as wide as what is added. Nothing is put side by side."], ["B D", "Each word keeps its own vector, and is normalised by itself."]] },
  { name: "inside the feed-forward", shape: "B T F", mixes: "channels",
    says: "Every word by itself goes through a matrix D by F, and what is negative becomes 0. F is 4 times D here.",
    wrong: [["B F", "The network runs once for every word, not once for a sentence."], ["B T D", "Inside, it is wider."], ["B H T F", "The heads are over. This network has none."]] },
  { name: "feed-forward", shape: "B T D", mixes: "channels",
    says: "A second matrix, F by D, comes back to the width of the layer. Only so can its input be added.",
    wrong: [["B T F", "Then the input could not be added to it."], ["B D", "Still one vector for each word."], ["B T T", "This network brings no words together."]] },
  { name: "add & norm, the layer's output", shape: "B T D", mixes: "channels",
    says: "The same shape as the input. So the next layer can take it, and the next.",
    wrong: [["B D", "One vector for a sentence is what a classifier reads out at the very end."], ["B T F", "Inside only."], ["T D", "The sentences never merge."]] },
];
