// Numbers over many powers of ten: their place on a logarithmic axis, and how they are written.

/** The highest power of ten that no number exceeds, and the lowest that is drawn (at least `least`, at most 24 decades). */
export function decades(numbers, least = 2) {
  const logs = numbers.filter((x) => x > 0).map(Math.log10);
  if (!logs.length) return [-least, 0];
  const top = Math.ceil(Math.max(...logs)) + 0; // no -0
  return [Math.max(top - 24, Math.min(top - least, Math.floor(Math.min(...logs)))), top];
}

/** Every second, fourth ... power of ten between the two, so that at most `most` are named; the top one always is. */
export function powers([bottom, top], most = 8) {
  let by = 1;
  while ((top - bottom) / by + 1 > most) by *= 2;
  return Array.from({ length: Math.floor((top - bottom) / by) + 1 }, (_, i) => top - i * by);
}

const raised = (n) => `${n < 0 ? "⁻" : ""}${[...String(Math.abs(n))].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;

/** 10 to the power of n, written. */
export const power = (n) => `10${raised(n)}`;

/** 0.25 as it is, 0.00025 as 2.5 · 10⁻⁴, and 0 as "0": nothing at all arrives. */
export function written(x) {
  if (x === 0) return "0";
  if (x >= 0.01) return x.toPrecision(2);
  const [digits, exponent] = x.toExponential(1).split("e");
  return `${digits} · ${power(Number(exponent))}`;
}

/** The pieces of a curve in which nothing is zero, as [index, log10] pairs. */
export function pieces(numbers) {
  const found = [];
  numbers.forEach((x, i) => {
    if (!(x > 0)) return;
    if (!i || !(numbers[i - 1] > 0)) found.push([]);
    found.at(-1).push([i, Math.log10(x)]);
  });
  return found;
}
