/** Keys that wait are hashed as if they had not: the same hashes, in the same order, for whoever they were meant. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HashKernel, settleKeys, waits, withHashKernel } from '../../src/batch/index.js';
import { xxh64 } from '../../src/index.js';

/** Takes hashes, and lists them. */
class Taker {
  readonly hashes: bigint[] = [];
  readonly batches: number[] = [];

  /** By waiting, or, where the room is closed, at once. */
  add(key: string): void {
    if (waits(this, key)) return;
    settleKeys(this);
    this.hashes.push(xxh64(key));
  }

  takeHashes(lanes: Uint32Array, count: number): void {
    this.batches.push(count);
    for (let i = 0; i < count; i++) this.hashes.push((BigInt(lanes[2 * i + 1]!) << 32n) | BigInt(lanes[2 * i]!));
  }

  settled(): bigint[] {
    settleKeys(this);
    return this.hashes;
  }
}

const manyKeys = (count: number): string[] => Array.from({ length: count }, (_, i) => `key:${i}`);

const kernels: HashKernel[] = ['wasm', 'typescript'];

describe.each(kernels)('with %s', (kernel) => {
  test('several takers get the hashes of their own keys, in order, however they take turns and ask', () => {
    const key = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      // Halves of surrogate pairs, which are another character where two meet.
      fc.constantFrom('', '\ud83d', '\ude00', 'x'.repeat(128), 'x'.repeat(129), 'ä'.repeat(128), 'y'.repeat(70_000)),
    );
    const step = fc.record({
      taker: fc.nat(2),
      keys: fc.oneof(fc.array(key, { maxLength: 8 }), fc.integer({ min: 900, max: 1100 }).map(manyKeys)),
      asks: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) =>
        withHashKernel(kernel, () => {
          const takers = [new Taker(), new Taker(), new Taker()];
          const expected: bigint[][] = [[], [], []];
          for (const { taker, keys, asks } of steps) {
            for (const one of keys) {
              takers[taker]!.add(one);
              expected[taker]!.push(xxh64(one));
            }
            if (asks) expect(takers[taker]!.settled()).toEqual(expected[taker]);
          }
          expect(takers.map((taker) => taker.settled())).toEqual(expected);
        }),
      ),
      { numRuns: 12, seed: 20261124 },
    );
  });
});

test('at most 1,024 keys wait, and at most 32,768 units', () => {
  const many = new Taker();
  for (let i = 0; i < 2100; i++) many.add(`key:${i}`);
  expect(many.batches).toEqual([1024, 1024]);
  expect(many.settled().length).toBe(2100);
  const long = new Taker();
  for (let i = 0; i < 600; i++) long.add('x'.repeat(128));
  expect(Math.max(...long.batches) * 128).toBeLessThanOrEqual(32_768);
  expect(long.settled().length).toBe(600);
});

test('a key of more than 128 units does not wait, nor does anything before it wait any longer than it', () => {
  const taker = new Taker();
  taker.add('a');
  taker.add('b'.repeat(129));
  expect(taker.hashes).toEqual([xxh64('a'), xxh64('b'.repeat(129))]);
});

test('who comes hands over what waits for another one', () => {
  const [one, other] = [new Taker(), new Taker()];
  for (let i = 0; i < 10; i++) one.add(`${i}`);
  expect(one.hashes).toEqual([]);
  other.add('x');
  expect(one.hashes.length).toBe(10);
  expect(other.settled()).toEqual([xxh64('x')]);
});

test('takers that take turns at every key are let in no more for a while, and then again', () => {
  const [one, other] = [new Taker(), new Taker()];
  for (let i = 0; i < 100; i++) for (const taker of [one, other]) taker.add(`${i}`);
  // Eight turns of one key; all others were hashed at once.
  expect(one.batches.length + other.batches.length).toBeLessThan(12);
  for (let i = 0; i < 2000; i++) one.add(`${i}`);
  expect(Math.max(...one.batches)).toBe(1024);
  expect(one.settled().length).toBe(2100);
  expect(other.settled().length).toBe(100);
});
