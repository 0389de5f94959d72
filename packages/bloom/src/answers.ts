import type { KeyBatch } from '@dsys/hash/batch';

/** One byte a key, for batches of which nobody knows how many are to come. */
export class Answers {
  bytes: Uint8Array<ArrayBuffer>;
  #count = 0;

  constructor(keys: KeyBatch) {
    // A length that is an array's own can be believed; any other object may say what it likes.
    const isArray = Array.isArray(keys) || ArrayBuffer.isView(keys);
    this.bytes = new Uint8Array(isArray ? (keys as unknown as { length: number }).length : 4096);
  }

  /** Makes room for so many more, and says where they begin. */
  claim(count: number): number {
    const at = this.#count;
    this.#count += count;
    if (this.#count > this.bytes.length) {
      const longer = new Uint8Array(2 * this.#count);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    return at;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#count === this.bytes.length ? this.bytes : this.bytes.slice(0, this.#count);
  }
}
