// Which vectors a network computes from which, and so: which must wait for which, and how far one word is from another.

/**
 * The vectors of a network over n words, in columns: words first, then what each layer computes.
 * A vector is numbered column * n + position.
 * @returns {{n: number, columns: number, parents: number[][]}} parents[v]: what v is computed from
 */
export function network({ kind, n, window, layers }) {
  const columns = kind === "window" ? layers + 1 : 2;
  const half = (window - 1) / 2;
  const parents = Array.from({ length: n }, () => []);
  for (let column = 1; column < columns; column++) {
    for (let i = 0; i < n; i++) {
      const below = (j) => (column - 1) * n + j;
      if (kind === "recurrence") parents.push(i ? [below(i), n + i - 1] : [below(i)]);
      else {
        const first = kind === "window" ? Math.max(0, i - half) : 0;
        const last = kind === "window" ? Math.min(n - 1, i + half) : n - 1;
        parents.push(Array.from({ length: last - first + 1 }, (_, k) => below(first + k)));
      }
    }
  }
  return { n, columns, parents };
}

/** For every vector the step at which it can be computed, with as many processors as you like; 0 for the words. */
export function waves({ parents }) {
  const wave = [];
  for (const from of parents) wave.push(from.length ? 1 + Math.max(...from.map((v) => wave[v])) : 0);
  return wave;
}

/** The fewest steps from the word `start` to the last column's vector at `end`: the vectors passed, or null. */
export function shortestPath({ n, columns, parents }, start, end) {
  const next = new Map([[(columns - 1) * n + end, null]]); // from the end backwards, breadth first
  for (const v of next.keys()) {
    if (v === start) {
      const path = [];
      for (let at = v; at !== null; at = next.get(at)) path.push(at);
      return path;
    }
    for (const parent of parents[v]) if (!next.has(parent)) next.set(parent, v);
  }
  return null;
}

/** A vector and everything that it is computed from. */
export function ancestors(parents, v) {
  const found = new Set([v]);
  for (const at of found) for (const parent of parents[at]) found.add(parent);
  return found;
}
