import fc, { type IPropertyWithHooks } from 'fast-check';

const seed = Number(process.env['DSYS_SEED'] ?? 3);

/** How much longer a long run is: 1 is `npm run test:long`. */
export const scale = Number(process.env['DSYS_SCALE'] ?? 1);

/**
 * Checks a law on examples that follow from one seed: `DSYS_SEED=7 vitest run test/NAME.test.ts` tries others, and
 * replays a failure.
 */
export function holds<T>(property: IPropertyWithHooks<T>, runs = 100): void {
  fc.assert(property, { seed, numRuns: runs * scale });
}

/** Keys of every kind, some of which are the same key in another dress. */
export const anyKey: fc.Arbitrary<string | Uint8Array | number | bigint> = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((i) => `key:${i}`),
  fc.integer({ min: -2, max: 2 }),
  fc.integer({ min: -2, max: 2 }).map(BigInt),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
  fc.uint8Array({ maxLength: 2 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(2 ** 53, 2n ** 64n - 1n, -(2n ** 63n), 'a', Uint8Array.of(0x61), '', '\ud800', Number.NaN),
);

/** Keys with how often they came. */
export const anyStream: fc.Arbitrary<[string, number][]> = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 40 }).map((i) => `key:${i}`),
    fc.integer({ min: 0, max: 5 }),
  ),
  { maxLength: 60 },
);

/** How often each key really came. */
export function trueCounts(...streams: readonly (readonly (readonly [string, number])[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stream of streams) for (const [key, n] of stream) counts.set(key, (counts.get(key) ?? 0) + n);
  return counts;
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
