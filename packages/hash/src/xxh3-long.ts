/**
 * XXH3 of more than 240 bytes: eight 64-bit accumulators take a stripe of 64 bytes at a time, each xored with the secret
 * from a place eight bytes further on; after sixteen stripes (a block of 1,024 bytes) they are scrambled. At the end they
 * are merged by pairs.
 *
 * Source: xxHash specification 0.2.0, "XXH3 Algorithm Description (for large inputs)", with the default secret, from
 * which deriveSecret() makes another for each seed but 0.
 */
import { carry, mulHigh, multiply, mulWide, wordAt } from './lanes.js';
import { addFolded, addTo, avalanche, borrow, secretBytes } from './xxh3-parts.js';

const STRIPE = 64;
const STRIPES_A_BLOCK = 16;

/** Accumulator k has its lower lane at 2k and its upper one at 2k + 1. Filled and emptied within one call. */
const accumulators: Uint32Array = /* @__PURE__ */ new Uint32Array(16);

/** The last secret that was derived, and its seed: a program has few. */
let derived: Uint8Array | undefined;
let derivedLow = 0;
let derivedHigh = 0;

/** XXH3-64 of `bytes[start, start + length)` into `out[0..1]`; the lower half of XXH3-128 is the same. */
export function long64(
  bytes: Uint8Array,
  start: number,
  length: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  const secret = secretFor(seedLow, seedHigh);
  consume(bytes, start, length, secret);
  const lengthHigh = Math.floor(length / 2 ** 32);
  out[0] = Math.imul(length, 0x85ebca87);
  out[1] = mulHigh(lengthHigh, length, 0x9e3779b1, 0x85ebca87);
  merge(out, 0, secret, 11);
}

/** XXH3-128 of `bytes[start, start + length)` into `out[0..3]`. */
export function long128(
  bytes: Uint8Array,
  start: number,
  length: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): void {
  long64(bytes, start, length, out, seedLow, seedHigh);
  const lengthHigh = Math.floor(length / 2 ** 32);
  out[2] = ~Math.imul(length, 0x27d4eb4f);
  out[3] = ~mulHigh(lengthHigh, length, 0xc2b2ae3d, 0x27d4eb4f);
  merge(out, 2, secretFor(seedLow, seedHigh), 192 - 75);
}

/**
 * Steps 1 to 3. Scrambled is after each block that something follows; of the last block all stripes but the last are
 * taken, and the last 64 bytes of the input at the end, even if some of them have been taken before.
 */
function consume(bytes: Uint8Array, start: number, length: number, secret: Uint8Array): void {
  const primes = [
    0xc2b2ae3d, 0, 0x85ebca87, 0x9e3779b1, 0x27d4eb4f, 0xc2b2ae3d, 0x9e3779f9, 0x165667b1, 0xc2b2ae63, 0x85ebca77,
    0x85ebca77, 0, 0x165667c5, 0x27d4eb2f, 0x9e3779b1, 0,
  ];
  for (let k = 0; k < 16; k++) accumulators[k] = primes[k]!;
  const end = start + length;
  let i = start;
  let stripe = 0;
  for (; end - i > STRIPE; i += STRIPE) {
    if (stripe === STRIPES_A_BLOCK) {
      scramble(secret);
      stripe = 0;
    }
    accumulate(bytes, i, secret, 8 * stripe++);
  }
  if (stripe === STRIPES_A_BLOCK) scramble(secret);
  accumulate(bytes, end - STRIPE, secret, 192 - 71);
}

/** Every word goes into its own accumulator as a product of its halves, and into its neighbour as it is. */
function accumulate(bytes: Uint8Array, start: number, secret: Uint8Array, secretAt: number): void {
  for (let lane = 0; lane < 16; lane += 2) {
    const i = start + 4 * lane;
    const low = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    const high = bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24);
    addTo(accumulators, lane ^ 2, low, high);
    const keyedLow = low ^ wordAt(secret, secretAt + 4 * lane);
    const keyedHigh = high ^ wordAt(secret, secretAt + 4 * lane + 4);
    addTo(accumulators, lane, Math.imul(keyedLow, keyedHigh), mulWide(keyedLow, keyedHigh));
  }
}

/** round_scramble(): xor with >> 47, xor with the end of the secret, * PRIME32_1. */
function scramble(secret: Uint8Array): void {
  for (let lane = 0; lane < 16; lane += 2) {
    const high = accumulators[lane + 1]!;
    const low = accumulators[lane]! ^ (high >>> 15) ^ wordAt(secret, 128 + 4 * lane);
    accumulators[lane] = Math.imul(low, 0x9e3779b1);
    accumulators[lane + 1] = mulHigh(high ^ wordAt(secret, 132 + 4 * lane), low, 0, 0x9e3779b1);
  }
}

/** finalMerge(), on top of the initial value that is in `out[at]` already. */
function merge(out: Uint32Array, at: number, secret: Uint8Array, secretAt: number): void {
  for (let lane = 0; lane < 16; lane += 4) {
    const i = secretAt + 4 * lane;
    multiply(
      accumulators[lane + 1]! ^ wordAt(secret, i + 4),
      accumulators[lane]! ^ wordAt(secret, i),
      accumulators[lane + 3]! ^ wordAt(secret, i + 12),
      accumulators[lane + 2]! ^ wordAt(secret, i + 8),
    );
    addFolded(out, at);
  }
  avalanche(out[at]!, out[at + 1]!, out, at);
}

/** deriveSecret(): the words of the secret, in turn plus and minus the seed. */
function secretFor(seedLow: number, seedHigh: number): Uint8Array {
  if (seedLow === 0 && seedHigh === 0) return secretBytes();
  if (derived !== undefined && seedLow === derivedLow && seedHigh === derivedHigh) return derived;
  const secret = secretBytes();
  const made = (derived ??= new Uint8Array(192));
  derivedLow = seedLow;
  derivedHigh = seedHigh;
  for (let i = 0; i < 192; i += 16) {
    const plainLow = wordAt(secret, i);
    const sum = (plainLow + seedLow) | 0;
    writeWord(made, i, sum);
    writeWord(made, i + 4, wordAt(secret, i + 4) + seedHigh + carry(plainLow, seedLow, sum));
    const otherLow = wordAt(secret, i + 8);
    const difference = (otherLow - seedLow) | 0;
    writeWord(made, i + 8, difference);
    writeWord(made, i + 12, wordAt(secret, i + 12) - seedHigh - borrow(otherLow, seedLow, difference));
  }
  return made;
}

function writeWord(bytes: Uint8Array, i: number, word: number): void {
  for (let k = 0; k < 4; k++) bytes[i + k] = word >>> (8 * k);
}
