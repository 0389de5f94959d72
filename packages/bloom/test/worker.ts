/** The other side of `worker.test.ts`: makes a filter of parts, adds a key where it can, and posts the parts back. */
import { parentPort, type Transferable } from 'node:worker_threads';
import {
  BinaryFuseFilter,
  BloomFilter,
  CountingBloomFilter,
  RotatingBloomFilter,
  ScalableBloomFilter,
} from '../src/index.js';

const kinds = { BinaryFuseFilter, BloomFilter, CountingBloomFilter, RotatingBloomFilter, ScalableBloomFilter };

type Made = { add?(key: string): void; toParts(): object };

/** Every buffer in parts, however deep. */
function memoryOf(value: unknown): Transferable[] {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer ? [] : [value.buffer as ArrayBuffer];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(memoryOf) : [];
}

parentPort!.on('message', ({ kind, parts }: { kind: keyof typeof kinds; parts: object }) => {
  try {
    const filter = new (kinds[kind] as unknown as new (parts: object) => Made)(parts);
    filter.add?.('there');
    const back = filter.toParts();
    parentPort!.postMessage(back, memoryOf(back));
  } catch (error) {
    parentPort!.postMessage({ error: String(error) });
  }
});
