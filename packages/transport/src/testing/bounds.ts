import { fill, holds, inbox, numbered, resolves, sendWhenPossible, settle, until } from './harness.js';
import type { CaseDraft } from './suite.js';

/** Queues have bounds, and lanes don't wait for each other. */
export const boundCases: readonly CaseDraft[] = [
  {
    name: 'what waits for a peer that reads nothing is bounded in bytes, and goes on in order when it reads',
    of: 'backPressure',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const got = inbox(b);
      await harness.stall!('b', true);
      const size = Math.min(a.maxFrameBytes, 64 << 10);
      const taken = await fill(harness, a, 'b', numbered(1, size));
      let isWritable = false;
      const writable = a.writable('b').then(() => (isWritable = true));
      await settle(harness);
      holds(!isWritable, 'writable waits while the queue is full');
      await harness.stall!('b', false);
      holds(await resolves(harness, writable), 'writable resolves once the peer has read');
      await sendWhenPossible(harness, a, 'b', numbered(2, 20));
      await until(harness, () => got.at(-1) === 'a 2/20', 'a peer that reads on gets what comes');
      holds(got.length <= taken + 1, 'nothing arrives twice');
      holds(
        got.slice(0, -1).every((frame) => frame === `a 1/${size}`),
        'what was full is not sent',
      );
    },
  },
  {
    name: 'what waits is bounded in frames too, however small they are',
    of: 'backPressure',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      inbox(b);
      await harness.stall!('b', true);
      await fill(harness, a, 'b', new Uint8Array(1));
      await harness.stall!('b', false);
      holds(await resolves(harness, a.writable('b')), 'writable resolves once the peer has read');
    },
  },
  {
    name: 'a peer that reads nothing fills nobody else’s queue',
    of: 'backPressure',
    async run(harness) {
      const [a, b, c] = [await harness.open('a'), await harness.open('b'), await harness.open('c')];
      inbox(b);
      const got = inbox(c);
      await harness.stall!('b', true);
      await fill(harness, a, 'b', numbered(1, Math.min(a.maxFrameBytes, 64 << 10)));
      for (let n = 0; n < 100; n++) await sendWhenPossible(harness, a, 'c', numbered(n, 100));
      await until(harness, () => got.length === 100, 'other peers get what is theirs');
    },
  },
  {
    name: 'whoever waits in writable is let go by close',
    of: 'backPressure',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      inbox(b);
      await harness.stall!('b', true);
      await fill(harness, a, 'b', numbered(1, Math.min(a.maxFrameBytes, 64 << 10)));
      const writable = a.writable('b');
      holds(await resolves(harness, a.close()), 'close does not wait for a peer that reads nothing');
      holds(await resolves(harness, writable), 'writable resolves on close');
    },
  },
  {
    name: 'control never waits behind bulk',
    of: 'lanes',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const got = inbox(b);
      await harness.stall!('b', true);
      const size = Math.min(a.maxFrameBytes, 64 << 10);
      const bulk = await fill(harness, a, 'b', numbered(1, size), 'bulk');
      holds(bulk >= 2, 'more than one frame may wait');
      holds(a.send('b', numbered(2, 20), 'control') === 'queued', 'a full bulk lane leaves the control lane its room');
      holds(await resolves(harness, a.writable('b', 'control')), 'a full bulk lane leaves control writable');
      await harness.stall!('b', false);
      await until(harness, () => got.includes('a 2/20'), 'control arrives while bulk is under way');
      const before = got.indexOf('a 2/20');
      await until(harness, () => got.length >= bulk + 1, 'bulk arrives too');
      holds(before < bulk, 'control never waits behind bulk', `${before} of ${bulk} bulk frames came before it`);
    },
  },
];
