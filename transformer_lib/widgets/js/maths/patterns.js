// Which pairs of words a sparse layer scores, and who has heard from whom after several.

/** One layer's mask, [query][key]; `chosen[i]` are word i's random words. */
export function patternMask(pattern, { length, window, chosen = [] }) {
  const near = (i, j) => Math.abs(i - j) <= window;
  const global = (i, j) => near(i, j) || i === 0 || j === 0;
  const sees = {
    full: () => true,
    causal: (i, j) => j <= i,
    window: near,
    dilated: (i, j) => Math.abs(i - j) <= 2 * window && (i - j) % 2 === 0,
    Longformer: global,
    BigBird: (i, j) => global(i, j) || chosen[i].includes(j),
  }[pattern];
  return Array.from({ length }, (_, i) => Array.from({ length }, (_, j) => sees(i, j)));
}

/** After one more layer: word i has heard from j if it sees some word that had. */
export const further = (mask, seen) =>
  mask.map((row, i) => seen[i].map((own, j) => own || row.some((sees, m) => sees && seen[m][j])));

export const count = (mask) => mask.reduce((sum, row) => sum + row.filter(Boolean).length, 0);

/** In which layer each word first hears from each other: 1 for the mask itself, 0 for never. */
export function firstHeard(mask) {
  let seen = mask.map((row, i) => row.map((sees, j) => sees || i === j));
  const heard = seen.map((row) => row.map(Number));
  for (let layer = 2; ; layer++) {
    const next = further(mask, seen);
    if (count(next) === count(seen)) return heard;
    next.forEach((row, i) => row.forEach((now, j) => now && !seen[i][j] && (heard[i][j] = layer)));
    seen = next;
  }
}

/** How many layers until everybody has heard from everybody; null if they never do. */
export function layersUntilAll(heard) {
  const all = heard.flat();
  return all.includes(0) ? null : Math.max(...all);
}
