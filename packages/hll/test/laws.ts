import fc, { type IPropertyWithHooks } from 'fast-check';

const seed = Number(process.env['DSYS_SEED'] ?? 3);
const scale = Number(process.env['DSYS_SCALE'] ?? 1) * (process.env['DSYS_SCALE'] === undefined ? 1 : 8);

/** Checks a law on examples that follow from one seed; `DSYS_SEED=7 vitest run test/laws.test.ts` tries others, and replays a failure. */
export function holds<T>(property: IPropertyWithHooks<T>, runs = 25): void {
  fc.assert(property, { seed, numRuns: runs * scale });
}

/** A range of keys [from, from + count): of sizes at which a sketch is exact, sparse or dense. */
export const anyRange: fc.Arbitrary<{ from: number; count: number }> = fc.record({
  from: fc.oneof(fc.constant(0), fc.nat(3000)),
  count: fc.oneof(fc.nat(3), fc.nat(40), fc.nat(600), fc.nat(2000)),
});
