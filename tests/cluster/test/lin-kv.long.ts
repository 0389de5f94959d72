import { below, seededRandom, split } from '@dsys/core';
import { expect, test } from 'vitest';
import { type Fault, runLinKv } from './lin-kv.js';

const FAULTS: readonly Fault[] = ['kill', 'kill all', 'pause', 'one way', 'isolate', 'bad network'];
const RUNS = 100 * Number(process.env['DSYS_SCALE'] ?? 1);

test(
  `lin-kv is linearizable in ${RUNS} runs of mixed faults`,
  async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = split(seededRandom(seed), 'which faults');
      const faults = Array.from({ length: 5 }, () => FAULTS[below(random, FAULTS.length)]!);
      const nodes = seed % 4 === 0 ? 5 : 3;
      const run = await runLinKv({ nodes, seed, values: seed % 2 === 0 ? 'few' : 'unique', faults });
      const what = `seed ${seed}: ${nodes} nodes, ${faults.join(', ')}`;
      expect(run.verdict.verdict, what).toBe('ok');
      expect(run.answeredInPeace, what).toBeGreaterThan(0);
      if (seed % 10 === 0) console.log(`${seed} of ${RUNS} runs, the last with ${run.answered} answers`);
    }
  },
  60_000 * RUNS,
);
