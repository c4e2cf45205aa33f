// What one head multiplies and holds, by the way in which it mixes T words of width d.

/** The largest whole T with T T <= a T + b. */
const lastBelow = (a, b) => Math.floor((a + Math.sqrt(a * a + 4 * b)) / 2);

/**
 * `work` is multiplications; `held` the output and what stands between it and the input, each once.
 * @returns {{name, work, held, beyond: {work, held}}[]} `beyond`: the length from which on it takes less than full
 * attention, that length excluded; null where it never does
 */
export function mixingCosts({ length: T, d_head: d, size: s }) {
  const [near, some] = [Math.min(3 * s, T), Math.min(6 * s, T) + Math.min(s, T)];
  const way = (name, work, between, fewer, smaller) => ({ name, work, held: between + T * d, beyond: { work: fewer, held: smaller } });
  return [
    way("full", 2 * T * T * d, T * T, null, null),
    way("tiles", 2 * T * T * d, T * Math.min(s, T), null, s),
    way("window", 2 * T * near * d, T * near, 3 * s, 3 * s),
    way("BigBird", 2 * T * some * d, T * some, 7 * s, 7 * s),
    way("Linformer", 4 * T * s * d, T * s + 2 * s * d, 2 * s, lastBelow(s, 2 * s * d)),
    way("linear", 2 * T * d * d, 2 * T * d + d * d, d, lastBelow(2 * d, d * d)),
    way("Performer", 4 * T * s * d, 2 * T * s + s * d, 2 * s, lastBelow(2 * s, s * d)),
    way("gMLP", T * T * d, T * T, 0, null),
  ];
}
