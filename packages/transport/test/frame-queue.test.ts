import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameQueue } from '../src/index.js';

const frame = (number: number, size: number): Uint8Array => {
  const bytes = new Uint8Array(size);
  if (size > 0) bytes[0] = number;
  return bytes;
};

test('it does what an array with two counters does', () => {
  const operation = fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: fc.constant('push' as const), size: fc.nat(40) }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('take' as const) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('settle' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('clear' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const queue = new FrameQueue({ maxQueueBytes: 200, maxQueueFrames: 12 });
      let waiting: Uint8Array[] = [];
      let inFlight: Uint8Array[] = [];
      const bytes = (): number => [...waiting, ...inFlight].reduce((sum, { length }) => sum + length, 0);
      for (const [number, one] of operations.entries()) {
        if (one.type === 'push') {
          const next = frame(number, one.size);
          const fits = bytes() + one.size <= 200 && waiting.length + inFlight.length < 12;
          expect(queue.push(next)).toBe(fits);
          if (fits) waiting.push(next);
        } else if (one.type === 'take') {
          const taken = queue.take();
          expect(taken).toBe(waiting[0]);
          if (taken !== undefined) inFlight.push(waiting.shift()!);
        } else if (one.type === 'settle') {
          queue.settle(
            inFlight.length,
            inFlight.reduce((sum, { length }) => sum + length, 0),
          );
          inFlight = [];
        } else {
          expect(queue.clear()).toBe(waiting.length + inFlight.length);
          waiting = [];
          inFlight = [];
        }
        expect([queue.waiting, queue.bytes, queue.list()]).toEqual([waiting.length, bytes(), waiting]);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('thousands that come and go keep their order, though the array is cut on the way', () => {
  const queue = new FrameQueue({ maxQueueBytes: 1e6, maxQueueFrames: 10_000 });
  let pushed = 0;
  let taken = 0;
  const push = (count: number): void => {
    for (let i = 0; i < count; i++) expect(queue.push(Uint8Array.of(pushed, pushed++ >>> 8))).toBe(true);
  };
  const take = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const next = queue.take()!;
      expect(next[0]! + next[1]! * 256).toBe(taken++);
      queue.settle(1, 2);
    }
  };
  push(5000);
  for (let i = 0; i < 20; i++) {
    take(700);
    push(600);
  }
  take(queue.waiting);
  expect([taken, queue.take(), queue.bytes]).toEqual([pushed, undefined, 0]);
});

test('a frame that was taken is kept no longer', () => {
  const queue = new FrameQueue({ maxQueueBytes: 1e6, maxQueueFrames: 10 });
  for (let i = 0; i < 3; i++) queue.push(frame(i, 10));
  queue.take();
  const { frames } = queue as unknown as { frames: unknown[] };
  expect(frames.filter((one) => one !== undefined)).toHaveLength(2);
});

test('whoever waits is let go at half of both bounds, and not before', async () => {
  const queue = new FrameQueue({ maxQueueBytes: 100, maxQueueFrames: 4 });
  await queue.writable();
  for (let i = 0; i < 4; i++) queue.push(frame(i, 25));
  expect(queue.push(frame(4, 0))).toBe(false);
  let isWritable = false;
  void queue.writable().then(() => (isWritable = true));
  const settled: boolean[] = [];
  for (let i = 0; i < 4; i++) {
    queue.take();
    queue.settle(1, 25);
    await null;
    settled.push(isWritable);
  }
  expect(settled).toEqual([false, true, true, true]);
});

test('writable waits until there is room for what had none, though less than half is taken', async () => {
  const queue = new FrameQueue({ maxQueueBytes: 100, maxQueueFrames: 10 });
  queue.push(frame(1, 20));
  queue.push(frame(2, 20));
  expect(queue.push(frame(3, 80))).toBe(false);
  let isWritable = false;
  const writable = queue.writable().then(() => (isWritable = true));
  queue.take();
  await Promise.resolve();
  expect(isWritable).toBe(false);
  queue.settle(1, 20);
  await writable;
  expect(queue.push(frame(3, 80))).toBe(true);
  expect(queue.push(frame(4, 1000))).toBe(false); // what can never fit is not waited for
  queue.take();
  queue.take();
  queue.settle(2, 100);
  await queue.writable();
});
