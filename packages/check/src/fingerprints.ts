/**
 * The fingerprints that have been met, each with a number: 0, 1, 2 … in the order of their coming.
 *
 * Whole, each is kept as the text that it is. Hashed, as 128 bits of it (MurmurHash3), in one open table of words: 30 bytes
 * a state instead of thousands, and nothing for a collector of garbage to walk through. Two of ten million states are then
 * taken for one with a chance of about 10⁻²⁵ (n²/2¹²⁹).
 */
import { murmur3_x86_128Lanes } from '@dsys/hash';

/** What remembers them. */
export interface Fingerprints {
  readonly size: number;
  /** The number of this text: that of its first coming, or `size` as it was before when it is new. */
  add(text: string): number;
}

/** Texts as they are. */
export class WholeFingerprints implements Fingerprints {
  private readonly ids = new Map<string, number>();

  get size(): number {
    return this.ids.size;
  }

  add(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(text, id);
    return id;
  }
}

/** Linear probing; a slot has the number of a state plus one, or 0. */
export class HashedFingerprints implements Fingerprints {
  size = 0;
  /** Four words for each state, by number. */
  private hashes: Uint32Array = new Uint32Array(4 * 256);
  private slots: Int32Array = new Int32Array(512);
  private readonly hash: Uint32Array = new Uint32Array(4);

  add(text: string): number {
    murmur3_x86_128Lanes(text, this.hash);
    const { hash, hashes } = this;
    const mask = this.slots.length - 1;
    let slot = hash[0]! & mask;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = this.slots[slot]! - 1;
      const at = 4 * id;
      if (
        hashes[at] === hash[0] &&
        hashes[at + 1] === hash[1] &&
        hashes[at + 2] === hash[2] &&
        hashes[at + 3] === hash[3]
      )
        return id;
    }
    const id = this.size++;
    this.slots[slot] = id + 1;
    if (4 * id === hashes.length) this.hashes = grown(hashes);
    this.hashes.set(hash, 4 * id);
    if (this.size * 3 > this.slots.length * 2) this.growSlots();
    return id;
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = this.hashes[4 * id]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.slots = slots;
  }
}

function grown(words: Uint32Array): Uint32Array {
  const twice = new Uint32Array(words.length * 2);
  twice.set(words);
  return twice;
}
