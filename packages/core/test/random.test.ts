import { describe, expect, test } from 'vitest';
import {
  below,
  between,
  chance,
  nextUint32,
  pick,
  type Random,
  seededRandom,
  shuffle,
  split,
  unit,
} from '../src/index.js';

const take = (random: Random, count: number) => Array.from({ length: count }, () => nextUint32(random));

/** The same generator over again, from the formulas in the README: integers without a size, cut to 32 bits at the end. */
const word = (x: bigint) => x & 0xffff_ffffn;
const byTheFormulas = (seed: bigint) => drawsFrom(0n, word(seed), seed >> 32n);
function* drawsFrom(...start: [bigint, bigint, bigint]): Generator<number> {
  let [a, b, c] = start;
  let counter = 1n;
  for (let drawn = 0; ; drawn++) {
    const t = word(a + b + counter);
    [a, b, c] = [b ^ (b >> 9n), word(c + (c << 3n)), word(word((c << 21n) | (c >> 11n)) + t)];
    counter = word(counter + 1n);
    if (drawn >= 15) yield Number(t);
  }
}

function childByTheFormulas({ a, b, c, counter }: Random, label: string): Generator<number> {
  const shifted = (x: bigint, bits: bigint) => x ^ (x >> bits);
  const mix = (x: bigint) => shifted(word(shifted(word(shifted(x, 16n) * 0x85ebca6bn), 13n) * 0xc2b2ae35n), 16n);
  let fnv = 0x811c9dc5n;
  for (const unit of label.split('')) fnv = word((fnv ^ BigInt(unit.charCodeAt(0))) * 0x01000193n);
  const name = mix(fnv);
  return drawsFrom(
    mix(BigInt(a) ^ name),
    mix(word(BigInt(b) + name * 0x9e3779b1n)),
    mix(BigInt(c) ^ mix(word(name + BigInt(counter)))),
  );
}

describe('a seed', () => {
  // Printed by a C program of ten lines, with uint32_t and the formulas in the README.
  test.each([
    [0, [4216505632, 947923937, 2491578854, 3964400089]],
    [1, [1779833415, 2026416846, 1661539736, 2729060721]],
    [42, [1251167922, 656401615, 478193053, 3278332503]],
    [2 ** 32, [1047107358, 1857996408, 3863704218, 4155912429]],
    [2 ** 53 - 1, [182731693, 1903088272, 1586958750, 1240279877]],
  ])('%d draws these', (seed, draws) => {
    expect(take(seededRandom(seed), 4)).toEqual(draws);
  });

  test.each([0, 1, 2 ** 32 - 1, 2 ** 32, 123_456_789_012_345, Number.MAX_SAFE_INTEGER])(
    '%d draws what the formulas say, a thousand times',
    (seed) => {
      const formulas = byTheFormulas(BigInt(seed));
      expect(take(seededRandom(seed), 1_000)).toEqual(Array.from({ length: 1_000 }, () => formulas.next().value));
    },
  );

  test('is an integer 0..2^53-1', () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN, Infinity])
      expect(() => seededRandom(seed)).toThrow('seed must be an integer 0..2^53-1');
  });

  test('counts in its high half too', () => {
    expect(take(seededRandom(7), 4)).not.toEqual(take(seededRandom(7 + 2 ** 40), 4));
  });
});

describe('the state', () => {
  test('is plain data: four words that JSON and a spread keep', () => {
    const random = seededRandom(3);
    take(random, 10);
    for (const copy of [{ ...random }, JSON.parse(JSON.stringify(random)), structuredClone(random)] as Random[])
      expect(take(copy, 20)).toEqual(take({ ...random }, 20));
    for (const word of Object.values(random)) expect(word === word >>> 0).toBe(true);
  });

  test('a copy draws apart', () => {
    const random = seededRandom(3);
    const copy = { ...random };
    take(copy, 5);
    expect(random).toEqual(seededRandom(3));
  });
});

describe('split', () => {
  test('gives the same child for the same label, and leaves the parent as it is', () => {
    const parent = seededRandom(9);
    const before = { ...parent };
    expect(split(parent, 'network')).toEqual(split(parent, 'network'));
    expect(parent).toEqual(before);
  });

  test('a label more reshuffles nothing: what others draw does not depend on who else was split off', () => {
    const alone = take(split(seededRandom(9), 'network'), 50);
    const parent = seededRandom(9);
    take(split(parent, 'a new fault'), 7);
    const child = split(parent, 'network');
    take(split(parent, 'another'), 3);
    expect(take(child, 50)).toEqual(alone);
  });

  test('children of other labels, other parents, and of a parent that has drawn are others', () => {
    const parent = seededRandom(9);
    const drawn = seededRandom(9);
    nextUint32(drawn);
    const children = [
      ...['', 'a', 'b', 'ab', 'ba', 'n1', 'n2'].map((label) => split(parent, label)),
      split(seededRandom(10), 'a'),
      split(seededRandom(9 + 2 ** 32), 'a'),
      split(drawn, 'a'),
      split(split(parent, 'a'), 'a'),
      parent,
    ];
    expect(new Set(children.map((child) => take({ ...child }, 2).join())).size).toBe(children.length);
  });

  test('children are independent: of ten thousand by number, first draws are spread like chance', () => {
    const parent = seededRandom(1);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 10_000; i++) counts[below(split(parent, `node ${i}`), 100)]!++;
    expect(chiSquared(counts)).toBeLessThan(CHI_SQUARED_99);
  });

  // A run that was stored names its children by label: their draws are a promise like the root's.
  test.each([
    ['network', [1379588215, 2598145294, 4155338341]],
    ['', [2587320778, 1441168302, 2517003456]],
  ])('the child "%s" of seed 42 draws these, and what the formulas say', (label, draws) => {
    const parent = seededRandom(42);
    expect(take(split(parent, label), 3)).toEqual(draws);
    const formulas = childByTheFormulas(parent, label);
    expect(take(split(parent, label), 100)).toEqual(Array.from({ length: 100 }, () => formulas.next().value));
  });
});

/** Sum of (observed − expected)² / expected. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
/** With 99 degrees of freedom it is exceeded once in ten thousand (NIST, Handbook of Statistical Methods, 1.3.6.7.4). */
const CHI_SQUARED_99 = 161.3;

describe('below', () => {
  test.each([1, 2, 3, 7, 100, 2 ** 31 + 1, 2 ** 32])(
    '%d: stays in 0..limit−1 and reaches both ends of small ranges',
    (limit) => {
      const random = seededRandom(5);
      const drawn = Array.from({ length: 2_000 }, () => below(random, limit));
      for (const value of drawn) expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
      if (limit <= 100) expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([0, limit - 1]);
    },
  );

  test('is even over 100', () => {
    const random = seededRandom(11);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 100_000; i++) counts[below(random, 100)]!++;
    expect(chiSquared(counts)).toBeLessThan(CHI_SQUARED_99);
  });

  test('is unbiased where a remainder alone is not: thirds of 3 · 2^30', () => {
    // 2^32 modulo 3 · 2^30 would give the lowest third twice as often as each of the others: a half, a quarter, a quarter.
    const random = seededRandom(12);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[Math.floor(below(random, 3 * 2 ** 30) / 2 ** 30)]!++;
    expect(chiSquared(counts), 'with 2 degrees of freedom').toBeLessThan(18.4);
  });

  test('refuses a limit that leaves nothing to draw', () => {
    for (const limit of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
      expect(() => below(seededRandom(1), limit)).toThrow('a limit is an integer 1..2^32');
  });
});

test('between includes both ends, also below zero', () => {
  const random = seededRandom(5);
  const drawn = new Set(Array.from({ length: 200 }, () => between(random, -1, 2)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  expect(between(random, 4, 4)).toBe(4);
});

test('unit is in [0, 1), uses all 53 bits, and is a half on average', () => {
  const random = seededRandom(5);
  const drawn = Array.from({ length: 20_000 }, () => unit(random));
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(drawn.some((value) => (value * 2 ** 53) % 2 === 1)).toBe(true);
  // Its standard deviation is 1/√12; four of the mean's are 0.0082.
  expect(Math.abs(drawn.reduce((sum, value) => sum + value) / drawn.length - 0.5)).toBeLessThan(0.0082);
});

test('chance draws as much for never and for always as for sometimes', () => {
  const [never, always, sometimes] = [seededRandom(5), seededRandom(5), seededRandom(5)];
  for (let i = 0; i < 100; i++) {
    expect(chance(never, 0)).toBe(false);
    expect(chance(always, 1)).toBe(true);
    chance(sometimes, 0.3);
  }
  expect(never).toEqual(sometimes);
  expect(always).toEqual(sometimes);
});

test('pick gives each item as often, and refuses to pick from nothing', () => {
  const random = seededRandom(5);
  const items = Array.from({ length: 100 }, (_, i) => i);
  const counts = new Array<number>(100).fill(0);
  for (let i = 0; i < 100_000; i++) counts[pick(random, items)]!++;
  expect(chiSquared(counts)).toBeLessThan(CHI_SQUARED_99);
  expect(() => pick(random, [])).toThrow('there is something to pick from');
});

test('shuffle gives every order as often (Fisher and Yates), in place', () => {
  const random = seededRandom(5);
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const items = ['a', 'b', 'c', 'd'];
    expect(shuffle(random, items)).toBe(items);
    counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // With 23 degrees of freedom it is exceeded once in ten thousand.
  expect(chiSquared([...counts.values()])).toBeLessThan(55);
  expect(shuffle(random, [])).toEqual([]);
});
