import { expect, test } from 'vitest';
import type { TransitionSystem } from '../../src/index.js';
import { explore } from './exploring.js';

type Manager = 'working' | 'prepared' | 'committed' | 'aborted';

/** Transaction commit as a whole sees it (tlaplus/Examples, `transaction_commit/TCommit.tla`). */
function commit(count: number): TransitionSystem<readonly Manager[]> {
  return {
    initial: () => [Array.from({ length: count }, () => 'working' as const)],
    *next(rm) {
      for (const [i, each] of rm.entries()) {
        if (each === 'working') yield { action: `prepare ${i}`, state: rm.with(i, 'prepared') };
        if (each === 'prepared' && rm.every((other) => other === 'prepared' || other === 'committed'))
          yield { action: `commit ${i}`, state: rm.with(i, 'committed') };
        if ((each === 'working' || each === 'prepared') && !rm.includes('committed'))
          yield { action: `abort ${i}`, state: rm.with(i, 'aborted') };
      }
    },
  };
}

test.each([
  [1, 4],
  [2, 12],
  [3, 34],
  [4, 96],
])('TCommit, %i resource managers: %i states', (count, states) => {
  expect(explore(commit(count))).toMatchObject({ states, isComplete: true });
});

interface Coin {
  readonly counter: number;
  readonly pc: readonly number[];
  readonly coin: readonly number[];
}

/** Aspnes and Herlihy's shared coin (prism-benchmarks, `models/mdps/consensus`): a random walk of all processes. */
function sharedCoin(n: number, k: number): TransitionSystem<Coin> {
  const top = 2 * (k + 1) * n;
  const zeros = Array.from({ length: n }, () => 0);
  return {
    initial: () => [{ counter: (k + 1) * n, pc: zeros, coin: zeros }],
    *next({ counter, pc, coin }) {
      for (let i = 0; i < n; i++) {
        const go = (to: number, bit: number, walked = counter) => ({
          action: `${i}`,
          state: { counter: walked, pc: pc.with(i, to), coin: coin.with(i, bit) },
        });
        if (pc[i] === 0) yield* [go(1, 0), go(1, 1)];
        if (pc[i] === 1 && coin[i] === 0 && counter > 0) yield go(2, 0, counter - 1);
        if (pc[i] === 1 && coin[i] === 1 && counter < top) yield go(2, 0, counter + 1);
        if (pc[i] === 2) yield counter <= n ? go(3, 0) : counter >= top - n ? go(3, 1) : go(0, coin[i]!);
      }
    },
  };
}

test.each([
  [2, 272],
  [4, 528],
  [8, 1_040],
  [16, 2_064],
])('the shared coin, 2 processes, K = %i: %i states', (k, states) => {
  expect(explore(sharedCoin(2, k))).toMatchObject({ states, isComplete: true });
});

test('the shared coin, 4 processes, K = 2: 22,656 states', () => {
  expect(explore(sharedCoin(4, 2)).states).toBe(22_656);
});
