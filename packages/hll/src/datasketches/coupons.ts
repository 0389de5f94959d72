/**
 * What DataSketches keeps before it has registers: coupons of 32 bits, 26 of an address and six of a value (1..63). Up to
 * eight stand in a list; from there in a table of 32 slots that doubles when it is three quarters full, and gives way to
 * registers at an eighth of their number. Where a coupon stands in the table is part of the stored form, so the probing is
 * that of DataSketches: from the low bits of the coupon on, by steps of the odd number that its other bits make.
 *
 * Source: Apache DataSketches, `hll` package (CouponList, CouponHashSet, AbstractCoupons.find).
 */

const ADDRESS_BITS = 26;
export const ADDRESS_MASK: number = 2 ** ADDRESS_BITS - 1;
export const LIST_CAPACITY = 8;
const LEAST_LOG_SLOTS = 5;

/** Value above address. */
export const couponOf = (address: number, value: number): number => ((value << ADDRESS_BITS) | address) >>> 0;
export const rankIn = (coupon: number): number => coupon >>> ADDRESS_BITS;

export class Coupons {
  /** 0 is an empty slot: every coupon has a value of at least 1. */
  slots: Uint32Array = new Uint32Array(LIST_CAPACITY);
  isTable = false;
  count = 0;

  /** False when it was there. */
  add(coupon: number): boolean {
    const slot = this.isTable ? slotOf(this.slots, coupon) : this.#listSlot(coupon);
    if (this.slots[slot] !== 0) return false;
    this.slots[slot] = coupon;
    this.count++;
    return true;
  }

  #listSlot(coupon: number): number {
    let slot = 0;
    while (slot < this.count && this.slots[slot] !== coupon) slot++;
    return slot;
  }

  /** Makes room for the next one. False when registers must take over. */
  makeRoom(precision: number): boolean {
    if (!this.isTable) {
      if (this.count < LIST_CAPACITY) return true;
      if (precision < 8) return false;
      this.isTable = true;
      this.#resize(2 ** LEAST_LOG_SLOTS);
      return true;
    }
    if (4 * this.count <= 3 * this.slots.length) return true;
    if (this.slots.length >= 2 ** (precision - 3)) return false;
    this.#resize(2 * this.slots.length);
    return true;
  }

  #resize(length: number): void {
    const old = this.slots;
    this.slots = new Uint32Array(length);
    for (const coupon of old) if (coupon !== 0) this.slots[slotOf(this.slots, coupon)] = coupon;
  }

  copy(): Coupons {
    const copy = new Coupons();
    copy.slots = this.slots.slice();
    copy.isTable = this.isTable;
    copy.count = this.count;
    return copy;
  }
}

function slotOf(slots: Uint32Array, coupon: number): number {
  const mask = slots.length - 1;
  const stride = ((coupon & ADDRESS_MASK) >>> (31 - Math.clz32(slots.length))) | 1;
  let slot = coupon & mask;
  while (slots[slot] !== 0 && slots[slot] !== coupon) slot = (slot + stride) & mask;
  return slot;
}
