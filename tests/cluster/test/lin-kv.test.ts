import type { HistoryEvent } from '@dsys/check';
import { expect, test } from 'vitest';
import { judge } from '../src/index.js';
import { runLinKv } from './lin-kv.js';

test('lin-kv in three processes is linearizable through a kill, a one-way cut and a bad network, and serves on', async () => {
  const { verdict, history, answered, answeredInPeace } = await runLinKv({
    nodes: 3,
    seed: 1,
    values: 'unique',
    faults: ['kill', 'one way', 'bad network'],
  });
  expect(verdict.verdict).toBe('ok');
  expect(answered).toBeGreaterThan(200);
  expect(answeredInPeace).toBeGreaterThan(10);
  // The judge can say no to this very history: a read of a value that nobody wrote.
  const read = history.findIndex(({ type, f, value }) => type === 'ok' && f === 'read' && value !== null);
  const spoilt: HistoryEvent[] = history.map((event, i) => (i === read ? { ...event, value: -1 } : event));
  expect(judge(spoilt).verdict).toBe('illegal');
});
