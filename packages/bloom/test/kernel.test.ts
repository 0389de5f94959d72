import { readFileSync } from 'node:fs';
import { hash } from '@dsys/hash';
import { type KeyBatch, packKeys, withHashKernel } from '@dsys/hash/batch';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { kernel } from '../kernel/kernel.js';
import { BloomFilter } from '../src/index.js';
import { KERNEL } from '../src/kernel.bytes.js';
import { insertBySimd } from '../src/kernel.js';
import { holds, keysOf, randomHashes } from './support.js';

/** Of WebAssembly, which Node's types don't know. */
interface ModuleClass {
  new (binary: Uint8Array): object;
  imports(module: object): unknown[];
  exports(module: object): { name: string }[];
}

const create = (bitCount: number): BloomFilter => BloomFilter.create({ layout: 'split-block', bitCount });
const oneByOne = (bitCount: number, keys: Iterable<string>): Uint32Array => {
  const filter = create(bitCount);
  for (const key of keys) filter.add(key);
  return filter.words;
};

describe('the embedded WebAssembly', () => {
  test('is what its source compiles to', () => {
    const committed = readFileSync(new URL('../src/kernel.bytes.ts', import.meta.url), 'utf8');
    expect(kernel.file(), 'run `pnpm kernel` in packages/bloom').toBe(committed);
  });

  test('is less than 4 kB, which browsers compile on the main thread, and needs nothing from outside', () => {
    const { Module } = (globalThis as unknown as { WebAssembly: { Module: ModuleClass } }).WebAssembly;
    const binary = Buffer.from(KERNEL, 'base64');
    expect(binary.length).toBeLessThan(4096);
    expect(Module.imports(new Module(binary))).toEqual([]);
    const names = Module.exports(new Module(binary)).map(({ name }) => name);
    expect(names.sort()).toEqual(['insert', 'memory']);
  });
});

test('sets the very bits that TypeScript sets, in filters of any size, one after the other', () => {
  holds(
    fc.property(
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.nat(),
      (blocks, count, seed) => {
        const hashes = randomHashes(count, BigInt(seed));
        const [simd, plain] = [create(256 * blocks), create(256 * blocks)];
        simd.addMany(hashes);
        withHashKernel('typescript', () => plain.addMany(hashes));
        // In one go: an assertion a word takes its time.
        if (Buffer.compare(Buffer.from(simd.words.buffer), Buffer.from(plain.words.buffer)) !== 0)
          throw new Error(`${count} keys of seed ${seed} in ${blocks} blocks`);
      },
    ),
    60,
  );
});

test('what was in before stays in, whatever the keys are held in', () => {
  for (const more of [keysOf(1000, 5000), packKeys(keysOf(1000, 5000)), randomHashes(1000, 9n)]) {
    const [simd, plain] = [create(256 * 100), create(256 * 100)];
    for (const filter of [simd, plain]) filter.addMany(keysOf(300));
    simd.addMany(more);
    withHashKernel('typescript', () => plain.addMany(more));
    expect(simd.words).toEqual(plain.words);
  }
});

test('packed keys whose parts are read by code that adds to the filter lose nothing', () => {
  const filter = create(256 * 100);
  const packed = packKeys(keysOf(1000));
  const strange = {
    offsets: packed.offsets,
    get bytes() {
      filter.add('inner');
      return packed.bytes;
    },
  };
  filter.addMany(strange);
  expect(filter.words).toEqual(oneByOne(256 * 100, [...keysOf(1000), 'inner']));
});

test('every bit of every word can be set', () => {
  const filter = create(256);
  filter.addMany(keysOf(5000));
  expect(filter.words).toEqual(new Uint32Array(8).fill(0xffff_ffff));
});

test('is used for batches whose number of keys is known, and is at least twice that of the blocks', () => {
  const { words } = create(256 * 10);
  const keys = keysOf(20);
  const used = (batch: KeyBatch): boolean => insertBySimd(words, batch) !== null;
  expect([used(keys), used(packKeys(keys)), used(randomHashes(20, 1n))]).toEqual([true, true, true]);
  expect([used(keys.slice(1)), used(new Set(keys)), used(keys.values())]).toEqual([false, false, false]);
  expect(used({} as never)).toBe(false);
  expect(
    insertBySimd(new Uint32Array(2 ** 22 + 8), { length: 2 ** 30, offsets: { length: 2 ** 30 } } as never),
  ).toBeNull();
  withHashKernel('typescript', () => expect(used(keys)).toBe(false));
});

test('what is added to the filter while a batch is read is in', () => {
  const filter = create(256 * 100);
  const keys = [...keysOf(3000)];
  Object.defineProperty(keys, 1500, {
    get() {
      filter.add('inner');
      filter.addMany(keysOf(1000, 9000));
      return 'outer';
    },
  });
  filter.addMany(keys);
  const all = [...keysOf(1500), 'inner', 'outer', ...keysOf(1499, 1501), ...keysOf(1000, 9000)];
  expect(filter.words).toEqual(oneByOne(256 * 100, all));
});

test('after an error the filter has what was read before it, and the next batch is as good as any', () => {
  const filter = create(256 * 100);
  expect(() => filter.addMany([...keysOf(5000), null as never])).toThrow(TypeError);
  expect(filter.has('key:0')).toBe(true);
  const next = create(256 * 100);
  expect(next.addMany(keysOf(500).map((key) => hash(key)))).toBe(500);
  expect(next.words).toEqual(oneByOne(256 * 100, keysOf(500)));
});

describe('where there is no SIMD', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  const forbidden = (): never => {
    throw new EvalError('refused by the content policy');
  };
  test.each([
    ['since the runtime has no WebAssembly', undefined],
    ['since the page forbids compiling', { Module: forbidden, Instance: forbidden }],
  ])('%s, TypeScript sets the bits', async (_, WebAssembly) => {
    vi.resetModules();
    const { BloomFilter: Fresh } = await import('../src/index.js');
    vi.stubGlobal('WebAssembly', WebAssembly);
    const filter = Fresh.create({ layout: 'split-block', bitCount: 256 * 50 });
    expect(filter.addMany(keysOf(3000))).toBe(3000);
    expect(filter.words).toEqual(oneByOne(256 * 50, keysOf(3000)));
  });
});
