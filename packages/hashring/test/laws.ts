import fc, { type IPropertyWithHooks } from 'fast-check';
import type { RingNodeObject } from '../src/index.js';

const seed = Number(process.env['DSYS_SEED'] ?? 3);
const scale = Number(process.env['DSYS_SCALE'] ?? 1);

/**
 * Checks a law on examples that follow from one seed: `DSYS_SEED=7 vitest run test/NAME.test.ts` tries others, and
 * replays a failure.
 */
export function holds<T>(property: IPropertyWithHooks<T>, runs = 100): void {
  fc.assert(property, { seed, numRuns: runs * scale });
}

/**
 * Ids of every kind, such as are also each other's beginnings, or beyond the BMP, where UTF-16 and UTF-8 differ in
 * order.
 */
export const anyId: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 99 }).map((i) => `node-${i}`),
  fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.0.${a}.${b}:11211`),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.constantFrom(
    'a',
    'ab',
    'abc',
    '\uffff',
    '\u{10000}',
    '\u{1f511}',
    'é',
    'e\u0301',
    '\0',
    '__proto__',
    'constructor',
  ),
);

export const anyWeight: fc.Arbitrary<number> = fc.oneof(
  fc.constant(1),
  fc.integer({ min: 1, max: 8 }),
  fc.double({ min: 0.001, max: 8, noNaN: true }),
);

export const anyNode: fc.Arbitrary<RingNodeObject> = fc.record(
  { id: anyId, weight: anyWeight, zone: fc.constantFrom('', 'east', 'west', 'süd') },
  { requiredKeys: ['id'] },
);

/** Lists of nodes with distinct ids. */
export const nodesOf = (minLength: number, maxLength: number): fc.Arbitrary<RingNodeObject[]> =>
  fc.uniqueArray(anyNode, { minLength, maxLength, selector: (node) => node.id });

/** The same list in another order. */
export const shuffled = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

/** Distinct keys that look like keys: the n-th is always the same. */
export const keysOf = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `user:${(from + i) * 7919}`);
