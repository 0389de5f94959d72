/**
 * Dense registers: 2^p of them, six bits each, four in three bytes, low bits first. Redis and hash4j store them the same.
 *
 *     byte 0     byte 1     byte 2
 *     11000000   22221111   33333322        register 0 in the six low bits of byte 0, and so on
 *
 * Beside them goes the *martingale* (HIP: Ting 2014; Cohen 2014), a second estimator that watches them change. Before each
 * change it adds 1 / q, where q is the probability that a new item changes anything: q = (Σ 2^−register) / m. It is a
 * fifth more accurate than anything that can be read out of the registers afterwards, but it knows one stream only: a
 * merge ends it.
 */

/** What `martingale` is once it has been lost. */
export const NONE: number = Number.NaN;

/** 2^−rank: a power costs more than all the rest of a change. */
const POWERS = /* @__PURE__ */ Float64Array.from({ length: 64 }, (_, rank) => 2 ** -rank);

/** Bytes that 2^p registers take. */
export const registerBytes = (precision: number): number => 3 * 2 ** (precision - 2);

export class Registers {
  readonly precision: number;
  /** The martingale's estimate so far, or NaN once a merge has ended it. */
  martingale: number = NONE;
  /** The registers, and one byte more, so that a register can always be read out of two. */
  bytes: Uint8Array;
  /** Whether `bytes` belong to the caller: then the first change copies them. */
  #isView: boolean;
  readonly #m: number;
  // Σ 2^−register, in a part above 2^−32 and one below: both sums are exact up to p = 21, so they depend on the registers
  // alone and not on the order in which they grew. NaN means: to be summed up when needed.
  #coarse: number = NONE;
  #fine: number = NONE;

  /**
   * All zero; or over bytes of the caller's, which the first change copies. The byte after them must be there too; it is
   * never looked at.
   */
  constructor(precision: number, view?: Uint8Array) {
    this.precision = precision;
    this.#m = 2 ** precision;
    this.bytes = view ?? new Uint8Array(registerBytes(precision) + 1);
    this.#isView = view !== undefined;
  }

  get(index: number): number {
    const bit = index * 6;
    const at = bit >>> 3;
    return ((this.bytes[at]! | (this.bytes[at + 1]! << 8)) >>> (bit & 7)) & 63;
  }

  /** Raises a register to a rank of 1..63. False when it was there already. */
  raise(index: number, rank: number): boolean {
    const bit = index * 6;
    const at = bit >>> 3;
    const shift = bit & 7;
    const old = ((this.bytes[at]! | (this.bytes[at + 1]! << 8)) >>> shift) & 63;
    if (rank <= old) return false;
    this.#change(at, shift, old, rank);
    return true;
  }

  /** Raises what `count` hashes say, given as pairs of lanes, low first: `rankOf` and `raise`, written out. */
  raiseAll(lanes: Uint32Array, count: number): void {
    const { precision } = this;
    const drop = 32 - precision;
    let { bytes } = this;
    for (let i = 0; i < 2 * count; i += 2) {
      const high = lanes[i + 1]! | 0;
      const rest = high << precision;
      const rank = rest !== 0 ? Math.clz32(rest) + 1 : drop + 1 + Math.clz32(lanes[i]!);
      const bit = (high >>> drop) * 6;
      const at = bit >>> 3;
      const old = ((bytes[at]! | (bytes[at + 1]! << 8)) >>> (bit & 7)) & 63;
      if (rank > old) {
        this.#change(at, bit & 7, old, rank);
        bytes = this.bytes;
      }
    }
  }

  #change(at: number, shift: number, old: number, rank: number): void {
    if (this.#isView) this.own();
    // NaN compares with nothing, itself included.
    if (this.martingale >= 0) {
      this.#sum();
      this.martingale += this.#m / (this.#coarse + this.#fine);
      if (old < 32) this.#coarse -= POWERS[old]!;
      else this.#fine -= POWERS[old]!;
      if (rank < 32) this.#coarse += POWERS[rank]!;
      else this.#fine += POWERS[rank]!;
    } else this.#coarse = NONE;
    const turned = (old ^ rank) << shift;
    this.bytes[at]! ^= turned;
    this.bytes[at + 1]! ^= turned >>> 8;
  }

  /** Raises every register by one of the same precision, which ends the martingale. */
  unite(other: Registers): void {
    this.own();
    this.martingale = this.#coarse = NONE;
    const { bytes } = this;
    for (let at = 0; at < bytes.length - 1; at += 3) {
      const theirs = other.bytes[at]! | (other.bytes[at + 1]! << 8) | (other.bytes[at + 2]! << 16);
      const mine = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      if (theirs === mine) continue;
      let both = 0;
      for (let field = 63; field < 2 ** 24; field *= 64) both |= Math.max(theirs & field, mine & field);
      bytes[at] = both;
      bytes[at + 1] = both >>> 8;
      bytes[at + 2] = both >>> 16;
    }
  }

  /** Makes the bytes this object's alone. */
  own(): void {
    if (!this.#isView) return;
    const own = new Uint8Array(registerBytes(this.precision) + 1);
    own.set(this.bytes.subarray(0, own.length - 1));
    this.bytes = own;
    this.#isView = false;
  }

  /** Σ 2^−register as DataSketches stores it: a part from registers below 32, and one from the others. Both exact. */
  sums(): { coarse: number; fine: number } {
    this.#sum();
    return { coarse: this.#coarse, fine: this.#fine };
  }

  #sum(): void {
    if (this.#coarse >= 0) return;
    const counts = this.histogram();
    this.#coarse = this.#fine = 0;
    for (let rank = 0; rank < 64; rank++) {
      if (rank < 32) this.#coarse += counts[rank]! * POWERS[rank]!;
      else this.#fine += counts[rank]! * POWERS[rank]!;
    }
  }

  /** How many registers have each value, 0..63. O(m). */
  histogram(): Int32Array {
    const counts = new Int32Array(64);
    const { bytes } = this;
    for (let at = 0; at < bytes.length - 1; at += 3) {
      const four = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
      counts[four & 63]!++;
      counts[(four >>> 6) & 63]!++;
      counts[(four >>> 12) & 63]!++;
      counts[four >>> 18]!++;
    }
    return counts;
  }

  /** One byte a register. A copy. */
  values(): Uint8Array<ArrayBuffer> {
    const values = new Uint8Array(2 ** this.precision);
    for (let index = 0; index < values.length; index++) values[index] = this.get(index);
    return values;
  }

  /** A copy with a martingale of its own. */
  copy(): Registers {
    const copy = new Registers(this.precision);
    copy.bytes.set(this.bytes.subarray(0, copy.bytes.length - 1));
    copy.martingale = this.martingale;
    return copy;
  }
}
