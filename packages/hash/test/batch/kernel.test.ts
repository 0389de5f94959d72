import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { kernel } from '../../kernel/kernel.js';
import { hashKernel, withHashKernel } from '../../src/batch/index.js';
import { xxh64 } from '../../src/index.js';
import { KERNEL } from '../../src/kernel.bytes.js';

/** Of WebAssembly, which Node's types don't know. */
interface ModuleClass {
  new (binary: Uint8Array): object;
  imports(module: object): unknown[];
  exports(module: object): { name: string }[];
}

describe('the embedded WebAssembly', () => {
  test('is what its source compiles to', () => {
    const committed = readFileSync(new URL('../../src/kernel.bytes.ts', import.meta.url), 'utf8');
    expect(kernel.file(), 'run `pnpm kernel` in packages/hash').toBe(committed);
  });

  test('is less than 4 kB, which browsers compile on the main thread, and needs nothing from outside', () => {
    const { Module } = (globalThis as unknown as { WebAssembly: { Module: ModuleClass } }).WebAssembly;
    const binary = Buffer.from(KERNEL, 'base64');
    expect(binary.length).toBeLessThan(4096);
    expect(Module.imports(new Module(binary))).toEqual([]);
    const names = Module.exports(new Module(binary)).map(({ name }) => name);
    expect(names.sort()).toEqual(['consume', 'end', 'hashRanges', 'hashWords', 'memory', 'start']);
  });
});

test('a kernel is forced for as long as the body runs, and the one before is back after it', () => {
  expect(hashKernel()).toBe('wasm');
  withHashKernel('typescript', () => {
    expect(hashKernel()).toBe('typescript');
    withHashKernel('wasm', () => expect(hashKernel()).toBe('wasm'));
    expect(hashKernel()).toBe('typescript');
  });
  expect(() =>
    withHashKernel('typescript', () => {
      throw new Error('boom');
    }),
  ).toThrow('boom');
  expect(hashKernel()).toBe('wasm');
});

describe('where there is no WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  const forbidden = (): never => {
    throw new EvalError('refused by the content policy');
  };
  test.each([
    ['since the runtime has none', undefined],
    ['since the page forbids compiling', { Module: forbidden, Instance: forbidden }],
    ['since an instance has no memory', { Module: class {}, Instance: forbidden }],
  ])('%s, TypeScript hashes, and asking for WebAssembly says so', async (_, WebAssembly) => {
    vi.stubGlobal('WebAssembly', WebAssembly);
    vi.resetModules();
    const fresh = await import('../../src/batch/index.js');
    expect(fresh.hashKernel()).toBe('typescript');
    fresh.hashBatches(['a', 'b', 'c', 'd'], (lanes) => {
      expect((BigInt(lanes[7]!) << 32n) | BigInt(lanes[6]!)).toBe(xxh64('d'));
    });
    expect(() => fresh.withHashKernel('wasm', () => undefined)).toThrow(expect.objectContaining({ code: 'no-wasm' }));
    expect(fresh.hashKernel()).toBe('typescript');
  });
});
