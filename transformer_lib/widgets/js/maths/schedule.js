// The learning rate's curve, and how one parameter moves under it (transformer_lib/recipe.py; Kingma and Ba 2014).

/**
 * The share of the highest learning rate that a step is taken with.
 * @param {number} step counted from 0
 * @param {{steps: number, warmup: number, schedule: "constant" | "cosine" | "noam"}} recipe
 */
export function rateFactor(step, { steps, warmup, schedule }) {
  const [done, rise] = [step + 1, Math.max(1, warmup)];
  if (done < rise) return done / rise;
  if (schedule === "noam") return Math.sqrt(rise / done);
  if (schedule === "cosine") return 0.1 + (0.9 * (1 + Math.cos(Math.PI * Math.min(1, (done - rise) / Math.max(1, steps - rise))))) / 2;
  return 1;
}

/**
 * One parameter that starts at its best value, 0, and gets scale * (itself + noise) as its gradient at each step.
 * @param {number[]} noise one number for each step
 * @param {{optimizer: "adam" | "sgd", peak: number, scale: number, warmup: number, schedule: string, start?: number, betas?: number[], eps?: number}} setting
 * @returns {{places: number[], moves: number[]}} where it is after 0, 1, 2 ... steps; each step's move, in units of the peak rate
 */
export function walk(noise, { optimizer, peak, scale, start = 0, betas = [0.9, 0.98], eps = 1e-8, ...recipe }) {
  let [x, m, v] = [start, 0, 0];
  const [places, moves] = [[x], []];
  noise.forEach((n, t) => {
    const gradient = scale * (x + n);
    m = betas[0] * m + (1 - betas[0]) * gradient;
    v = betas[1] * v + (1 - betas[1]) * gradient * gradient;
    const adam = m / (1 - betas[0] ** (t + 1)) / (Math.sqrt(v / (1 - betas[1] ** (t + 1))) + eps);
    const move = -rateFactor(t, { steps: noise.length, ...recipe }) * (optimizer === "adam" ? adam : gradient);
    moves.push(move);
    places.push((x += peak * move));
  });
  return { places, moves };
}

/** For each step, the mean size of several walks' moves. */
export const meanSizes = (walks) => walks[0].moves.map((_, t) => walks.reduce((sum, { moves }) => sum + Math.abs(moves[t]), 0) / walks.length);

/** The root mean square distance of several walks from the best value, after a number of steps. */
export const distance = (walks, step) => Math.sqrt(walks.reduce((sum, { places }) => sum + places[step] ** 2, 0) / walks.length);
