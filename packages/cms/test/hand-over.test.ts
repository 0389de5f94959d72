import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import {
  ConservativeCountMin,
  CountMinSketch,
  DyadicCountMin,
  handOver,
  type Transferable,
  takeOver,
  WindowedCountMin,
} from '../src/index.js';
import { hexOf } from './laws.js';

function filled(): Record<string, Transferable> {
  const plain = CountMinSketch.create({ width: 500, depth: 4 });
  const conservative = ConservativeCountMin.create({ width: 500, depth: 4, counterBits: 53 });
  for (const sketch of [plain, conservative]) sketch.addMany(['a', 'b', 'a']);
  plain.decay(0.9);
  const windowed = WindowedCountMin.create({ width: 50, depth: 2, panes: 3 });
  windowed.add('a');
  windowed.advanceTo(2);
  windowed.add('b');
  const dyadic = DyadicCountMin.create({ bits: 12, width: 64, depth: 2 });
  dyadic.addMany([1, 2, 4095]);
  return { plain, conservative, windowed, dyadic };
}

describe.each(Object.keys(filled()))('%s', (kind) => {
  test('goes by structured clone without a copy, and leaves an empty sketch behind', () => {
    const sketch = filled()[kind]!;
    const before = hexOf(sketch.toBytes());
    const { message, transfer } = handOver(sketch);
    expect(transfer.length).toBeGreaterThan(0);
    const cloned = structuredClone(message, { transfer: transfer as ArrayBuffer[] });
    for (const buffer of transfer) expect(buffer.byteLength).toBe(0);
    expect(hexOf(takeOver(cloned).toBytes())).toBe(before);
    expect(sketch.total).toBe(0);
    // It goes on counting.
    if (sketch instanceof DyadicCountMin) sketch.add(1);
    else sketch.add('a');
    expect(sketch.total).toBe(1);
  });
});

test('a view is copied first: the bytes are the caller’s', () => {
  const sketch = CountMinSketch.create({ width: 50, depth: 2 });
  sketch.add('a');
  const bytes = sketch.toBytes();
  const { message, transfer } = handOver(CountMinSketch.fromBytes(bytes, { view: true }));
  structuredClone(message, { transfer: transfer as ArrayBuffer[] });
  expect(CountMinSketch.fromBytes(bytes).count('a').estimate).toBe(1);
});

test('a worker counts on, and hands the sketch back', async () => {
  // Of Node 20 `--import` does not reach a worker's own file: it has to ask for TypeScript itself.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href;
  const own = new URL('worker.ts', import.meta.url).href;
  const worker = new Worker(`import('${tsx}').then(({ register }) => (register(), import('${own}')))`, {
    eval: true,
    execArgv: ['--conditions=@dsys/source'],
  });
  try {
    const sketch = CountMinSketch.create({ width: 1000, depth: 5 });
    sketch.add('a', 3);
    const { message, transfer } = handOver(sketch);
    worker.postMessage(message, transfer as ArrayBuffer[]);
    expect(transfer[0]!.byteLength).toBe(0);
    const back = await new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    const returned = takeOver(back as typeof message);
    expect(returned.count('a').estimate).toBe(4);
    expect(returned.total).toBe(4);
  } finally {
    await worker.terminate();
  }
});
