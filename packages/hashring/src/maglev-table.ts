import { assert } from '@dsys/codec';

/**
 * A node's turn at filling the table: which entries it prefers, in order `(offset + j · skip) mod tableSize`, and how
 * often it may choose.
 */
export interface Turn {
  /** 0..tableSize - 1. */
  readonly offset: number;
  /** 1..tableSize - 1. */
  readonly skip: number;
  /** Above 0. */
  readonly weight: number;
}

/**
 * The lookup table of Maglev (Eisenbud et al., NSDI 2016, §3.4, pseudocode 1): nodes take turns, each takes the first
 * entry on its list that is still free, until none is. Since `tableSize` is prime, every list is a permutation of the
 * entries. A node of weight w among heaviest weights v has its turn in the rounds r in which it has had fewer than r ·
 * w / v turns, so that entries follow weights (the paper leaves the way to do this open).
 */
export function filledTable(turns: readonly Turn[], tableSize: number): Uint32Array {
  assert(turns.length > 0 && turns.length <= tableSize, 'every node can have an entry');
  const heaviest = turns.reduce((most, { weight }) => Math.max(most, weight), 0);
  const table = new Uint32Array(tableSize).fill(FREE);
  const next = Uint32Array.from(turns, ({ offset }) => offset);
  const taken = new Float64Array(turns.length);
  let free = tableSize;
  for (let round = 1; ; round++) {
    for (let i = 0; i < turns.length; i++) {
      const { skip, weight } = turns[i]!;
      if (taken[i]! >= (round * weight) / heaviest) continue;
      taken[i]!++;
      let entry = next[i]!;
      while (table[entry] !== FREE) entry = (entry + skip) % tableSize;
      table[entry] = i;
      next[i] = (entry + skip) % tableSize;
      if (--free === 0) return table;
    }
  }
}

const FREE = 0xffffffff;
