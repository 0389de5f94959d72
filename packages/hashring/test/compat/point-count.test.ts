import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  float32Digests,
  hashRingDigests,
  libketamaDigests,
  npmHashringDigests,
  type Share,
  uhashringDigests,
} from '../../src/compat/point-count.js';

/** A number as a fraction of whole numbers, so that nothing is rounded but where we say so. */
type Fraction = readonly [numerator: bigint, denominator: bigint];

const whole = (n: number): Fraction => [BigInt(n), 1n];
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const over = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d, b * c];
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const floor = ([a, b]: Fraction): number => Number(a / b);

/** The nearest number with `bits` significant bits, ties to even, as IEEE 754 rounds. */
function rounded([a, b]: Fraction, bits: number): Fraction {
  if (a === 0n) return [0n, 1n];
  let shift = bits - (a.toString(2).length - b.toString(2).length);
  const scaled = (s: number): Fraction => (s >= 0 ? [a << BigInt(s), b] : [a, b << BigInt(-s)]);
  // The quotient must have exactly `bits` bits before the point.
  while (scaled(shift)[0] / scaled(shift)[1] >= 1n << BigInt(bits)) shift--;
  while (scaled(shift)[0] / scaled(shift)[1] < 1n << BigInt(bits - 1)) shift++;
  const [n, d] = scaled(shift);
  const down = n / d;
  const rest = 2n * (n % d);
  const nearest = rest > d || (rest === d && down % 2n === 1n) ? down + 1n : down;
  return shift >= 0 ? [nearest, 1n << BigInt(shift)] : [nearest << BigInt(-shift), 1n];
}

const f32 = (x: Fraction): Fraction => rounded(x, 24);
const f64 = (x: Fraction): Fraction => rounded(x, 53);
/** 1e-10 is no float32: the C constant is the nearest one. */
const EPSILON = f32([1n, 10_000_000_000n]);

const exactly = {
  libmemcached({ weight, totalWeight, serverCount }: Share): number {
    const share = f32(over(f32(whole(weight)), f32(whole(totalWeight))));
    const quarter = f32(over(f32(times(share, whole(160))), whole(4)));
    return floor(f32(plus(f32(times(quarter, f32(whole(serverCount)))), EPSILON)));
  },
  libketama({ weight, totalWeight, serverCount }: Share): number {
    const share = f32(over(f32(whole(weight)), f32(whole(totalWeight))));
    return floor(f32(f64(times(f64(times(share, whole(40))), f32(whole(serverCount))))));
  },
  integers: ({ weight, totalWeight, serverCount }: Share): number =>
    floor(over(times(whole(40 * serverCount), whole(weight)), whole(totalWeight))),
  npm({ weight, totalWeight, serverCount }: Share): number {
    const share = f64(over(whole(weight), whole(totalWeight)));
    return floor(f64(times(f64(times(share, whole(40))), whole(serverCount))));
  },
};

const equal = (serverCount: number): Share => ({ weight: 1, totalWeight: serverCount, serverCount });
const upTo1000 = Array.from({ length: 1000 }, (_, i) => i + 1);
const short = (digests: (share: Share) => number): number[] => upTo1000.filter((n) => digests(equal(n)) === 39);

describe('n equal servers have 160 points each, save where the arithmetic of a client loses one digest', () => {
  test('libmemcached and twemproxy, float32 throughout: 103 of n = 1..1000', () => {
    const lost = short(float32Digests);
    expect(lost.slice(0, 8)).toEqual([25, 47, 50, 55, 61, 71, 94, 100]);
    expect(lost.length).toBe(103);
  });

  test('libketama, the product in double: 11', () => {
    const lost = short(libketamaDigests);
    expect(lost.slice(0, 3)).toEqual([61, 122, 237]);
    expect(lost.length).toBe(11);
  });

  test('npm hashring, the share in double: 73', () => {
    const lost = short((share) => npmHashringDigests(share, 40));
    expect(lost.slice(0, 6)).toEqual([7, 14, 28, 49, 56, 98]);
    expect(lost.length).toBe(73);
  });

  test('both Python rings, integers: none', () => {
    expect(short(hashRingDigests)).toEqual([]);
    expect(short(uhashringDigests)).toEqual([]);
  });
});

describe('each rule is what exact fractions, rounded where the C and Python programs round, come to', () => {
  const shares = fc
    .record({
      weights: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 })), {
        minLength: 1,
        maxLength: 60,
      }),
      at: fc.nat(),
    })
    .map(({ weights, at }): Share => {
      const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
      return { weight: weights[at % weights.length]!, totalWeight, serverCount: weights.length };
    });

  test.each<[string, (share: Share) => number, (share: Share) => number]>([
    ['libmemcached', float32Digests, exactly.libmemcached],
    ['libketama', libketamaDigests, exactly.libketama],
    ['hash_ring', hashRingDigests, exactly.integers],
    ['uhashring', uhashringDigests, exactly.integers],
    ['npm hashring', (share) => npmHashringDigests(share, 40), exactly.npm],
  ])('%s', (_, ours, exact) => {
    for (const n of upTo1000) expect(ours(equal(n)), `n = ${n}`).toBe(exact(equal(n)));
    fc.assert(
      fc.property(shares, (share) => {
        expect(ours(share)).toBe(exact(share));
      }),
      { numRuns: 2000 },
    );
  });
});

test('the server of weight 1 in 3651 has no points under any ketama rule', () => {
  const share: Share = { weight: 1, totalWeight: 3651, serverCount: 5 };
  for (const rule of [float32Digests, libketamaDigests, hashRingDigests, uhashringDigests]) expect(rule(share)).toBe(0);
});
