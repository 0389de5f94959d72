/**
 * A small generator for tests: 32 bits of state that step along a Weyl sequence, each put through MurmurHash3's 32-bit
 * finaliser. (The construction is SplitMix's: Steele, Lea and Flood, OOPSLA 2014, in 64 bits; the finaliser is
 * Appleby's.) One seed, one sequence, in every runtime; its period is 2^32.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer 0..2^32−1. */
  u32(): number {
    this.#state = (this.#state + 0x9e37_79b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }

  /** An integer 0..limit−1; `limit` up to 2^32. */
  below(limit: number): number {
    return Math.floor((this.u32() / 2 ** 32) * limit);
  }

  /** One or the other, equally often. */
  bool(): boolean {
    return this.u32() < 2 ** 31;
  }

  /** One of the items, each equally often. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** A safe integer from 0, small and large ones alike: its length in bits is drawn first. */
  safeInteger(): number {
    const bits = this.below(54);
    return Math.floor(((this.u32() & 0x1f_ffff) * 2 ** 32 + this.u32()) / 2 ** (53 - bits));
  }

  /** A bigint 0..2^64−1, small and large ones alike. */
  u64(): bigint {
    const bits = BigInt(this.below(65));
    return ((BigInt(this.u32()) << 32n) | BigInt(this.u32())) >> (64n - bits);
  }

  /** Up to `maxBytes` bytes, often few. */
  bytes(maxBytes: number): Uint8Array {
    const bytes = new Uint8Array(this.below(this.below(maxBytes + 1) + 1));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.u32();
    return bytes;
  }

  /** Up to `maxCharacters` characters of one to four bytes in UTF-8, often few, often ASCII only. */
  string(maxCharacters: number): string {
    const largest = this.pick([0x7f, 0x7f, 0x7ff, 0xd7ff, 0x1_0000]);
    let text = '';
    for (let left = this.below(this.below(maxCharacters + 1) + 1); left > 0; left--)
      text += String.fromCodePoint(largest === 0x1_0000 ? largest + this.below(0x10_0000) : this.below(largest + 1));
    return text;
  }
}
