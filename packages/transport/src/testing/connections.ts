import { fill, holds, inbox, numbered, resolves, sendWhenPossible, settle, until } from './harness.js';
import type { CaseDraft } from './suite.js';

/** Connections break and come back; peers come and go. */
export const connectionCases: readonly CaseDraft[] = [
  {
    name: 'a broken connection comes back, and nothing that waited is kept over it',
    of: 'reconnects',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const got = inbox(b);
      await harness.stall?.('b', true);
      const size = Math.min(a.maxFrameBytes, 1000);
      if (harness.stall !== undefined) await fill(harness, a, 'b', numbered(1, size));
      else for (let n = 0; n < 100; n++) await sendWhenPossible(harness, a, 'b', numbered(1, size));
      const writable = a.writable('b');
      await harness.cut!('a', 'b');
      await harness.stall?.('b', false);
      holds(
        await resolves(harness, writable),
        'what waited is forgotten when the connection breaks: writable resolves',
      );
      await settle(harness);
      const before = got.length;
      await harness.heal!('a', 'b');
      await sendWhenPossible(harness, a, 'b', numbered(2, 20));
      await until(harness, () => got.includes('a 2/20'), 'frames flow again');
      await settle(harness);
      holds(
        got.slice(before).join() === 'a 2/20',
        'nothing is kept over a reconnect',
        `got ${got.slice(before).join()}`,
      );
    },
  },
  {
    name: 'both directions and both lanes flow again after a reconnect, in order',
    of: 'reconnects',
    async run(harness) {
      const [a, b] = [await harness.open('a'), await harness.open('b')];
      const [gotA, gotB] = [inbox(a), inbox(b)];
      for (let round = 0; round < 3; round++) {
        await harness.cut!('a', 'b');
        await harness.heal!('a', 'b');
        gotA.length = 0;
        gotB.length = 0;
        for (let n = 0; n < 20; n++) {
          await sendWhenPossible(harness, a, 'b', numbered(n, 30), 'bulk');
          await sendWhenPossible(harness, b, 'a', numbered(n, 30));
        }
        await until(harness, () => gotA.length >= 20 && gotB.length >= 20, 'frames flow again in both directions');
        const all = (from: string): string => Array.from({ length: 20 }, (_, n) => `${from} ${n}/30`).join();
        holds(gotA.join() === all('b') && gotB.join() === all('a'), 'in order, each once');
      }
    },
  },
  {
    name: 'whom setPeers leaves out is forgotten, with what waited for it, and comes back when it is named again',
    of: 'peers',
    async run(harness) {
      const [a, b, c] = [await harness.open('a'), await harness.open('b'), await harness.open('c')];
      const [gotA, gotB, gotC] = [inbox(a), inbox(b), inbox(c)];
      const all = harness.addresses!();
      holds(a.setPeers !== undefined, 'a transport that declares peers has setPeers');
      await harness.stall?.('b', true);
      if (harness.stall !== undefined) await fill(harness, a, 'b', numbered(1, Math.min(a.maxFrameBytes, 64 << 10)));
      const writable = a.writable('b');
      a.setPeers(new Map([...all].filter(([id]) => id === 'c')));
      holds(a.send('b', numbered(2, 20)) === 'unknown-peer', 'a peer that was left out is unknown');
      holds(await resolves(harness, writable), 'nobody waits for a peer that was left out');
      await harness.stall?.('b', false);
      for (let n = 0; n < 10; n++) b.send('a', numbered(3, 20));
      await settle(harness);
      holds(!gotA.some((frame) => frame.startsWith('b')), 'a peer that was left out is not heard');
      await sendWhenPossible(harness, a, 'c', numbered(4, 20));
      await until(harness, () => gotC.includes('a 4/20'), 'who stays is not disturbed');
      const before = gotB.length;
      a.setPeers(new Map([...all].filter(([id]) => id !== 'a')));
      await until(
        harness,
        () => {
          if (!gotB.includes('a 5/20')) a.send('b', numbered(5, 20));
          return gotB.includes('a 5/20');
        },
        'a peer that is named again is reached again',
      );
      await settle(harness);
      holds(
        gotB.slice(before).every((frame) => frame === 'a 5/20'),
        'what waited for a peer that was left out is forgotten',
        `got ${gotB.slice(before, before + 5).join()}`,
      );
    },
  },
];
