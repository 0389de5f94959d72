import { holds, inbox, numbered, settle, until } from './harness.js';
import type { CaseDraft } from './suite.js';

/** Who somebody is. */
export const identityCases: readonly CaseDraft[] = [
  {
    name: 'nobody is let in under an id that it can’t prove',
    of: 'authenticatedSender',
    async run(harness) {
      const a = await harness.open('a');
      const got = inbox(a);
      const impostor = await harness.openImpostor!('b');
      for (let n = 0; n < 10; n++) {
        impostor.send('a', numbered(n, 20));
        await harness.pass();
      }
      await settle(harness);
      holds(got.length === 0, 'nothing comes from an impostor', `got ${got.join()}`);
      await impostor.close();
      const b = await harness.open('b');
      await until(
        harness,
        () => {
          if (!got.includes('b 1/20')) b.send('a', numbered(1, 20));
          return got.includes('b 1/20');
        },
        'who is what it says is let in',
      );
    },
  },
  {
    name: 'of two that claim one id, the later life is heard, and the earlier one never again',
    of: 'incarnations',
    async run(harness) {
      const a = await harness.open('a');
      const got = inbox(a);
      const lives = [
        { incarnation: 1, boot: 5 },
        { incarnation: 1, boot: 4 },
        { incarnation: 2, boot: 1 },
        { incarnation: 1, boot: 9 },
      ];
      const isLater = [true, false, true, false];
      const open = [];
      for (const [i, life] of lives.entries()) {
        const node = await harness.openLife!('b', life);
        open.push(node);
        const mine = (): boolean => got.some((frame) => frame.startsWith(`b ${i}/`));
        const speak = (): void => {
          node.send('a', numbered(i, 20));
        };
        if (isLater[i])
          await until(
            harness,
            () => {
              speak();
              return mine();
            },
            'a later life is let in',
          );
        else {
          for (let n = 0; n < 20; n++) {
            speak();
            await harness.pass();
          }
          holds(!mine(), 'an earlier life is not let in');
        }
        got.length = 0;
        for (const [j, earlier] of open.entries()) if (j < i) earlier.send('a', numbered(j, 20));
        await settle(harness);
        const latest = isLater[i] ? i : i - 1;
        holds(
          got.every((frame) => frame.startsWith(`b ${latest}/`)),
          'what an earlier life says is void',
          `got ${got.join()}`,
        );
      }
      for (const node of open) await node.close();
    },
  },
];
