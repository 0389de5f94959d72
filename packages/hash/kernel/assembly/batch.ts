/**
 * The loops of `@dsys/hash/batch` in AssemblyScript: XXH64 with seed 0 over keys that lie in the module's memory. It
 * knows of no string, no object and no allocation; TypeScript puts keys in and takes hashes out (`src/batch/kernel.ts`).
 *
 *     0          lanes     u64 each: of words, the keys themselves at first; of ranges, the hashes
 *     16,384     ends      u32 each, one more than keys
 *     24,592     bytes     up to the end of two pages
 *
 * Scalar on purpose. SIMD has a 64-bit multiplication that processors before AVX-512 lack, so that engines put it
 * together from three of 32 bits: two words at once took 3.4 ns each, one after the other 2.1 ns (Node 20, AMD EPYC).
 * So any WebAssembly will do, also of 2017.
 *
 * Source: xxHash fast digest algorithm (Yann Collet), specification 0.2.0, "XXH64 algorithm description".
 */

// biome-ignore-all lint/correctness/noPrecisionLoss: these are 64-bit integers.
const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;

const LANES: usize = 0;
const ENDS: usize = 16384;

/** Hashes the 64-bit words `from..to − 1` of the lanes in place: steps 4 to 6 for 8 bytes. */
export function hashWords(from: usize, to: usize): void {
  for (let at = LANES + 8 * from, end = LANES + 8 * to; at < end; at += 8) {
    store<u64>(at, avalanche(absorb(P5 + 8, load<u64>(at))));
  }
}

/**
 * Hashes `count` keys into the lanes from `lane` on. Key i is what lies between the ends i and i + 1, both moved by
 * `shift`, so that offsets into a longer array need not be rewritten.
 *
 * A rest of fewer than 32 bytes is 16, 8, 4 and up to 3 single bytes by the bits of its length: 3.7 ns for 16 bytes,
 * against 4.4 in a loop over words of 8.
 */
export function hashRanges(lane: usize, count: usize, shift: usize): void {
  let at = (load<u32>(ENDS) as usize) + shift;
  let out = LANES + 8 * lane;
  const last = ENDS + 4 * count;
  for (let next: usize = ENDS; next < last; next += 4) {
    const end = (load<u32>(next, 4) as usize) + shift;
    const length = end - at;
    let hash: u64 = P5;
    if (length >= 32) {
      hash = stripes(at, end);
      at += length & ~31;
    }
    hash += length as u64;
    if (length & 16) {
      hash = absorb(absorb(hash, load<u64>(at)), load<u64>(at, 8));
      at += 16;
    }
    if (length & 8) {
      hash = absorb(hash, load<u64>(at));
      at += 8;
    }
    if (length & 4) {
      hash = rotl(hash ^ ((load<u32>(at) as u64) * P1), 23) * P2 + P3;
      at += 4;
    }
    if (length & 3) {
      do {
        hash = rotl(hash ^ ((load<u8>(at) as u64) * P5), 11) * P1;
        at++;
      } while (at < end);
    }
    store<u64>(out, avalanche(hash));
    out += 8;
  }
}

/** Steps 1 to 3: the stripes of 32 bytes from `at` on, of which there is one at least. */
function stripes(at: usize, end: usize): u64 {
  let a: u64 = P1 + P2;
  let b: u64 = P2;
  let c: u64 = 0;
  let d: u64 = 0 - P1;
  do {
    a = round(a, load<u64>(at));
    b = round(b, load<u64>(at, 8));
    c = round(c, load<u64>(at, 16));
    d = round(d, load<u64>(at, 24));
    at += 32;
  } while (at + 32 <= end);
  return merge(merge(merge(merge(rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18), a), b), c), d);
}

function round(accumulator: u64, word: u64): u64 {
  return rotl(accumulator + word * P2, 31) * P1;
}

function merge(hash: u64, accumulator: u64): u64 {
  return (hash ^ round(0, accumulator)) * P1 + P4;
}

/** Step 5 for 8 bytes. */
function absorb(hash: u64, word: u64): u64 {
  return rotl(hash ^ round(0, word), 27) * P1 + P4;
}

/** Step 6. */
function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}
