import type { Lane, SendResult, Transport } from '../transport.js';
import { holds, inbox, numbered, resolves, sendWhenPossible, settle, until } from './harness.js';
import type { CaseDraft } from './suite.js';

const RESULTS: readonly SendResult[] = ['queued', 'full', 'unknown-peer', 'too-large', 'closed'];

/** `send`, of which a throw is a broken promise. */
function sent(transport: Transport, to: string, frame: Uint8Array, lane?: Lane): SendResult {
  let result: SendResult;
  try {
    result = transport.send(to, frame, lane);
  } catch (error) {
    holds(false, 'send never throws', `it threw ${String(error)}`);
  }
  holds(RESULTS.includes(result), 'send says what became of the frame, at once', `it said ${String(result)}`);
  return result;
}

/** Receivers come and go, peers are unknown, transports are closed. */
export const lifeCases: readonly CaseDraft[] = [
  {
    name: 'there is one receiver: a second one is refused, and the first goes on',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const got = inbox(b);
      let isRefused = false;
      try {
        b.receive(() => undefined);
      } catch {
        isRefused = true;
      }
      holds(isRefused, 'receive throws when there is a receiver');
      await sendWhenPossible(harness, a, 'b', numbered(1, 10));
      await until(harness, () => got.length === 1, 'the first receiver goes on');
    },
  },
  {
    name: 'a receiver that was taken away gets nothing more; what comes while there is none is dropped',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      let late = 0;
      let isIn = true;
      const stop = b.receive(() => {
        if (!isIn) late++;
      });
      for (let n = 0; n < 50; n++) await sendWhenPossible(harness, a, 'b', numbered(n, 100));
      isIn = false;
      stop();
      await settle(harness);
      holds(late === 0, 'a receiver that was taken away is not called', `it was called ${late} times`);
      await sendWhenPossible(harness, a, 'b', numbered(60, 100));
      await settle(harness);
      const got = inbox(b);
      stop();
      await settle(harness);
      await sendWhenPossible(harness, a, 'b', numbered(61, 100));
      await until(harness, () => got.length > 0, 'the next receiver gets what comes from then on');
      holds(got.join() === 'a 61/100', 'frames that came while there was no receiver are dropped', `got ${got.join()}`);
    },
  },
  {
    name: 'a peer that nobody knows is unknown-peer, and so is the node itself; writable does not wait for them',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const [gotA, gotB] = [inbox(a), inbox(b)];
      for (const id of ['nobody', 'a', '', '__proto__', 'constructor', 'b ', 'x'.repeat(300)])
        for (const lane of ['control', 'bulk'] as const) {
          holds(sent(a, id, numbered(1, 10), lane) === 'unknown-peer', `${JSON.stringify(id)} is unknown-peer`);
          holds(await resolves(harness, a.writable(id, lane)), 'writable resolves for an unknown peer');
        }
      await settle(harness);
      holds(gotA.length + gotB.length === 0, 'what is sent to nobody arrives nowhere');
    },
  },
  {
    name: 'send never throws, whatever state it meets',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      sent(a, 'b', numbered(1, 10)); // nobody receives yet
      let inside: SendResult | null = null;
      b.receive((from) => {
        inside = sent(b, from, numbered(2, 10));
      });
      await settle(harness);
      sent(a, 'b', numbered(3, 10));
      await until(harness, () => inside !== null, 'a receiver may send');
      sent(a, 'b', new Uint8Array(0), 'bulk');
      sent(a, 'b', new Uint8Array(Math.min(a.maxFrameBytes + 1, 2 ** 30)));
      await b.close();
      for (let i = 0; i < 10; i++) {
        sent(a, 'b', numbered(i, 10));
        sent(a, 'b', numbered(i, 10), 'bulk');
        await harness.pass();
      }
      await a.close();
      holds(sent(a, 'b', numbered(1, 10)) === 'closed', 'a closed transport says closed');
    },
  },
  {
    name: 'after close nothing is sent or received, and close may be called again',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      let late = 0;
      let isClosed = false;
      b.receive(() => {
        if (isClosed) late++;
      });
      a.receive(() => undefined);
      for (let n = 0; n < 50; n++) await sendWhenPossible(harness, a, 'b', numbered(n, 100));
      const closing = b.close();
      isClosed = true;
      holds(sent(b, 'a', numbered(1, 10)) === 'closed', 'send says closed as soon as close was called');
      holds(await resolves(harness, closing), 'close resolves');
      await settle(harness);
      holds(late === 0, 'a closed transport delivers nothing', `it delivered ${late} frames`);
      holds(await resolves(harness, b.writable('a')), 'writable of a closed transport resolves');
      holds(await resolves(harness, b.close()), 'close may be called again');
      holds(await resolves(harness, Promise.all([a.close(), a.close()])), 'also while it is being closed');
    },
  },
];
