// Convex hulls in the plane. No DOM: tests/widgets/ runs this under Node.

/** Twice the signed area of the triangle o, a, b: positive where it turns left. */
export const turn = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

/**
 * The corners of the smallest convex polygon round the points, counter-clockwise.
 * @param {number[][]} points in the plane, repeated or on one line if they like
 * @returns {number[][]}
 * @see Andrew 1979, "Another efficient algorithm for convex hulls in two dimensions" (monotone chain)
 */
export function convexHull(points) {
  const sorted = points
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    .filter((p, i, all) => i === 0 || p[0] !== all[i - 1][0] || p[1] !== all[i - 1][1]);
  if (sorted.length < 3) return sorted;
  const chain = (ordered) => {
    const corners = [];
    for (const point of ordered) {
      while (corners.length > 1 && turn(corners.at(-2), corners.at(-1), point) <= 0) corners.pop();
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}
