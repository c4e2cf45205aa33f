// What a decoder keeps of the tokens it has read: their keys and values in every layer, as transformer_lib/cache.py.

/** The keys and values of one self-attention, in memory that doubles when it is full. */
export class KVCache {
  constructor(width, room = 32) {
    Object.assign(this, { width, length: 0, k: new Float32Array(room * width), v: new Float32Array(room * width) });
  }

  /** Append rows, and return all that is kept. */
  append(k, v) {
    const end = this.length * this.width + k.length;
    for (const [name, rows] of [["k", k], ["v", v]]) {
      if (end > this[name].length) {
        const wider = new Float32Array(Math.max(end, 2 * this[name].length));
        wider.set(this[name]);
        this[name] = wider;
      }
      this[name].set(rows, this.length * this.width);
    }
    this.length = end / this.width;
    return [this.k.subarray(0, end), this.v.subarray(0, end)];
  }

  copy() {
    const same = new KVCache(this.width, 0);
    const end = this.length * this.width;
    return Object.assign(same, { length: this.length, k: this.k.slice(0, end), v: this.v.slice(0, end) });
  }
}

/** One `KVCache` for each layer, and the keys and values of the context, which are computed once. */
export class Cache {
  constructor({ n_layers, d_model }) {
    this.layers = Array.from({ length: n_layers }, () => ({ own: new KVCache(d_model), context: null }));
  }

  /** How many tokens have been read. */
  get length() {
    return this.layers.length ? this.layers[0].own.length : 0;
  }

  /** How many numbers are kept of them: a key and a value, d_model wide, of each token in each layer. */
  get numbers() {
    return this.layers.reduce((sum, { own }) => sum + 2 * own.length * own.width, 0);
  }

  /** A second one that goes its own way from here; the context is shared. */
  copy() {
    const same = Object.create(Cache.prototype);
    same.layers = this.layers.map(({ own, context }) => ({ own: own.copy(), context }));
    return same;
  }
}
