/** Filters are handed to a worker, filled there and handed back, and their memory is moved, never copied. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Transferable, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BinaryFuseFilter,
  BloomFilter,
  CountingBloomFilter,
  RotatingBloomFilter,
  ScalableBloomFilter,
} from '../src/index.js';
import { keysOf } from './support.js';

let worker: Worker;
beforeAll(() => {
  // A worker's entry is not compiled: this one has the compiler import the program.
  const { resolve } = createRequire(import.meta.url);
  const [tsx, program] = [pathToFileURL(resolve('tsx/esm/api')).href, new URL('worker.ts', import.meta.url).href];
  const entry = `import(${JSON.stringify(tsx)}).then(({ register }) => (register(), import(${JSON.stringify(program)})))`;
  worker = new Worker(entry, { eval: true, execArgv: ['--conditions=@dsys/source'] });
});
afterAll(async () => {
  await worker.terminate();
});

/** Posts parts with their memory, and waits for those that come back. */
async function thereAndBack<P>(kind: string, parts: P, memory: ArrayBufferLike[]): Promise<P> {
  const answer = new Promise<P>((resolve, reject) => {
    worker.once('message', (message: P | { error: string }) => {
      if (typeof message === 'object' && message !== null && 'error' in message) reject(new Error(message.error));
      else resolve(message as P);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker is gone')));
  });
  worker.postMessage({ kind, parts }, memory as Transferable[]);
  for (const buffer of memory) expect(buffer.byteLength).toBe(0);
  return answer;
}

test('a Bloom filter', async () => {
  const filter = BloomFilter.forItems({ expected: 100, falsePositiveRate: 0.01 });
  filter.add('here');
  const back = new BloomFilter(await thereAndBack('BloomFilter', filter.toParts(), [filter.words.buffer]));
  expect([back.has('here'), back.has('there')]).toEqual([true, true]);
  expect(() => filter.has('here')).toThrow('this filter was handed over');
});

test('a Bloom filter in shared memory is asked by both', async () => {
  const plan = BloomFilter.forItems({ expected: 100, falsePositiveRate: 0.01 }).toParts();
  const words = new Uint32Array(new SharedArrayBuffer(plan.words.byteLength));
  const filter = new BloomFilter({ ...plan, words });
  filter.add('here');
  await thereAndBack('BloomFilter', filter.toParts(), []);
  expect([filter.has('here'), filter.has('there')]).toEqual([true, true]);
});

test('a scalable filter', async () => {
  const filter = ScalableBloomFilter.create({ falsePositiveRate: 0.01, initialCapacity: 10 });
  filter.addMany(keysOf(100));
  const parts = filter.toParts();
  const memory = parts.layers.map((layer) => layer.filter.words.buffer);
  const back = new ScalableBloomFilter(await thereAndBack('ScalableBloomFilter', parts, memory));
  expect([...keysOf(100), 'there'].every((key) => back.has(key))).toBe(true);
  expect(() => filter.add('x')).toThrow('this filter was handed over');
});

test('a counting filter', async () => {
  const filter = CountingBloomFilter.forItems({ expected: 100, falsePositiveRate: 0.01 });
  filter.add('here');
  const back = new CountingBloomFilter(
    await thereAndBack('CountingBloomFilter', filter.toParts(), [filter.counters.buffer]),
  );
  expect([back.remove('here'), back.remove('there'), back.has('here')]).toEqual([true, true, false]);
});

test('a rotating filter', async () => {
  const filter = RotatingBloomFilter.forItems({ expected: 100, falsePositiveRate: 0.01 });
  filter.add('here');
  const parts = filter.toParts();
  const memory = parts.generations.map(({ words }) => words.buffer);
  const back = new RotatingBloomFilter(await thereAndBack('RotatingBloomFilter', parts, memory));
  expect([back.has('here'), back.has('there')]).toEqual([true, true]);
  expect(() => filter.has('here')).toThrow('this filter was handed over');
});

test('a static filter', async () => {
  const filter = BinaryFuseFilter.build(keysOf(100));
  const parts = filter.toParts();
  const back = new BinaryFuseFilter(await thereAndBack('BinaryFuseFilter', parts, [parts.fingerprints.buffer]));
  expect(keysOf(100).every((key) => back.has(key))).toBe(true);
  expect(() => filter.has('key:1')).toThrow('this filter was handed over');
});
