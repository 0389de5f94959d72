/** Where Redis puts an element: MurmurHash64A with a fixed seed, the low 14 bits the index, the zeros above them the rank. */
import { type Key, murmur64aLanes } from '@dsys/hash';
import { zerosAbove } from '../place.js';

/** Bits of the index. Redis has compiled it in. */
export const PRECISION = 14;
/** Highest value of a register: 64 − 14 + 1. */
export const MAX_RANK = 51;
const SEED = 0xadc83b19;

let lanes: Uint32Array | undefined;

/** Index and rank of an element, into `out`. Redis hashes the bytes that a client sends: a string's UTF-8. */
export function placeOf(key: Key, out: { index: number; rank: number }): void {
  lanes ??= new Uint32Array(2);
  murmur64aLanes(key, lanes, SEED);
  out.index = lanes[0]! & (2 ** PRECISION - 1);
  // As if a 1 followed the 50 bits above the index.
  out.rank = zerosAbove(lanes[0]!, lanes[1]!, PRECISION) + 1;
}
