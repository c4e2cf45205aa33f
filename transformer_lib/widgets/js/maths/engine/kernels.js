// The arithmetic under every layer, on rows of numbers that lie one behind the other in one Float32Array.
// Sums are doubles; loops take several numbers at a time, because the engine's speed is theirs.

/**
 * x W^T + b for each row of x: one row of W after the other, four at a time, so that each x is read once for four sums.
 * @param {{weight: {shape: number[], data: Float32Array}, bias: ?{data: Float32Array}}} layer
 * @param {Float32Array} x rows of W's width
 */
export function linear({ weight: { shape: [d_out, d_in], data: w }, bias }, x) {
  if (x.length % d_in) throw new Error(`x must be rows of ${d_in} numbers, but was ${x.length} numbers`);
  const rows = x.length / d_in;
  const out = new Float32Array(rows * d_out);
  const even = d_in - (d_in % 2);
  let o = 0;
  for (; o + 3 < d_out; o += 4) {
    const w0 = o * d_in, w1 = w0 + d_in, w2 = w1 + d_in, w3 = w2 + d_in;
    for (let row = 0; row < rows; row++) {
      const at = row * d_in;
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
      for (let i = 0; i < even; i += 2) {
        const a = x[at + i], b = x[at + i + 1];
        s0 += w[w0 + i] * a + w[w0 + i + 1] * b;
        s1 += w[w1 + i] * a + w[w1 + i + 1] * b;
        s2 += w[w2 + i] * a + w[w2 + i + 1] * b;
        s3 += w[w3 + i] * a + w[w3 + i + 1] * b;
      }
      if (even < d_in) {
        const a = x[at + even];
        s0 += w[w0 + even] * a;
        s1 += w[w1 + even] * a;
        s2 += w[w2 + even] * a;
        s3 += w[w3 + even] * a;
      }
      const to = row * d_out + o;
      out[to] = s0;
      out[to + 1] = s1;
      out[to + 2] = s2;
      out[to + 3] = s3;
    }
  }
  for (; o < d_out; o++) for (let row = 0; row < rows; row++) out[row * d_out + o] = dot(w, o * d_in, x, row * d_in, d_in);
  if (bias) for (let row = 0, i = 0; row < rows; row++) for (let k = 0; k < d_out; k++, i++) out[i] += bias.data[k];
  return out;
}

/** a[i ... i + n] . b[j ... j + n] */
export function dot(a, i, b, j, n) {
  let even = 0, odd = 0;
  const pairs = n - (n % 2);
  for (let k = 0; k < pairs; k += 2) {
    even += a[i + k] * b[j + k];
    odd += a[i + k + 1] * b[j + k + 1];
  }
  return pairs < n ? even + odd + a[i + pairs] * b[j + pairs] : even + odd;
}

/** out[j ... j + n] += factor * a[i ... i + n] */
export function addScaled(out, j, factor, a, i, n) {
  for (let k = 0; k < n; k++) out[j + k] += factor * a[i + k];
}

/** @returns {Float32Array} a + b */
export function add(a, b) {
  const out = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] + b[i];
  return out;
}

/** The first n scores become softmax's weights, in place. */
export function softmaxInPlace(scores, n) {
  let largest = -Infinity, total = 0;
  for (let i = 0; i < n; i++) if (scores[i] > largest) largest = scores[i];
  for (let i = 0; i < n; i++) total += scores[i] = Math.exp(scores[i] - largest);
  for (let i = 0; i < n; i++) scores[i] /= total;
}

/**
 * LayerNorm (Ba et al. 2016), or RMSNorm (Zhang & Sennrich 2019), which does not centre.
 * @param {{weight: {data: Float32Array}, bias: ?{data: Float32Array}, rms: boolean, eps: number}} norm
 */
export function normalise({ weight: { data: weight }, bias, rms, eps }, x) {
  const width = weight.length;
  const out = new Float32Array(x.length);
  for (let from = 0; from < x.length; from += width) {
    let mean = 0, square = 0;
    if (!rms) for (let i = 0; i < width; i++) mean += x[from + i] / width;
    for (let i = 0; i < width; i++) square += (x[from + i] - mean) ** 2;
    const size = Math.sqrt(square / width + eps);
    for (let i = 0; i < width; i++) out[from + i] = ((x[from + i] - mean) / size) * weight[i] + (bias ? bias.data[i] : 0);
  }
  return out;
}

/** The error function, within 1.2e-7 (Abramowitz & Stegun 1964, formula 7.1.26). */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

const silu = (x) => x / (1 + Math.exp(-x));

/** By the names of `Config.activation`; "swiglu" is that of the gate. */
export const ACTIVATIONS = {
  relu: (x) => Math.max(0, x),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  gelu_tanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu,
  swiglu: silu,
  relu_squared: (x) => Math.max(0, x) ** 2,
};
