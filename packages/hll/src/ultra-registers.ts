/**
 * The registers of an UltraLogLog: a byte each, that tells the highest rank u that was seen, and whether u − 1 and u − 2
 * were seen too. What a HyperLogLog forgets there makes up a quarter of its error for the same memory.
 *
 *     byte    4 (u + p − 2)  +  2 · (u − 1 seen)  +  (u − 2 seen)          0: nothing seen
 *
 * With that shift by 4 (p − 2) the full rank 65 − p is 252..255 at any precision. Source: Ertl 2023 (arXiv:2308.16862),
 * §2; the shift is hash4j's, whose states these are.
 */

/** Register after one more item of rank u has come, in the units of the register: `rank + p − 2` is 0..63. */
export function seen(register: number, top: number): number {
  const old = register >>> 2;
  if (register === 0) return 4 * top;
  if (top > old) {
    const ahead = top - old;
    // The old top and the bits below it, as seen from the new top.
    return 4 * top + (ahead > 2 ? 0 : (4 | (register & 3)) >>> ahead);
  }
  const behind = old - top;
  return behind === 1 ? register | 2 : behind === 2 ? register | 1 : register;
}

/** Register of both: all that either has seen. */
export function union(a: number, b: number): number {
  if (a === 0 || b === 0) return a | b;
  const [upper, lower] = a >= b ? [a, b] : [b, a];
  const ahead = (upper >>> 2) - (lower >>> 2);
  return upper | (ahead > 2 ? 0 : ((4 | (lower & 3)) >>> ahead) & 3);
}

/**
 * Below this rank a register's share of the probability is summed up apart from the rest, so that both sums are exact at
 * every precision: 20 + 26 bits on one side, 45 on the other.
 */
const SPLIT = 20;

const POWERS = /* @__PURE__ */ Float64Array.from({ length: 64 }, (_, rank) => 2 ** -rank);

export class UltraRegisters {
  readonly precision: number;
  bytes: Uint8Array;
  /** As in `Registers`: the running estimate of one stream, or NaN. */
  martingale = 0;
  #isView: boolean;
  readonly #m: number;
  #coarse: number = Number.NaN;
  #fine: number = Number.NaN;

  constructor(precision: number, view?: Uint8Array) {
    this.precision = precision;
    this.#m = 2 ** precision;
    this.bytes = view ?? new Uint8Array(2 ** precision);
    this.#isView = view !== undefined;
  }

  /** Takes in a rank of 1..65 − p. False when it changed nothing. */
  see(index: number, rank: number): boolean {
    const old = this.bytes[index]!;
    const next = seen(old, rank + this.precision - 2);
    if (next === old) return false;
    this.#change(index, old, next);
    return true;
  }

  /** Takes in `count` hashes, as pairs of lanes, low first. */
  seeAll(lanes: Uint32Array, count: number): void {
    const { precision } = this;
    const drop = 32 - precision;
    let { bytes } = this;
    for (let i = 0; i < 2 * count; i += 2) {
      const high = lanes[i + 1]! | 0;
      const rest = high << precision;
      const zeros = rest !== 0 ? Math.clz32(rest) : drop + Math.clz32(lanes[i]!);
      const index = high >>> drop;
      const old = bytes[index]!;
      const top = zeros + precision - 1;
      // Most items are far below what their register has seen.
      if (top < (old >>> 2) - 2) continue;
      const next = seen(old, top);
      if (next === old) continue;
      this.#change(index, old, next);
      bytes = this.bytes;
    }
  }

  /** Takes in everything that a register of the same precision has seen. */
  unite(index: number, register: number): void {
    const old = this.bytes[index]!;
    const next = union(old, register);
    if (next !== old) this.#change(index, old, next);
  }

  #change(index: number, old: number, next: number): void {
    if (this.#isView) this.own();
    if (this.martingale >= 0) {
      if (!(this.#coarse >= 0)) this.#sum();
      this.martingale += this.#m / (this.#coarse + this.#fine);
      this.#weigh(old, -1);
      this.#weigh(next, 1);
    } else this.#coarse = Number.NaN;
    this.bytes[index] = next;
  }

  #sum(): void {
    const counts = this.histogram();
    this.#coarse = this.#fine = 0;
    for (let register = 0; register < 256; register++)
      if (counts[register]! > 0) this.#weigh(register, counts[register]!);
  }

  /** Adds the probability that an item of a register changes it, `times` over: the ranks above u, u − 1 and u − 2 that are open. */
  #weigh(register: number, times: number): void {
    const rank = (register >>> 2) + 2 - this.precision;
    if (register === 0) {
      this.#coarse += times;
      return;
    }
    const above = rank < 65 - this.precision ? POWERS[rank]! : 0;
    const one = rank > 1 && (register & 2) === 0 ? POWERS[rank - 1]! : 0;
    const two = rank > 2 && (register & 1) === 0 ? POWERS[rank - 2]! : 0;
    if (rank <= SPLIT) this.#coarse += times * (above + one + two);
    else this.#fine += times * (above + one + two);
  }

  /** Makes the bytes this object's alone. */
  own(): void {
    if (this.#isView) this.bytes = new Uint8Array(this.bytes);
    this.#isView = false;
  }

  /** How many registers have each value, 0..255. O(m). */
  histogram(): Int32Array {
    const counts = new Int32Array(256);
    for (const register of this.bytes) counts[register]!++;
    return counts;
  }

  copy(): UltraRegisters {
    const copy = new UltraRegisters(this.precision);
    copy.bytes.set(this.bytes);
    copy.martingale = this.martingale;
    return copy;
  }
}

/** Whether a register byte is one that hashes can leave: 0, or a rank of 1..65 − p with no rank below 1 seen. */
export function isRegister(register: number, precision: number): boolean {
  if (register === 0) return true;
  const rank = (register >>> 2) + 2 - precision;
  return rank >= 1 && (rank > 1 || (register & 3) === 0) && (rank > 2 || (register & 1) === 0);
}

/**
 * The register of a HyperLogLog that has seen the same: the highest rank alone.
 */
export const rankIn = (register: number, precision: number): number =>
  register === 0 ? 0 : (register >>> 2) + 2 - precision;

/** Raises registers by those of a precision at least as high, as if all had been seen at the lower one. */
export function foldUltra(into: UltraRegisters, from: UltraRegisters): void {
  const more = from.precision - into.precision;
  from.bytes.forEach((register, index) => {
    if (register === 0) return;
    const rest = index & (2 ** more - 1);
    // Bits of the longer index come first in the rank: with all of them 0, each of its ranks is `more` higher (and so its
    // byte, which is shifted by the precision, is the same); with one of them set, the first one decides, for all.
    if (rest === 0) into.unite(index >>> more, register);
    else into.see(index >>> more, Math.clz32(rest) - 32 + more + 1);
  });
}
