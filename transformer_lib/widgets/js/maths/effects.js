// A number for each head, drawn and ranked. No DOM: tests/widgets/ runs this under Node.

/**
 * The side of each head's square, from 0 to 1, so that its *area* is in proportion to the effect's size (a Hinton diagram).
 * @param {number[][]} effects by layer and head
 * @returns {number[][]}
 */
export function sides(effects) {
  const largest = Math.max(...effects.flat().map(Math.abs));
  return effects.map((row) => row.map((x) => (largest ? Math.sqrt(Math.abs(x) / largest) : 0)));
}

/**
 * 1 for the head whose removal does most, whatever the sign; of equals, the earlier one first.
 * @param {number[][]} effects by layer and head
 * @returns {number[][]}
 */
export function ranks(effects) {
  const sizes = effects.flat().map(Math.abs);
  const order = sizes.map((_, i) => i).toSorted((a, b) => sizes[b] - sizes[a] || a - b);
  const heads = effects[0].length;
  return effects.map((row, layer) => row.map((_, head) => order.indexOf(layer * heads + head) + 1));
}
