import { describe, expect, test } from 'vitest';
import {
  type CallError,
  memoryNetwork,
  multiplex,
  type RequestHandler,
  type RequestReplyOptions,
  requestReply,
} from '../src/index.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const never = new AbortController().signal;

async function outcome(reply: Promise<Uint8Array>): Promise<string> {
  try {
    return text(await reply);
  } catch (error) {
    return (error as CallError).code ?? String(error);
  }
}

function pair(onRequest?: RequestHandler, options: Partial<RequestReplyOptions> = {}) {
  const network = memoryNetwork({ maxFrameBytes: 1000, maxQueueBytes: 4000, maxQueueFrames: 20 });
  const [a, b] = [network.join('a'), network.join('b')];
  return {
    network,
    rawA: a,
    a: requestReply(a, { boot: 1, watch: a, ...options }),
    b: requestReply(b, { boot: 1, ...(onRequest === undefined ? {} : { onRequest }), ...options }),
  };
}

const echo: RequestHandler = (body, { from }) => bytes(`${from} said ${text(body)}`);

describe('a request', () => {
  test('gets its reply, many at once each their own', async () => {
    const { a } = pair(echo);
    const replies = Array.from({ length: 200 }, (_, i) => outcome(a.request('b', bytes(`${i}`), { signal: never })));
    expect(await Promise.all(replies)).toEqual(Array.from({ length: 200 }, (_, i) => `a said ${i}`));
    expect(a.outstanding).toBe(0);
  });

  test.each([
    ['an unknown peer', 'c', 10, 'unknown-peer'],
    ['a body that is too large', 'b', 984, 'too-large'],
  ])('to %s rejects and leaves nothing behind', async (_what, to, size, code) => {
    const { a } = pair(echo);
    expect(await outcome(a.request(to, new Uint8Array(size), { signal: never }))).toBe(code);
    expect(a.outstanding).toBe(0);
  });

  test('that nobody answers, or whose handler throws, says so', async () => {
    expect(await outcome(pair().a.request('b', bytes('x'), { signal: never }))).toBe('no-handler');
    const { a } = pair(() => {
      throw new Error(`no ${'é'.repeat(2000)}`);
    });
    await expect(a.request('b', bytes('x'), { signal: never })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^b: no é+$/),
    });
    const large = pair(() => new Uint8Array(990));
    expect(await outcome(large.a.request('b', bytes('x'), { signal: never }))).toBe('failed');
  });

  test('ends with its signal, and the handler is told', async () => {
    let told: unknown;
    const { a } = pair(
      (_body, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told = (signal.reason as CallError).code;
            reject(signal.reason);
          });
        }),
    );
    const controller = new AbortController();
    const reply = outcome(a.request('b', bytes('x'), { signal: controller.signal }));
    await new Promise(setImmediate);
    controller.abort(new Error('enough'));
    expect(await reply).toBe('Error: enough');
    await new Promise(setImmediate);
    expect(told).toBe('aborted');
    expect(a.outstanding).toBe(0);
    expect(await outcome(a.request('b', bytes('x'), { signal: controller.signal }))).toBe('Error: enough');
    await expect(a.request('b', bytes('x'), {} as never)).rejects.toThrow(/signal must be an AbortSignal/);
  });

  test('is refused here above maxOutstanding, and over there above maxServing', async () => {
    const pending: (() => void)[] = [];
    const slow: RequestHandler = () => new Promise((resolve) => pending.push(() => resolve(bytes('done'))));
    const { a, b } = pair(slow, { maxOutstanding: 3, maxServing: 2 });
    const ask = (): Promise<string> => outcome(a.request('b', bytes('x'), { signal: never }));
    const [first, second, third] = [ask(), ask(), ask()];
    expect(await ask()).toBe('too-many');
    expect(await third).toBe('busy');
    for (const finish of pending.splice(0)) finish();
    expect(await Promise.all([first, second])).toEqual(['done', 'done']);
    const fourth = ask();
    await new Promise(setImmediate);
    await b.close();
    expect(a.outstanding).toBe(1);
    await a.close();
    expect(await fourth).toBe('closed');
    expect(await ask()).toBe('closed');
  });

  test('is lost when the connection goes away, where that is watched', async () => {
    const { a, network } = pair(() => new Promise(() => undefined));
    const reply = outcome(a.request('b', bytes('x'), { signal: never }));
    await new Promise(setImmediate);
    network.cut('a', 'b');
    expect(await reply).toBe('lost');
  });

  test('waits for room when the queue is full', async () => {
    const { a } = pair(echo, { maxOutstanding: 500 });
    const replies = Array.from({ length: 300 }, () => outcome(a.request('b', new Uint8Array(900), { signal: never })));
    expect(new Set((await Promise.all(replies)).map((reply) => reply.slice(0, 6)))).toEqual(new Set(['a said']));
  });
});

test('a reply to an earlier life, from another node, or to nothing is ignored', async () => {
  const network = memoryNetwork({ delivery: 'manual' });
  const [a, b, c] = [network.join('a'), network.join('b'), network.join('c')];
  const early = requestReply(a, { boot: 1 });
  void outcome(early.request('b', bytes('1'), { signal: never }));
  let delayed: Uint8Array = new Uint8Array();
  b.receive((_from, frame) => (delayed = Uint8Array.from([1, ...frame.subarray(1)])));
  network.deliver();
  await early.close();
  const late = requestReply(a, { boot: 2 });
  const reply = outcome(late.request('b', bytes('2'), { signal: never }));
  b.send('a', delayed); // boot 1, number 1
  c.send('a', Uint8Array.of(1, 2, 1, 0x63)); // the right number from the wrong node
  b.send('a', Uint8Array.of(1, 2, 9, 0x62));
  b.send('a', Uint8Array.of(9));
  b.send('a', Uint8Array.of(2, 2, 1, 77, 0));
  network.deliver();
  expect(late.ignoredFrames).toBe(5);
  b.send('a', Uint8Array.of(1, 2, 1, 0x62));
  network.deliver();
  expect(await reply).toBe('b');
});

test('it works over a channel beside others', async () => {
  const network = memoryNetwork();
  const [a, b] = [multiplex(network.join('a')), multiplex(network.join('b'))];
  const asking = requestReply(a.channel('kv'), { boot: 7 });
  requestReply(b.channel('kv'), { boot: 7, onRequest: echo });
  expect(await outcome(asking.request('b', bytes('hello'), { signal: never }))).toBe('a said hello');
});

test('bad options are refused by name', () => {
  const network = memoryNetwork();
  const transport = network.join('a');
  for (const [option, options] of [
    ['boot', { boot: -1 }],
    ['maxOutstanding', { boot: 1, maxOutstanding: 0 }],
    ['maxServing', { boot: 1, maxServing: 0.5 }],
  ] as const)
    expect(() => requestReply(transport, options)).toThrow(expect.objectContaining({ code: 'bad-option', option }));
  requestReply(transport, { boot: 0 });
});

describe('a request that has to wait for room', () => {
  const full = () => {
    const network = memoryNetwork({ delivery: 'manual', maxFrameBytes: 1000, maxQueueBytes: 1000 });
    const [a, b] = [network.join('a'), network.join('b')];
    requestReply(b, { boot: 1, onRequest: echo });
    return { network, raw: a, a: requestReply(a, { boot: 1, watch: a }) };
  };

  test('ends with its signal, and not when there is room at last', async () => {
    const { raw, a } = full();
    raw.send('b', new Uint8Array(900));
    const controller = new AbortController();
    let ended: unknown = null;
    a.request('b', new Uint8Array(500), { signal: controller.signal }).catch((error: unknown) => (ended = error));
    await Promise.resolve();
    controller.abort(new Error('too long'));
    await new Promise((resolve) => setImmediate(resolve)); // what nobody catches by now is an unhandled rejection
    expect(String(ended)).toBe('Error: too long');
    expect(a.outstanding).toBe(0);
  });

  test('of more than half a queue waits, and is not tried again and again', async () => {
    const { network, raw, a } = full();
    raw.send('b', new Uint8Array(400)); // below the low-water mark, and yet no room
    let tries = 0;
    const { writable } = raw;
    raw.writable = (...given) => {
      if (++tries > 100) throw new Error('it never lets anybody else run');
      return writable.apply(raw, given);
    };
    const reply = a.request('b', bytes('x'.repeat(900)), { signal: never });
    await new Promise((resolve) => setImmediate(resolve));
    expect(tries).toBe(1);
    for (let i = 0; i < 4; i++) {
      network.deliver();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(text(await reply)).toBe(`a said ${'x'.repeat(900)}`);
  });
});
