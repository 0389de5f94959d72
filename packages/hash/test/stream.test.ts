import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xxh32, xxh64 } from '../src/index.js';
import { type ByteChunks, createXxh32, createXxh64, xxh32Stream, xxh64Stream } from '../src/stream.js';

const input = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) >>> 3);

/** The input in pieces that end at the given places. */
function pieces(bytes: Uint8Array, ends: readonly number[]): Uint8Array[] {
  const cuts = [0, ...ends.map((end) => Math.min(end, bytes.length)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i]!, end));
}

async function* generate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe('hashing a stream', () => {
  test('gives the hash of the whole, wherever it is cut and whatever the seed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        async (bytes, ends, seed) => {
          const chunks = pieces(bytes, ends);
          expect(await xxh64Stream(chunks, { seed })).toBe(xxh64(bytes, seed));
          const seed32 = Number(BigInt.asUintN(32, seed));
          expect(await xxh32Stream(generate(chunks), { seed: seed32 })).toBe(xxh32(bytes, seed32));
        },
      ),
    );
  });

  const chunks = pieces(input, [1, 70_000, 70_000, 199_999]);
  test.each<[string, () => ByteChunks]>([
    ['an array of chunks', () => chunks],
    ['an async generator', () => generate(chunks)],
    ['a Node stream', () => Readable.from(chunks.map((chunk) => Buffer.from(chunk)))],
    ['a web stream', () => new Blob(chunks).stream()],
    [
      'a web stream that cannot be iterated over',
      () => {
        const reader = new Blob(chunks).stream().getReader();
        return { getReader: () => reader } as ByteChunks;
      },
    ],
  ])('takes %s', async (_, make) => {
    expect(await xxh64Stream(make())).toBe(xxh64(input));
    expect(await xxh32Stream(make())).toBe(xxh32(input));
  });

  test('of no chunks is the hash of nothing', async () => {
    expect(await xxh64Stream([])).toBe(xxh64(''));
    expect(await xxh32Stream([])).toBe(xxh32(''));
  });

  test('reports the bytes hashed so far after each chunk', async () => {
    const seen: number[] = [];
    await xxh64Stream(chunks, { onProgress: (bytes) => seen.push(bytes) });
    expect(seen).toEqual([1, 70_000, 70_000, 199_999, 200_000]);
  });

  test('refuses a chunk of text and says what to do', async () => {
    const text = Readable.from(['abc'], { encoding: 'utf8' });
    await expect(xxh64Stream(text)).rejects.toThrow(
      'a chunk must be a Uint8Array, got string; text goes through a TextEncoderStream first',
    );
  });

  test('rejects with the error of the source', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield input;
      throw new Error('disk on fire');
    }
    await expect(xxh64Stream(broken())).rejects.toThrow('disk on fire');
  });

  test('rejects with what the progress callback threw, and closes the source', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield input;
      } finally {
        closed = true;
      }
    }
    const stop = (): void => {
      throw new Error('enough');
    };
    await expect(xxh64Stream(source(), { onProgress: stop })).rejects.toThrow('enough');
    expect(closed).toBe(true);
  });
});

describe('aborting', () => {
  test('before the start touches no chunk', async () => {
    let touched = false;
    function* source(): Generator<Uint8Array> {
      touched = true;
      yield input;
    }
    await expect(xxh64Stream(source(), { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    expect(touched).toBe(false);
  });

  test('between chunks closes the source', async () => {
    const controller = new AbortController();
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield input;
      } finally {
        closed = true;
      }
    }
    const onProgress = (bytes: number): void => {
      if (bytes >= 3 * input.length) controller.abort(new Error('long enough'));
    };
    await expect(xxh64Stream(source(), { signal: controller.signal, onProgress })).rejects.toThrow('long enough');
    expect(closed).toBe(true);
  });

  test('does not wait for a chunk that never comes, and cancels the stream with the reason', async () => {
    const controller = new AbortController();
    let cancelledWith: unknown;
    const stalled = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(input),
      cancel: (reason) => {
        cancelledWith = reason;
      },
    });
    const reason = new Error('stalled');
    const result = xxh64Stream(stalled, {
      signal: controller.signal,
      onProgress: () => queueMicrotask(() => controller.abort(reason)),
    });
    await expect(result).rejects.toBe(reason);
    expect(cancelledWith).toBe(reason);
  });

  test('leaves no listeners on a signal that many hashes share', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await xxh64Stream(pieces(input, [5, 10, 15]), { signal });
    await Promise.resolve();
    expect(listeners).toBe(0);
  });
});

describe('hashing by pieces', () => {
  test('digest may be asked for in between', async () => {
    const hasher = await createXxh64(7n);
    expect(hasher.digest()).toBe(xxh64('', 7n));
    hasher.update(input.subarray(0, 100)).update(input.subarray(100, 150));
    expect(hasher.digest()).toBe(xxh64(input.subarray(0, 150), 7n));
    hasher.update(input.subarray(150));
    expect(hasher.digest()).toBe(xxh64(input, 7n));
  });

  test('two hashers do not disturb each other', async () => {
    const [a, b, c] = [await createXxh64(), await createXxh64(1n), await createXxh32(2)];
    for (const chunk of pieces(input, [10, 100, 1000])) {
      a.update(chunk);
      b.update(chunk.subarray(1));
      c.update(chunk);
    }
    expect(a.digest()).toBe(xxh64(input));
    expect(c.digest()).toBe(xxh32(input, 2));
    expect(b.digest()).not.toBe(a.digest());
  });

  test('a chunk may be reused as soon as update returns', async () => {
    const hasher = await createXxh32();
    const chunk = input.slice(0, 50);
    hasher.update(chunk);
    chunk.fill(0);
    expect(hasher.digest()).toBe(xxh32(input.subarray(0, 50)));
  });

  test('anything but bytes is refused', async () => {
    const hasher = await createXxh64();
    expect(() => hasher.update('abc' as never)).toThrow('a chunk must be a Uint8Array, got string');
  });
});
