import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { HyperLogLog, type HyperLogLogMessage, handOver, takeOver } from '../src/index.js';
import { hllOf, ullOf } from './good-codecs.js';

/** To another thread and back by the road that a worker uses: structured clone, with buffers moved. */
function sent(sketch: HyperLogLog): HyperLogLog {
  const { message, transfer } = handOver(sketch);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(message, transfer as ArrayBuffer[]);
  // Nothing was copied: the bytes are gone here.
  expect(message.state.byteLength).toBe(0);
  const received = receiveMessageOnPort(port2) as { message: HyperLogLogMessage };
  port1.close();
  return takeOver(received.message);
}

test('a worker counts on without a copy, and hands the sketch back', async () => {
  // Of Node 20 `--import` does not reach a worker's own file: it has to ask for TypeScript itself.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href;
  const own = new URL('worker.ts', import.meta.url).href;
  const worker = new Worker(`import('${tsx}').then(({ register }) => (register(), import('${own}')))`, {
    eval: true,
    execArgv: ['--conditions=@dsys/source'],
  });
  const thereAndBack = async <M>(message: M, transfer: ArrayBufferLike[]): Promise<M> => {
    const answer = new Promise<M>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    worker.postMessage(message, transfer as ArrayBuffer[]);
    expect(transfer[0]!.byteLength).toBe(0);
    return answer;
  };
  try {
    for (const n of [5, 500, 50_000]) {
      const expected = hllOf(n, 13);
      expected.addMany(['from', 'the worker']);
      const { message, transfer } = handOver(hllOf(n, 13));
      expect(takeOver(await thereAndBack(message, transfer)).toBytes()).toEqual(expected.toBytes());
    }
    const expected = ullOf(5000, 10);
    expected.addMany(['from', 'the worker']);
    const { message, transfer } = handOver(ullOf(5000, 10));
    expect(takeOver(await thereAndBack(message, transfer)).toBytes()).toEqual(expected.toBytes());
  } finally {
    await worker.terminate();
  }
});

describe('handing over', () => {
  test.each([
    ['exact', 10],
    ['sparse', 500],
    ['dense', 50_000],
  ])('an %s sketch moves without a copy, and goes on counting', (representation, n) => {
    const sketch = hllOf(n, 14);
    expect(sketch.representation).toBe(representation);
    const bytes = sketch.toBytes();
    const there = sent(sketch);
    expect(there.toBytes()).toEqual(bytes);
    expect(sketch.estimate()).toBe(0);
    sketch.add('a');
    expect(sketch.estimate()).toBe(1);
    for (let i = 0; i < 5000; i++) there.add(`more:${i}`);
    expect(Math.abs(there.estimate() / (n + 5000) - 1)).toBeLessThan(0.04);
  });

  test('a view copies first: your bytes stay', () => {
    const bytes = hllOf(50_000, 12).toBytes();
    const there = sent(HyperLogLog.fromBytes(bytes, { view: true }));
    expect(there.toBytes()).toEqual(bytes);
    expect(bytes.length).toBeGreaterThan(3000);
  });

  test.each([
    ['nothing', undefined],
    ['another kind', { kind: 'cms' }],
    ['an UltraLogLog of another length', { ...handOver(ullOf(9, 5)).message, precision: 6 }],
    ['an UltraLogLog of nothing', { kind: 'ull' }],
    ['a state of another length', { ...handOver(hllOf(50_000, 12)).message, precision: 11 }],
    ['a precision out of range', { ...handOver(hllOf(50_000, 12)).message, precision: 40 }],
    ['registers as words', { ...handOver(hllOf(50_000, 12)).message, state: new Uint32Array(3073) }],
    ['more tokens than the table has slots', { ...handOver(hllOf(300, 12)).message, count: 5000 }],
    ['more hashes than there is room for', { ...handOver(hllOf(3, 12)).message, count: 50 }],
  ])('%s is refused', (_, message) => {
    expect(() => takeOver(message as never)).toThrow(expect.objectContaining({ code: 'bad-option' }));
  });
});
