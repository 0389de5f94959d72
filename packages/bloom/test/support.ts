import { readFileSync } from 'node:fs';
import fc, { type IPropertyWithHooks } from 'fast-check';

const seed = Number(process.env['DSYS_SEED'] ?? 3);
/** How many times more a long run tries. */
export const scale: number = Number(process.env['DSYS_SCALE'] ?? 1);

/**
 * Checks a law on examples that follow from one seed: `DSYS_SEED=7 vitest run test/NAME.test.ts` tries others, and
 * replays a failure.
 */
export function holds<T>(property: IPropertyWithHooks<T>, runs = 100): void {
  fc.assert(property, { seed, numRuns: runs * scale });
}

/** Keys of every kind. */
export const anyKey: fc.Arbitrary<string | number | bigint | Uint8Array> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.uint8Array({ maxLength: 40 }),
);

/** `key:0` and on, as the ground truth has them. */
export const keysOf = (count: number, from = 0, prefix = 'key'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}:${from + i}`);

/** A file of `test/vectors` or `test/frozen`. */
export const fileOf = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(path, import.meta.url)));
export const jsonOf = (path: string): unknown => JSON.parse(Buffer.from(fileOf(path)).toString());

/** SplitMix64 from a seed, as pairs of 32-bit lanes: hashes of keys that nobody has to name. */
export function randomHashes(count: number, from: bigint): BigUint64Array {
  const hashes = new BigUint64Array(count);
  let state = from;
  for (let i = 0; i < count; i++) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    hashes[i] = z ^ (z >> 31n);
  }
  return hashes;
}
