// What one head multiplies and holds, by the way in which it mixes T words of width d.

/** @returns {{name, multiplications, held, from}[]} `from`: the length beyond which it multiplies less than full attention */
export function mixingCosts({ length: T, d_head: d, size: s }) {
  const [near, some, all] = [Math.min(3 * s, T), Math.min(6 * s, T), Math.min(s, T)];
  const way = (name, multiplications, held, from) => ({ name, multiplications, held, from });
  return [
    way("full", 2 * T * T * d, T * T, null),
    way("tiles (FlashAttention)", 2 * T * T * d, T * all, null),
    way("window", 2 * T * near * d, T * near, 3 * s),
    way("BigBird", 2 * T * (some + all) * d, T * (some + all), 7 * s),
    way("Linformer", 4 * T * s * d, T * s, 2 * s),
    way("linear", 2 * T * d * d, d * d, d),
    way("Performer", 4 * T * s * d, 2 * T * s + s * d, 2 * s),
    way("gMLP", T * T * d, T * T, 0),
  ];
}
