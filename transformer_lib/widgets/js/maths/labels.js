// Where labels stand so that they cover neither the marks nor one another. No DOM: tests/widgets/ runs this under Node.

/** The area that two boxes, given by centre and size, have in common. */
export function overlap(a, b) {
  const along = (axis, size) => Math.max(0, Math.min(a[axis] + a[size] / 2, b[axis] + b[size] / 2) - Math.max(a[axis] - a[size] / 2, b[axis] - b[size] / 2));
  return along("x", "w") * along("y", "h");
}

/**
 * A box for each label: the one that costs least of those it may have, chosen three times over, since a label
 * that comes later may be in the way of an earlier one.
 * @template {{x: number, y: number, w: number, h: number, cost: number}} Box `cost`: how little it is liked for itself
 * @param {Box[][]} labels each label's boxes
 * @param {{x: number, y: number, w: number, h: number}[]} obstacles
 * @param {{w: number, h: number}} paper what no label should leave
 * @returns {Box[]}
 */
export function placeLabels(labels, obstacles, paper) {
  const whole = { x: paper.w / 2, y: paper.h / 2, ...paper };
  const chosen = [];
  for (let round = 0; round < 3; round++) {
    labels.forEach((boxes, i) => {
      const others = [...obstacles, ...chosen.filter((_, j) => j !== i)];
      const costs = boxes.map((box) => others.reduce((sum, other) => sum + overlap(box, other), box.cost + 9 * (box.w * box.h - overlap(box, whole))));
      chosen[i] = boxes[costs.indexOf(Math.min(...costs))];
    });
  }
  return chosen;
}
