/**
 * The seeds of the rows, which Apache DataSketches draws from one seed by the generator of its language, and does not
 * store: two programs agree on a sketch only if their generators do.
 *
 *     cpp     std::default_random_engine and std::uniform_int_distribution of libstdc++ (GCC), plus the seed
 *     java    java.util.Random.nextLong
 *
 * C++ leaves both to its library: the wheels of `datasketches` for macOS are built with another one. Go draws from
 * math/rand. For these the seeds themselves are given.
 */

/** Whose generator draws the seeds. */
export type SeedRule = 'cpp' | 'java';

const U64 = (1n << 64n) - 1n;

/** `count` seeds of 64 bits. */
export function rowSeeds(rule: SeedRule, seed: bigint, count: number): bigint[] {
  const next = rule === 'cpp' ? libstdcxx(seed) : javaRandom(seed);
  return Array.from({ length: count }, () => (rule === 'cpp' ? (next() + seed) & U64 : next()));
}

/**
 * Numbers of 0..2^64−1 from minstd_rand0 (x · 16807 mod 2^31−1, which gives 1..2^31−2), by three draws: the digits of a
 * number to the base 2^31−2, the highest 0..4, drawn anew when they come to more than 2^64−1.
 */
function libstdcxx(seed: bigint): () => bigint {
  const M = 2_147_483_647n;
  const BASE = M - 1n;
  let state = seed % M || 1n;
  const draw = (): bigint => (state = (state * 16_807n) % M) - 1n;

  /** 0..most, as uniform_int_distribution has it. */
  function upTo(most: bigint): bigint {
    if (most < BASE - 1n) {
      const scaling = (BASE - 1n) / (most + 1n);
      for (;;) {
        const drawn = draw();
        if (drawn < scaling * (most + 1n)) return drawn / scaling;
      }
    }
    for (;;) {
      const upper = (BASE * upTo(most / BASE)) & U64;
      const sum = (upper + draw()) & U64;
      if (sum <= most && sum >= upper) return sum;
    }
  }
  return () => upTo(U64);
}

/** The generator of 48 bits that java.util.Random documents; nextLong is two of its draws of 32 bits, both signed. */
function javaRandom(seed: bigint): () => bigint {
  const MASK = (1n << 48n) - 1n;
  let state = (seed ^ 0x5deece66dn) & MASK;
  const draw = (): bigint => {
    state = (state * 0x5deece66dn + 0xbn) & MASK;
    return BigInt.asIntN(32, state >> 16n);
  };
  return () => {
    const upper = draw() << 32n;
    return (upper + draw()) & U64;
  };
}
