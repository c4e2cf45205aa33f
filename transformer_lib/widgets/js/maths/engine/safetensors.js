// Reads a shipped model's file: a safetensors file whose matrices are int8, a float32 scale for each row.
// No DOM: tests/widgets/ runs this folder under Node. What the names mean, transformer_lib says: they are its own.

const TYPES = { I8: Int8Array, F32: Float32Array };

/** @typedef {{shape: number[], data: Float32Array}} Tensor */

/**
 * @param {Uint8Array} bytes the file
 * @returns {{metadata: Object<string, string>, tensors: Map<string, Tensor>}} matrices as the floats they stand for
 */
export function readSafetensors(bytes) {
  const size = bytes.length < 8 ? NaN : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (!(size <= bytes.length - 8)) throw new Error(`a safetensors file must begin with the length of its header, but this one of ${bytes.length} bytes does not`);
  const { __metadata__: metadata = {}, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
  const stored = new Map(Object.entries(header).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    if (!TYPES[dtype]) throw new Error(`${name} must be of dtype I8 or F32, but was ${dtype}`);
    if (8 + size + to > bytes.length) throw new Error(`${name} must end within the file's ${bytes.length} bytes, but ends at ${8 + size + to}`);
    return [name, { shape, data: new TYPES[dtype](new Uint8Array(bytes.subarray(8 + size + from, 8 + size + to)).buffer) }]; // a copy: aligned
  }));
  const scales = [...stored.keys()].filter((name) => name.endsWith(".scale") && stored.has(name.slice(0, -6)));
  for (const name of scales) {
    const matrix = stored.get(name.slice(0, -6));
    matrix.data = dequantise(matrix, stored.get(name).data);
    stored.delete(name);
  }
  for (const [name, { data }] of stored) if (data instanceof Int8Array) throw new Error(`${name} must have a scale for each row, but ${name}.scale is missing`);
  return { metadata, tensors: stored };
}

/** Each row times its scale, rounded to float32 as PyTorch does, so that both run the same model. */
function dequantise({ shape: [rows, cols], data }, scale) {
  const floats = new Float32Array(rows * cols);
  for (let row = 0, i = 0; row < rows; row++) for (const end = i + cols; i < end; i++) floats[i] = data[i] * scale[row];
  return floats;
}
