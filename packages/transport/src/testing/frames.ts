import { holds, inbox, numbered, sendWhenPossible, settle, shown, until } from './harness.js';
import type { CaseDraft } from './suite.js';

const LANES = ['control', 'bulk'] as const;

/** What is true of each frame on its way. */
export const frameCases: readonly CaseDraft[] = [
  {
    name: 'frames of any size arrive whole and unaltered, under the id of their sender',
    async run(harness) {
      const [a, b, c] = [await harness.open('a'), await harness.open('b'), await harness.open('c')];
      const most = Math.min(a.maxFrameBytes, b.maxFrameBytes);
      const sizes = [0, 1, 2, 3, 4, 126, 127, 128, 255, 256, 257, 1000, 16_384, 65_535, 65_536, 65_537, 200_000]
        .filter((size) => size < most)
        .concat(most);
      const got = inbox(b);
      const gotByA = inbox(a);
      for (const lane of LANES)
        for (const size of sizes) await sendWhenPossible(harness, a, 'b', numbered(size, size), lane);
      await sendWhenPossible(harness, b, 'a', numbered(1, 300));
      await sendWhenPossible(harness, c, 'a', numbered(2, 300));
      await until(harness, () => got.length >= 2 * sizes.length, 'frames arrive');
      await until(harness, () => gotByA.length >= 2, 'frames arrive in the other direction');
      await settle(harness);
      const expected = [...sizes, ...sizes].map((size) => `a ${shown(numbered(size, size))}`).sort();
      holds(
        [...got].sort().join() === expected.join(),
        'a frame arrives whole and unaltered, under the id of its sender',
        `sent ${expected.join()}, got ${got.join()}`,
      );
      const named = [...gotByA].sort().join();
      holds(named === 'b 1/300,c 2/300', 'a frame comes under the id of its sender', `got ${named}`);
    },
  },
  {
    name: 'the largest frame passes; of one byte more, which is too-large, nothing arrives',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const got = inbox(b);
      const size = Math.min(a.maxFrameBytes, b.maxFrameBytes);
      holds(a.send('b', new Uint8Array(size + 1)) === 'too-large', 'a frame above maxFrameBytes is too-large');
      await sendWhenPossible(harness, a, 'b', numbered(1, size));
      await until(harness, () => got.length > 0, 'a frame of maxFrameBytes arrives');
      await settle(harness);
      holds(got.join() === `a 1/${size}`, 'nothing arrives of a frame that was too large', `got ${got.join()}`);
    },
  },
  {
    name: 'frames of a lane arrive in order, at most once, none of them merged or split',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const got = inbox(b);
      const expected: Record<'control' | 'bulk', string[]> = { control: [], bulk: [] };
      const count = 3000;
      for (let n = 0; n < count; n++) {
        const lane = n % 3 === 0 ? 'bulk' : 'control';
        const frame = numbered(n, Math.min(4 + ((n * 7919) % 700), a.maxFrameBytes));
        await sendWhenPossible(harness, a, 'b', frame, lane);
        expected[lane].push(`a ${shown(frame)}`);
        if (n % 500 === 0) await harness.pass();
      }
      await until(harness, () => got.length >= count, 'what was queued for a peer that reads arrives');
      await settle(harness);
      for (const lane of LANES) {
        const known = new Set(expected[lane]);
        const other = new Set(expected[lane === 'bulk' ? 'control' : 'bulk']);
        const ofLane = got.filter((frame) => known.has(frame) || !other.has(frame));
        const at = ofLane.findIndex((frame, i) => frame !== expected[lane][i]);
        holds(
          at < 0 && ofLane.length === expected[lane].length,
          'frames of a lane arrive in the order in which they were sent, each once',
          `frame ${at} on ${lane} is ${ofLane[at]}, sent was ${expected[lane][at]}; ${ofLane.length} of ${expected[lane].length}`,
        );
      }
    },
  },
  {
    name: 'a receiver is never called from inside send, whoever sends',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      let sending = 0;
      let arrived = 0;
      let isInside = false;
      const send = (from: typeof a, to: string): void => {
        sending++;
        from.send(to, numbered(1, 10));
        sending--;
      };
      a.receive(() => {
        isInside ||= sending > 0;
        arrived++;
        if (arrived < 100) send(a, 'b');
      });
      b.receive(() => {
        isInside ||= sending > 0;
        arrived++;
        send(b, 'a');
      });
      send(a, 'b');
      send(a, 'b');
      await until(harness, () => arrived >= 100, 'answers that are sent from inside a receiver arrive');
      holds(!isInside, 'a receiver is never called from inside send');
    },
  },
  {
    name: 'the sender’s bytes are neither changed nor detached, and one frame may go to several peers',
    async run(harness) {
      const [a, b, c] = [await harness.open('a'), await harness.open('b'), await harness.open('c')];
      const [gotB, gotC] = [inbox(b), inbox(c)];
      const around = new Uint8Array(1000).fill(0xee);
      const frame = around.subarray(100, 400);
      frame.set(numbered(5, 300));
      for (let i = 0; i < 3; i++) {
        await sendWhenPossible(harness, a, 'b', frame);
        await sendWhenPossible(harness, a, 'c', frame, 'bulk');
      }
      await until(harness, () => gotB.length >= 3 && gotC.length >= 3, 'a frame that goes to several peers arrives');
      holds(around.length === 1000 && frame.length === 300, 'the bytes of a frame are not detached');
      holds(shown(frame) === '5/300', 'the bytes of a frame are not changed');
      holds(
        around.every((byte, i) => (i >= 100 && i < 400) || byte === 0xee),
        'nor is what lies round them',
      );
      holds(
        [...gotB, ...gotC].every((one) => one === 'a 5/300'),
        'a frame that is a view into a larger buffer arrives alone',
        `got ${[...gotB, ...gotC].join()}`,
      );
    },
  },
  {
    name: 'a frame is its receiver’s to keep: later ones leave it as it is',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const kept: Uint8Array[] = [];
      b.receive((_from, frame) => kept.push(frame));
      const size = (n: number): number => Math.min(20 + ((n * 131) % 3000), a.maxFrameBytes);
      for (let n = 0; n < 300; n++) {
        await sendWhenPossible(harness, a, 'b', numbered(n, size(n)));
        if (n % 10 === 0) await harness.pass();
      }
      await until(harness, () => kept.length >= 300, 'what was queued for a peer that reads arrives');
      const changed = kept.findIndex((frame, n) => shown(frame) !== `${n}/${size(n)}`);
      holds(
        changed < 0,
        'a frame that was received does not change',
        `frame ${changed} is ${changed < 0 ? '' : shown(kept[changed]!)}`,
      );
    },
  },
  {
    name: 'both sides may send at once',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const [gotA, gotB] = [inbox(a), inbox(b)];
      for (let n = 0; n < 200; n++) {
        await sendWhenPossible(harness, a, 'b', numbered(n, 50));
        await sendWhenPossible(harness, b, 'a', numbered(n, 60));
      }
      await until(harness, () => gotA.length >= 200 && gotB.length >= 200, 'what both sides sent arrives');
      const all = (from: string, size: number): string =>
        Array.from({ length: 200 }, (_, n) => `${from} ${n}/${size}`).join();
      holds(gotA.join() === all('b', 60) && gotB.join() === all('a', 50), 'each direction keeps its order');
    },
  },
];
