import { describe, expect, test } from 'vitest';
import { type CallError, memoryNetwork, type StreamHandler, type StreamsOptions, streams } from '../src/index.js';

const never = new AbortController().signal;
const LIMITS = { maxFrameBytes: 1000, maxQueueBytes: 5000, maxQueueFrames: 20 };

const pattern = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 31) ^ (i >> 8));

function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const ticks = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
};

/** `ok`, or the code, or the text of what it rejects with. */
async function outcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'ok';
  } catch (error) {
    return (error as CallError).code ?? String(error);
  }
}

function pair(onStream?: StreamHandler, options: Partial<StreamsOptions> = {}) {
  const network = memoryNetwork(LIMITS);
  const [rawA, rawB] = [network.join('a'), network.join('b')];
  const a = streams(rawA, { boot: 1, watch: rawA });
  const b = streams(rawB, { boot: 1, watch: rawB, ...(onStream === undefined ? {} : { onStream }), ...options });
  return { network, rawA, rawB, a, b };
}

/** A handler that keeps everything. */
function collecting(): { handler: StreamHandler; taken: { from: string; head: string; bytes: Uint8Array }[] } {
  const taken: { from: string; head: string; bytes: Uint8Array }[] = [];
  return {
    taken,
    async handler(chunks, { from, head }) {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      taken.push({ from, head: new TextDecoder().decode(head), bytes: new Uint8Array(Buffer.concat(parts)) });
    },
  };
}

describe('a stream', () => {
  test.each([
    [0, 1],
    [1, 1],
    [3000, 1],
    [100_000, 777],
    [1_000_000, 300_000],
  ])('of %i bytes in pieces of %i comes whole', async (size, piece) => {
    const { handler, taken } = collecting();
    const { a, b } = pair(handler, { windowBytes: 10_000 });
    const progress: number[] = [];
    const head = new TextEncoder().encode('snapshot 7');
    const sent = await a.openStream('b', inPieces(pattern(size), piece), {
      head,
      signal: never,
      onProgress: (bytes) => progress.push(bytes),
    });
    expect(sent).toEqual({ bytes: size });
    expect(taken.map(({ from, head }) => `${from}: ${head}`)).toEqual(['a: snapshot 7']);
    expect(Buffer.compare(taken[0]!.bytes, pattern(size))).toBe(0);
    expect(progress.at(-1) ?? 0).toBe(size);
    expect([a.open, b.open]).toEqual([0, 0]);
  });

  test('goes no faster than it is read: never more than the window waits', async () => {
    let read = 0;
    let sent = 0;
    let most = 0;
    const { a } = pair(
      async (chunks) => {
        for await (const chunk of chunks) {
          await ticks();
          read += chunk.length;
        }
      },
      { windowBytes: 3000 },
    );
    await a.openStream('b', inPieces(pattern(30_000), 500), {
      signal: never,
      onProgress(bytes) {
        sent = bytes;
        most = Math.max(most, sent - read);
      },
    });
    expect(read).toBe(30_000);
    expect(most).toBeLessThanOrEqual(3000 + 500);
    expect(most).toBeGreaterThan(1000);
  });

  test('leaves control its way, and several go at once', async () => {
    const { handler, taken } = collecting();
    const { a } = pair(handler);
    const all = [1, 2, 3, 4].map((n) =>
      outcome(a.openStream('b', [pattern(20_000 * n)], { head: Uint8Array.of(0x30 + n), signal: never })),
    );
    expect(await Promise.all(all)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(taken.map(({ head, bytes }) => `${head}:${bytes.length}`).sort()).toEqual([
      '1:20000',
      '2:40000',
      '3:60000',
      '4:80000',
    ]);
  });

  test('that nobody takes, that is one too many, or whose handler throws, says so', async () => {
    const open = (side: ReturnType<typeof pair>['a']): Promise<string> =>
      outcome(side.openStream('b', [pattern(5000)], { signal: never }));
    expect(await open(pair().a)).toBe('no-handler');
    const failing = pair(() => {
      throw new Error('disk full');
    });
    await expect(failing.a.openStream('b', [], { signal: never })).rejects.toMatchObject({
      code: 'failed',
      message: 'b: disk full',
    });
    const hanging = pair(() => new Promise(() => undefined), { maxIncoming: 1 });
    void open(hanging.a);
    await ticks();
    expect(await open(hanging.a)).toBe('busy');
    expect(await open(pair(() => undefined).a)).toBe('aborted');
    const { a } = pair(() => undefined);
    expect(await outcome(a.openStream('c', [pattern(1)], { signal: never }))).toBe('unknown-peer');
    expect(await outcome(a.openStream('b', [], { head: new Uint8Array(4097), signal: never }))).toBe('too-large');
    await expect(a.openStream('b', [], {} as never)).rejects.toThrow(/signal must be an AbortSignal/);
  });

  test('that is aborted, or whose source throws, throws on the other side too', async () => {
    const errors: string[] = [];
    const { a, b } = pair(async (chunks) => {
      try {
        for await (const _ of chunks);
      } catch (error) {
        errors.push(String(error));
        throw error;
      }
    });
    const controller = new AbortController();
    let isReturned = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield pattern(100);
        await new Promise(() => undefined);
      } finally {
        isReturned = true;
      }
    }
    const stream = outcome(a.openStream('b', endless(), { signal: controller.signal }));
    await ticks();
    controller.abort(new Error('enough'));
    expect(await stream).toBe('Error: enough');
    function* broken(): Generator<Uint8Array> {
      yield pattern(100);
      throw new Error('read error');
    }
    expect(await outcome(a.openStream('b', broken(), { signal: never }))).toBe('Error: read error');
    await ticks();
    expect(errors).toEqual(['CallError: a: enough', 'CallError: a: read error']);
    expect([a.open, b.open, isReturned]).toEqual([0, 0, false]); // a generator that hangs can't be made to return
  });

  test('is lost with its connection, on both sides', async () => {
    const errors: string[] = [];
    const { network, a } = pair(async (chunks) => {
      try {
        for await (const _ of chunks);
      } catch (error) {
        errors.push((error as CallError).code);
      }
    });
    async function* hanging(): AsyncGenerator<Uint8Array> {
      yield pattern(100);
      await new Promise(() => undefined);
    }
    const stream = outcome(a.openStream('b', hanging(), { signal: never }));
    await ticks();
    network.cut('a', 'b');
    expect(await stream).toBe('lost');
    await ticks();
    expect(errors).toEqual(['lost']);
  });

  test('ends when either side is closed', async () => {
    const hang: StreamHandler = async (chunks) => {
      for await (const _ of chunks) await new Promise(() => undefined);
    };
    const first = pair(hang);
    const stream = outcome(first.a.openStream('b', [pattern(1e6)], { signal: never }));
    await ticks();
    await first.b.close();
    expect(await stream).toBe('aborted');
    const second = pair(hang);
    const other = outcome(second.a.openStream('b', [pattern(1e6)], { signal: never }));
    await ticks();
    await second.a.close();
    expect(await other).toBe('closed');
    expect(await outcome(second.a.openStream('b', [], { signal: never }))).toBe('closed');
  });
});

describe('what breaks the rules', () => {
  test.each(['altered', 'lost', 'repeated'])('a chunk that was %s ends the stream', async (fault) => {
    const read: Uint8Array[] = [];
    const handler: StreamHandler = async (chunks) => {
      for await (const chunk of chunks) read.push(chunk);
    };
    const { network, rawA, a } = pair(handler, { windowBytes: 2000 });
    let count = 0;
    network.lose(({ lane, frame }) => {
      if (lane !== 'bulk' || ++count !== 3) return false;
      if (fault === 'altered') frame[100]! ^= 1;
      if (fault === 'repeated') rawA.send('b', frame, 'bulk');
      return fault === 'lost';
    });
    expect(await outcome(a.openStream('b', [pattern(9000)], { signal: never }))).toBe('malformed');
    const bytes = Buffer.concat(read);
    expect(bytes.length).toBeLessThan(9000);
    expect(bytes.compare(pattern(bytes.length))).toBe(0); // what was read before is right: nothing behind the hole
  });

  test('whoever sends more than it was allowed is refused', async () => {
    let error: unknown;
    const { network } = pair(
      async (chunks) => {
        await ticks();
        try {
          for await (const _ of chunks);
        } catch (thrown) {
          error = thrown;
          throw thrown;
        }
      },
      { windowBytes: 2000 },
    );
    const c = network.join('c');
    const greedy = streams(c, { boot: 1 });
    network.lose(({ to, frame }) => {
      if (to === 'c' && frame[0] === 3) frame.set([0xff, 0x7f], 3); // a credit of 2000 is read as 16,383
      return false;
    });
    expect(await outcome(greedy.openStream('b', [pattern(9000)], { signal: never }))).toBe('malformed');
    expect(String(error)).toMatch(/where 2000 was allowed/);
  });

  test('frames that belong to nothing are counted, and their sender is told', async () => {
    const { rawA, rawB, a, b } = pair(collecting().handler);
    void a;
    for (const frame of [[], [7], [2, 1, 9, 5], [3, 1, 9, 5], [4, 1], [6, 1, 1, 200, 0], [0, 1, 1, ...Array(5000)]])
      rawA.send('b', Uint8Array.from(frame).subarray(0, 1000));
    rawB.send('a', Uint8Array.of(3, 2, 1, 5));
    await ticks();
    expect(b.ignoredFrames).toBe(6);
    expect(b.open).toBe(1); // the last of them opens one
    expect(a.ignoredFrames).toBe(3); // the credits for other lives, and the refusal of a stream that is none
  });
});

test('bad options are refused by name', () => {
  const transport = memoryNetwork().join('a');
  for (const [option, options] of [
    ['boot', { boot: 0.5 }],
    ['windowBytes', { boot: 1, windowBytes: 0 }],
    ['maxIncoming', { boot: 1, maxIncoming: 0 }],
    ['maxChunkBytes', { boot: 1, maxChunkBytes: 1e9 }],
  ] as const)
    expect(() => streams(transport, options)).toThrow(expect.objectContaining({ code: 'bad-option', option }));
  expect(() => streams(memoryNetwork({ maxFrameBytes: 40 }).join('a'), { boot: 1 })).toThrow(/hold no chunk/);
});
