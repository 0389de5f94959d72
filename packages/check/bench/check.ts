/** How long verdicts take: histories of many operations, and states of a published system. */
import { Bench } from '@dsys/bench-kit';
import { explore, type HistoryEvent, keyValue, linearizable, type TransitionSystem } from '@dsys/check';
import { below, type Random, seededRandom } from '@dsys/core';

const bench = new Bench('check', { from: import.meta.url });

/** Operations on an honest store: 32 clients, each effect between call and answer. With `lie`, one read is wrong. */
function history(random: Random, { operations = 10_000, keys = 100, clients = 32, lie = false } = {}): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const store = new Map<string, number>();
  const open = new Map<number, { f: string; key: string; value: number | null; done: boolean }>();
  let begun = 0;
  while (begun < operations || open.size > 0) {
    const process = below(random, clients);
    const call = open.get(process);
    if (call === undefined) {
      if (begun === operations) continue;
      begun++;
      const isWrite = below(random, 2) === 0;
      const next = {
        f: isWrite ? 'put' : 'get',
        key: `k${below(random, keys)}`,
        value: isWrite ? begun : null,
        done: false,
      };
      open.set(process, next);
      events.push({ process, type: 'invoke', f: next.f, key: next.key, value: next.value });
    } else if (!call.done) {
      call.done = true;
      if (call.f === 'put') store.set(call.key, call.value!);
      else call.value = store.get(call.key) ?? null;
    } else {
      open.delete(process);
      events.push({ process, type: 'ok', f: call.f, key: call.key, value: call.value });
    }
  }
  if (lie) {
    const at = events.findLastIndex(({ type, f }) => type === 'ok' && f === 'get');
    events[at] = { ...events[at]!, value: -1 };
  }
  return events;
}

const timed = <T>(does: () => T): [T, number] => {
  const from = performance.now();
  const result = does();
  return [result, performance.now() - from];
};
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

const rows = [
  ['10,000 operations, 100 keys, 32 clients', {}],
  ['the same, one answer wrong, and explained', { lie: true }],
  ['10,000 operations, 1 key, 8 clients', { keys: 1, clients: 8 }],
  ['100,000 operations, 1,000 keys, 32 clients', { operations: 100_000, keys: 1_000 }],
] as const;
bench.table(
  'linearizable, a key-value store: medians of 7 seeds',
  rows.map(([what, options]) => {
    const runs = Array.from({ length: 7 }, (_, seed) =>
      timed(() => linearizable(history(seededRandom(seed + 1), options), keyValue)),
    );
    return {
      history: what,
      verdict: runs[0]![0].verdict,
      steps: runs[0]![0].steps,
      ms: Math.round(median(runs.map(([, ms]) => ms))),
    };
  }),
);

/** A bare system of some size: `count` counters, each of which walks up to 9. */
const counters = (count: number): TransitionSystem<readonly number[]> => ({
  initial: () => [Array.from({ length: count }, () => 0)],
  *next(state) {
    for (const [i, each] of state.entries()) if (each < 9) yield { action: `${i}`, state: state.with(i, each + 1) };
  },
});
const before = process.memoryUsage().heapUsed;
const [found, ms] = timed(() => explore(counters(5), { keepGraph: false }));
const bytes = process.memoryUsage().heapUsed - before;
bench.table('explore, five counters', [
  {
    states: found.states,
    'states/s': Math.round((found.states / ms) * 1000),
    'bytes/state (rough)': Math.round(bytes / found.states),
  },
]);
bench.end();
