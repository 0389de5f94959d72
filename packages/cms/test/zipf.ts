/** Draws ranks 1, 2, 3 … with chances in proportion to 1/rank^s, as words and visitors come; always the same for a seed. */
export class Zipf {
  readonly #cumulated: Float64Array;
  #state: number;

  constructor(options: { readonly keys: number; readonly exponent: number; readonly seed: number }) {
    this.#cumulated = new Float64Array(options.keys);
    let sum = 0;
    for (let i = 0; i < options.keys; i++) this.#cumulated[i] = sum += (i + 1) ** -options.exponent;
    this.#state = options.seed;
  }

  /** 0 is the most frequent. */
  next(): number {
    const target = this.#random() * this.#cumulated.at(-1)!;
    let [low, high] = [0, this.#cumulated.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulated[middle]! < target) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How often each rank came in `length` draws. */
  counts(length: number): Float64Array {
    const counts = new Float64Array(this.#cumulated.length);
    for (let i = 0; i < length; i++) counts[this.next()]!++;
    return counts;
  }

  /** mulberry32 (T. Ettinger, public domain). */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}
