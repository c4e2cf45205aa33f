// Where a cell of a (length, d_model) matrix lands when the channels are split into heads. No DOM: tests/widgets/ runs this under Node.

/**
 * The right split: unflatten the channels, then bring the heads to the front. A position keeps its row.
 * @param {number} row position in the sequence
 * @param {number} channel
 * @param {{length: number, width: number, heads: number}} sizes width is d_model
 * @returns {{head: number, row: number, channel: number}} its place in (heads, length, d_head)
 */
export function split(row, channel, { width, heads }) {
  const dHead = width / heads;
  return { head: Math.floor(channel / dHead), row, channel: channel % dHead };
}

/** The classic mistake: the numbers, in the order they lie in memory, poured into (heads, length, d_head). */
export function scramble(row, channel, { length, width, heads }) {
  const dHead = width / heads;
  const at = row * width + channel;
  return { head: Math.floor(at / (length * dHead)), row: Math.floor(at / dHead) % length, channel: at % dHead };
}

/**
 * The inverse of either: which cell of the matrix each place holds.
 * @param {typeof split} way
 * @returns {{row: number, channel: number}[][][]} by head, row, channel
 */
export function places(way, sizes) {
  const { length, width, heads } = sizes;
  const found = Array.from({ length: heads }, () => Array.from({ length }, () => Array(width / heads)));
  for (let row = 0; row < length; row++)
    for (let channel = 0; channel < width; channel++) {
      const to = way(row, channel, sizes);
      found[to.head][to.row][to.channel] = { row, channel };
    }
  return found;
}

/** How many of the heads' rows hold nothing but their own position's numbers. */
export function pureRows(found) {
  return found.flatMap((rows) => rows.map((cells, row) => cells.every((cell) => cell.row === row))).filter(Boolean).length;
}
