/**
 * XXH64 in AssemblyScript, over what lies in the module's memory: keys one at a time, as long as they like, and thousands
 * at once. It knows of no string, no object and no allocation; TypeScript puts keys in and takes hashes out.
 *
 *     0          lanes     u64 each, of a batch: of words, the keys themselves at first; of ranges, the hashes
 *     16,384     ends      u32 each, one more than keys
 *     24,592     bytes     of the keys of a batch
 *     126,928    state     four u64: the accumulators of the key at hand
 *     126,960    result    u64: its hash
 *     126,976    part      4 KiB of its bytes, up to the end of two pages
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
const STATE: usize = 126928;
const RESULT: usize = 126960;
const PART: usize = 126976;

/** Hashes the 64-bit words `from..to − 1` of the lanes in place: steps 4 to 6 for 8 bytes. */
export function hashWords(from: usize, to: usize): void {
  for (let at = LANES + 8 * from, end = LANES + 8 * to; at < end; at += 8) {
    store<u64>(at, avalanche(absorb(P5 + 8, load<u64>(at))));
  }
}

/**
 * Hashes `count` keys into the lanes from `lane` on. Key i is what lies between the ends i and i + 1, both moved by
 * `shift`, so that offsets into a longer array need not be rewritten.
 */
export function hashRanges(lane: usize, count: usize, shift: usize): void {
  let at = (load<u32>(ENDS) as usize) + shift;
  let out = LANES + 8 * lane;
  const last = ENDS + 4 * count;
  for (let next: usize = ENDS; next < last; next += 4) {
    const end = (load<u32>(next, 4) as usize) + shift;
    const length = end - at;
    let hash: u64 = P5;
    let rest = at;
    if (length >= 32) {
      begin(0);
      rest = stripes(at, end);
      hash = converge();
    }
    store<u64>(out, finish(hash + (length as u64), rest, length));
    at = end;
    out += 8;
  }
}

/** Begins a key of 32 bytes or more: step 1. */
export function start(seedLow: u32, seedHigh: u32): void {
  begin(wide(seedLow, seedHigh));
}

/** Takes in `count` bytes of the part, a multiple of 32 and not 0: step 2. */
export function consume(count: usize): void {
  stripes(PART, PART + count);
}

/**
 * Takes in the last `total & 31` bytes, which lie at `at` in the part, and writes the hash: steps 3 to 6. Of a key below 32
 * bytes nothing else is called.
 *
 * A function of its own where batches have `finish`, since these bytes have been put there by stores of 32 bits: a load of
 * 64 would have to wait until both are through, which takes 4 ns.
 */
export function end(at: usize, totalLow: u32, totalHigh: u32, seedLow: u32, seedHigh: u32): void {
  at += PART;
  const total = wide(totalLow, totalHigh);
  const length = totalLow & 31;
  let hash = (total < 32 ? wide(seedLow, seedHigh) + P5 : converge()) + total;
  for (let left = length; left >= 8; left -= 8) {
    hash = absorb(hash, wide(load<u32>(at), load<u32>(at, 4)));
    at += 8;
  }
  store<u64>(RESULT, avalanche(absorbTail(hash, at, length)));
}

function wide(low: u32, high: u32): u64 {
  return (low as u64) | ((high as u64) << 32);
}

function begin(seed: u64): void {
  store<u64>(STATE, seed + P1 + P2);
  store<u64>(STATE, seed + P2, 8);
  store<u64>(STATE, seed, 16);
  store<u64>(STATE, seed - P1, 24);
}

/** Step 2 for the stripes of 32 bytes from `at` on, of which there is one at least. Gives where they end. */
function stripes(at: usize, end: usize): usize {
  let a = load<u64>(STATE);
  let b = load<u64>(STATE, 8);
  let c = load<u64>(STATE, 16);
  let d = load<u64>(STATE, 24);
  do {
    a = round(a, load<u64>(at));
    b = round(b, load<u64>(at, 8));
    c = round(c, load<u64>(at, 16));
    d = round(d, load<u64>(at, 24));
    at += 32;
  } while (at + 32 <= end);
  store<u64>(STATE, a);
  store<u64>(STATE, b, 8);
  store<u64>(STATE, c, 16);
  store<u64>(STATE, d, 24);
  return at;
}

/** Step 3. */
function converge(): u64 {
  const a = load<u64>(STATE);
  const b = load<u64>(STATE, 8);
  const c = load<u64>(STATE, 16);
  const d = load<u64>(STATE, 24);
  return merge(merge(merge(merge(rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18), a), b), c), d);
}

/**
 * Steps 5 and 6 for the last `length & 31` bytes, at `at`: 16, 8, 4 and up to 3 single bytes by the bits of the length, 3.7 ns
 * for 16 bytes, against 4.4 in a loop over words of 8.
 */
function finish(hash: u64, at: usize, length: usize): u64 {
  if (length & 16) {
    hash = absorb(absorb(hash, load<u64>(at)), load<u64>(at, 8));
    at += 16;
  }
  if (length & 8) {
    hash = absorb(hash, load<u64>(at));
    at += 8;
  }
  return avalanche(absorbTail(hash, at, length));
}

/** Step 5 for the last `length & 7` bytes. */
function absorbTail(hash: u64, at: usize, length: usize): u64 {
  if (length & 4) {
    hash = rotl(hash ^ ((load<u32>(at) as u64) * P1), 23) * P2 + P3;
    at += 4;
  }
  for (let left = length & 3; left > 0; left--) {
    hash = rotl(hash ^ ((load<u8>(at) as u64) * P5), 11) * P1;
    at++;
  }
  return hash;
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
