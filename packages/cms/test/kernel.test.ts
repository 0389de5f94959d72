import { readFileSync } from 'node:fs';
import { withHashKernel } from '@dsys/hash/batch';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { kernel } from '../kernel/kernel.js';
import { CountMinSketch } from '../src/index.js';
import { hexOf } from './laws.js';

test('the embedded WebAssembly is what its source compiles to', () => {
  const committed = readFileSync(new URL('../src/kernel.bytes.ts', import.meta.url), 'utf8');
  expect(kernel.file(), 'run `pnpm kernel` in packages/cms').toBe(committed);
});

/** The bytes of sketches fed in batches of every size up to a few, and past the module's room. */
function fed(width: number): string[] {
  return [1, 2, 3, 4, 5, 7, 2047, 2048, 2049, 5000].map((count) => {
    const sketch = CountMinSketch.create({ width, depth: 4 });
    const keys = Array.from({ length: count }, (_, i) => `key:${i}`);
    sketch.addMany(keys);
    const found = [...sketch.countMany(keys)];
    expect(found).toEqual(keys.map((key) => sketch.count(key).estimate));
    return hexOf(sketch.toBytes());
  });
}

test.each([1, 2, 1000, 4096, 65_537])('WebAssembly and TypeScript count alike, bit for bit: width %s', (width) => {
  expect(withHashKernel('wasm', () => fed(width))).toEqual(withHashKernel('typescript', () => fed(width)));
});

test('up to a width of 2^21, and beyond it, where only TypeScript counts', () => {
  for (const width of [2 ** 21, 2 ** 21 + 1]) {
    const [one, many, plain] = [1, 2, 3].map(() => CountMinSketch.create({ width, depth: 2 }));
    const keys = Array.from({ length: 3000 }, (_, i) => `key:${i}`);
    for (const key of keys) one!.add(key);
    many!.addMany(keys);
    withHashKernel('typescript', () => plain!.addMany(keys));
    const expected = Buffer.from(one!.table.cells.buffer);
    for (const { table } of [many!, plain!]) expect(Buffer.from(table.cells.buffer).equals(expected)).toBe(true);
  }
});

describe('where there is no WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test.each([
    ['none at all', undefined],
    [
      'one that a content policy forbids',
      {
        Module: class {
          constructor() {
            throw new EvalError('unsafe-eval');
          }
        },
      },
    ],
  ])('%s', async (_, WebAssembly) => {
    const expected = fed(1000);
    vi.resetModules();
    vi.stubGlobal('WebAssembly', WebAssembly);
    const fresh = await import('../src/index.js');
    const sketch = fresh.CountMinSketch.create({ width: 1000, depth: 4 });
    sketch.addMany(Array.from({ length: 5000 }, (__, i) => `key:${i}`));
    expect(hexOf(sketch.toBytes())).toBe(expected.at(-1));
  });
});
