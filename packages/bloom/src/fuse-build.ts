/**
 * How a binary fuse filter is built: each key wants the xor of its three places to be its fingerprint. Keys are peeled off:
 * a place that one key alone touches is that key's, which then frees its two others, and so on; in the reverse order each
 * key sets its own place last, when the other two are final.
 *
 *     place      0    1    2    3    4    5         key x touches 0, 2, 5; y touches 2, 3, 5; z touches 1, 3, 4
 *     touched    1    1    2    2    1    2    →    x alone has 0: peel x; then y alone has 2: peel y; then z
 *
 * If some keys can't be peeled, which is rare, another seed is tried (Graf, Lemire 2022, §3).
 */
import { assert } from '@dsys/codec';
import { type FuseShape, locate, mixed, places } from './fuse-hash.js';

/** Segments and seed, and the fingerprints. */
export interface FuseTable extends FuseShape {
  readonly fingerprints: Uint8Array | Uint16Array;
}

const MAX_SEGMENT_LENGTH = 262_144;
/** Each fails with a chance below one in ten: a hundred in a row don't happen. */
const MAX_TRIES = 100;

/** Length and number of segments for so many keys: §4, with the constants of xor_singleheader. */
export function segmentsFor(keyCount: number): { segmentLength: number; segmentCount: number } {
  const segmentLength =
    keyCount === 0 ? 4 : Math.min(2 ** Math.floor(Math.log(keyCount) / Math.log(3.33) + 2.25), MAX_SEGMENT_LENGTH);
  const factor = Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / Math.log(keyCount));
  const capacity = keyCount <= 1 ? 0 : Math.round(keyCount * factor);
  return { segmentLength, segmentCount: Math.max(Math.ceil(capacity / segmentLength) - 2, 1) };
}

/** The table for distinct hashes, pairs of lanes with the low first. Deterministic: seeds come from a fixed sequence. */
export function buildFuse(lanes: Uint32Array, fingerprintBits: 8 | 16): FuseTable {
  const keyCount = lanes.length / 2;
  const { segmentLength, segmentCount } = segmentsFor(keyCount);
  const placeCount = (segmentCount + 2) * segmentLength;
  // Of the keys that touch a place: how many, and the xor of their numbers. One that is alone is so known by number.
  const touched = new Uint8Array(placeCount);
  const numbers = new Uint32Array(placeCount);
  const queue = new Uint32Array(placeCount);
  const peeled = new Uint32Array(keyCount);
  const owned = new Uint32Array(keyCount);
  let counter = 0x726b2b9d438b9d4dn;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const seed = splitMix64((counter = BigInt.asUintN(64, counter + 0x9e3779b97f4a7c15n)));
    const shape = {
      seedLow: Number(seed & 0xffff_ffffn),
      seedHigh: Number(seed >> 32n),
      segmentLength,
      segmentCount,
    };
    touched.fill(0);
    numbers.fill(0);
    let crowded = false;
    for (let n = 0; n < keyCount; n++) {
      locate(lanes[2 * n]! | 0, lanes[2 * n + 1]! | 0, shape);
      for (let i = 0; i < 3; i++) {
        const place = places[i]!;
        touched[place]!++;
        // The counter would run over: no place is touched by so many but by ill luck.
        if (touched[place] === 0) crowded = true;
        numbers[place]! ^= n;
      }
    }
    if (crowded || peel(lanes, shape, touched, numbers, queue, peeled, owned) < keyCount) continue;
    const fingerprints = fingerprintBits === 8 ? new Uint8Array(placeCount) : new Uint16Array(placeCount);
    for (let i = keyCount - 1; i >= 0; i--) {
      const n = peeled[i]!;
      locate(lanes[2 * n]! | 0, lanes[2 * n + 1]! | 0, shape);
      // The own place is 0 still, so it may stay in the xor.
      fingerprints[owned[i]!] =
        mixed[0]! ^ mixed[1]! ^ fingerprints[places[0]!]! ^ fingerprints[places[1]!]! ^ fingerprints[places[2]!]!;
    }
    return { ...shape, fingerprints };
  }
  assert(false, 'one of a hundred seeds lets all distinct hashes be peeled');
}

/** Peels what can be peeled: `peeled` has the keys in order, `owned` the place of each. Returns how many they are. */
function peel(
  lanes: Uint32Array,
  shape: FuseShape,
  touched: Uint8Array,
  numbers: Uint32Array,
  queue: Uint32Array,
  peeled: Uint32Array,
  owned: Uint32Array,
): number {
  let waiting = 0;
  let count = 0;
  for (let place = 0; place < touched.length; place++) if (touched[place] === 1) queue[waiting++] = place;
  while (waiting > 0) {
    const own = queue[--waiting]!;
    if (touched[own] !== 1) continue;
    const n = numbers[own]!;
    peeled[count] = n;
    owned[count++] = own;
    locate(lanes[2 * n]! | 0, lanes[2 * n + 1]! | 0, shape);
    for (let i = 0; i < 3; i++) {
      const place = places[i]!;
      numbers[place]! ^= n;
      // A place comes to 1 once, so the queue never holds more than there are.
      if (--touched[place]! === 1) queue[waiting++] = place;
    }
  }
  return count;
}

/** SplitMix64's output function (Steele, Lea, Flood, 2014). */
function splitMix64(state: bigint): bigint {
  let z = state;
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
