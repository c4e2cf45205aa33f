// Label smoothing (Szegedy et al. 2016, section 7), where the right word's logit is `gap` and all others are 0.

/** What the model should say and what it says, of the right word and of each other one; the loss, and its slope in the gap. */
export function smoothed({ smoothing: e, gap, words: n }) {
  const total = Math.exp(gap) + n - 1;
  const target = { right: 1 - e + e / n, other: e / n };
  const p = { right: Math.exp(gap) / total, other: 1 / total };
  return { target, p, loss: Math.log(total) - target.right * gap, slope: p.right - target.right };
}

/** The gap at which the loss is least: where p is the target. Without smoothing there is none: Infinity. */
export const bestGap = ({ smoothing: e, words: n }) => (e === 0 ? Infinity : Math.log((1 - e + e / n) / (e / n)));
