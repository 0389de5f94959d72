/**
 * XXH3 of up to 16 bytes: no loop. First and last bytes, which overlap, make one or two words; they are xored with a
 * piece of the secret that depends on the length, and mixed.
 *
 *     0: the secret alone     1-3: one 32-bit word     4-8: first and last 4 bytes     9-16: first and last 8 bytes
 *
 * Source: xxHash specification 0.2.0, "XXH3 Algorithm Description (for small inputs)", XXH3_64_… and XXH3_128_….
 */
import { carry, mulHigh, multiply, product, wordAt } from './lanes.js';
import { addFolded, addTo, avalanche, avalancheXxh64, borrow, secretBytes } from './xxh3-parts.js';

/** XXH3-64 of up to 16 bytes into `out[0..1]`. */
export function short64(bytes: Uint8Array, length: number, out: Uint32Array, seedLow: number, seedHigh: number): void {
  const secret = secretBytes();
  if (length > 8) {
    const w0Low = wordAt(secret, 24) ^ wordAt(secret, 32);
    const w0High = wordAt(secret, 28) ^ wordAt(secret, 36);
    const w1Low = wordAt(secret, 40) ^ wordAt(secret, 48);
    const w1High = wordAt(secret, 44) ^ wordAt(secret, 52);
    const sum = (w0Low + seedLow) | 0;
    const difference = (w1Low - seedLow) | 0;
    const firstLow = sum ^ wordAt(bytes, 0);
    const firstHigh = ((w0High + seedHigh + carry(w0Low, seedLow, sum)) | 0) ^ wordAt(bytes, 4);
    const lastLow = difference ^ wordAt(bytes, length - 8);
    const lastHigh = ((w1High - seedHigh - borrow(w1Low, seedLow, difference)) | 0) ^ wordAt(bytes, length - 4);
    multiply(firstHigh, firstLow, lastHigh, lastLow);
    // length + bswap64(first) + last + folded product
    out[0] = swap(firstHigh);
    out[1] = swap(firstLow);
    addTo(out, 0, length, 0);
    addTo(out, 0, lastLow, lastHigh);
    addFolded(out, 0);
    avalanche(out[0]!, out[1]!, out, 0);
  } else if (length > 3) {
    const secretLow = wordAt(secret, 8) ^ wordAt(secret, 16);
    const secretHigh = wordAt(secret, 12) ^ wordAt(secret, 20);
    const difference = (secretLow - seedLow) | 0;
    // modifiedSeed = seed xor (bswap32(lower half of seed) << 32)
    const differenceHigh = secretHigh - (seedHigh ^ swap(seedLow)) - borrow(secretLow, seedLow, difference);
    let low = difference ^ wordAt(bytes, length - 4);
    let high = differenceHigh ^ wordAt(bytes, 0);
    const turnedLow = ((high << 17) | (low >>> 15)) ^ ((low << 24) | (high >>> 8)); // <<< 49 and <<< 24
    const turnedHigh = ((low << 17) | (high >>> 15)) ^ ((high << 24) | (low >>> 8));
    low ^= turnedLow;
    high ^= turnedHigh;
    high = mulHigh(high, low, 0x9fb21c65, 0x1e98df25);
    low = Math.imul(low, 0x1e98df25) ^ ((high >>> 3) + length);
    high = mulHigh(high, low, 0x9fb21c65, 0x1e98df25);
    low = Math.imul(low, 0x1e98df25);
    out[0] = low ^ ((high << 4) | (low >>> 28));
    out[1] = high ^ (high >>> 28);
  } else if (length > 0) {
    const secretWord = wordAt(secret, 0) ^ wordAt(secret, 4);
    const sum = (secretWord + seedLow) | 0;
    avalancheXxh64(sum ^ combine(bytes, length), (seedHigh + carry(secretWord, seedLow, sum)) | 0, out, 0);
  } else {
    const low = wordAt(secret, 56) ^ wordAt(secret, 64);
    const high = wordAt(secret, 60) ^ wordAt(secret, 68);
    avalancheXxh64(seedLow ^ low, seedHigh ^ high, out, 0);
  }
}

/** XXH3-128 of up to 16 bytes into `out[0..3]`. */
export function short128(bytes: Uint8Array, length: number, out: Uint32Array, seedLow: number, seedHigh: number): void {
  const secret = secretBytes();
  if (length > 8) {
    nineToSixteen128(bytes, length, out, seedLow, seedHigh);
  } else if (length > 3) {
    const secretLow = wordAt(secret, 16) ^ wordAt(secret, 24);
    const secretHigh = wordAt(secret, 20) ^ wordAt(secret, 28);
    const sum = (secretLow + seedLow) | 0;
    const sumHigh = secretHigh + (seedHigh ^ swap(seedLow)) + carry(secretLow, seedLow, sum);
    // PRIME64_1 + (length << 2): the sum stays within the lower lane
    multiply(sumHigh ^ wordAt(bytes, length - 4), sum ^ wordAt(bytes, 0), 0x9e3779b1, 0x85ebca87 + (length << 2));
    out[0] = product[0]!;
    out[1] = product[1]!;
    out[2] = product[2]!;
    out[3] = product[3]!;
    addTo(out, 2, product[0]! << 1, (product[1]! << 1) | (product[0]! >>> 31));
    let high = out[1]! ^ (out[3]! >>> 3);
    let low = out[0]! ^ ((out[3]! << 29) | (out[2]! >>> 3));
    low ^= high >>> 3; // >> 35
    high = mulHigh(high, low, 0x9fb21c65, 0x1e98df25);
    low = Math.imul(low, 0x1e98df25);
    out[0] = low ^ ((high << 4) | (low >>> 28));
    out[1] = high ^ (high >>> 28);
    avalanche(out[2]!, out[3]!, out, 2);
  } else if (length > 0) {
    const word = combine(bytes, length);
    const swapped = swap(word);
    const w0 = wordAt(secret, 0) ^ wordAt(secret, 4);
    const w1 = wordAt(secret, 8) ^ wordAt(secret, 12);
    const sum = (w0 + seedLow) | 0;
    const difference = (w1 - seedLow) | 0;
    avalancheXxh64(sum ^ word, (seedHigh + carry(w0, seedLow, sum)) | 0, out, 0);
    avalancheXxh64(
      difference ^ ((swapped << 13) | (swapped >>> 19)),
      (-seedHigh - borrow(w1, seedLow, difference)) | 0,
      out,
      2,
    );
  } else {
    for (let at = 0; at < 4; at += 2) {
      const low = wordAt(secret, 64 + 8 * at) ^ wordAt(secret, 72 + 8 * at);
      const high = wordAt(secret, 68 + 8 * at) ^ wordAt(secret, 76 + 8 * at);
      avalancheXxh64(seedLow ^ low, seedHigh ^ high, out, at);
    }
  }
}

/** XXH3_128_9to16(). */
function nineToSixteen128(
  bytes: Uint8Array,
  length: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  const secret = secretBytes();
  const lastLow = wordAt(bytes, length - 8);
  const lastHigh = wordAt(bytes, length - 4);
  const w0Low = wordAt(secret, 32) ^ wordAt(secret, 40);
  const w0High = wordAt(secret, 36) ^ wordAt(secret, 44);
  const w1Low = wordAt(secret, 48) ^ wordAt(secret, 56);
  const w1High = wordAt(secret, 52) ^ wordAt(secret, 60);
  const difference = (w0Low - seedLow) | 0;
  const sum = (w1Low + seedLow) | 0;
  const value1Low = difference ^ wordAt(bytes, 0) ^ lastLow;
  const value1High = ((w0High - seedHigh - borrow(w0Low, seedLow, difference)) | 0) ^ wordAt(bytes, 4) ^ lastHigh;
  const value2Low = sum ^ lastLow;
  const value2High = ((w1High + seedHigh + carry(w1Low, seedLow, sum)) | 0) ^ lastHigh;

  multiply(value1High, value1Low, 0x9e3779b1, 0x85ebca87);
  out[0] = product[0]!;
  out[1] = product[1]!;
  out[2] = product[2]!;
  out[3] = product[3]!;
  addTo(out, 0, 0, (length - 1) << 22); // (length - 1) << 54
  // high + (upper half of value2 << 32) + lower half of value2 * PRIME32_2
  addTo(out, 2, Math.imul(value2Low, 0x85ebca77), (mulHigh(0, value2Low, 0, 0x85ebca77) + value2High) | 0);
  const low = out[0]! ^ swap(out[3]!);
  const high = out[1]! ^ swap(out[2]!);
  // (out, low) as 128 bits, times PRIME64_2
  const topLow = Math.imul(out[2]!, 0x27d4eb4f);
  const topHigh = mulHigh(out[3]!, out[2]!, 0xc2b2ae3d, 0x27d4eb4f);
  multiply(high, low, 0xc2b2ae3d, 0x27d4eb4f);
  out[2] = product[2]!;
  out[3] = product[3]!;
  addTo(out, 2, topLow, topHigh);
  avalanche(product[0]!, product[1]!, out, 0);
  avalanche(out[2]!, out[3]!, out, 2);
}

/** One to three bytes and their number in one word. */
const combine = (bytes: Uint8Array, length: number): number =>
  bytes[length - 1]! | (length << 8) | (bytes[0]! << 16) | (bytes[length >> 1]! << 24);

/** The bytes of a word in reverse. */
const swap = (word: number): number => (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
