/** Deliveries on a bare network, events of whole nodes, shrinking, and states of exploration. */
import { Bench } from '@dsys/bench-kit';
import { explore, worldSystem } from '@dsys/check';
import { GENTLE, type SimulationResult, type System, shrink, simulate, World } from '@dsys/sim';
import { randomPings as pings, pings as steady } from '../test/pings.js';
import { BROKEN, OPTIONS } from '../test/systems/all.js';
import { bare } from './bare.js';

const bench = new Bench('sim', { from: import.meta.url });
const DELIVERIES = 300_000;

await bench.compare({
  title: 'a world in one thread',
  unit: 'events',
  operations: DELIVERIES,
  contenders: [
    {
      name: 'deliveries on a bare network, 5 nodes, 100 frames on their way (wanted: 1.5 M/s)',
      run: () => void simulate(bare, { seed: 1, profile: GENTLE, maxEvents: DELIVERIES, maxUs: 1e12 }),
    },
    {
      name: 'ping counter: 3 nodes, disks, invariants, history, no faults',
      run: () =>
        void simulate(pings, { seed: 1, profile: GENTLE, operations: 1e9, maxEvents: DELIVERIES, maxUs: 1e12 }),
    },
    {
      name: 'the same with a harsh mix of faults',
      run: () => void simulate(pings, { seed: 2, operations: 1e9, maxEvents: DELIVERIES, maxUs: 1e12 }),
    },
  ],
});

function firstFailure(system: System<never>): SimulationResult {
  for (let seed = 1; ; seed++) {
    const result = simulate(system, { ...OPTIONS, seed, record: true });
    if (result.violation !== null) return result;
  }
}

bench.table(
  'a planted fault, shrunk (wanted: at most 20 decisions, 60 s)',
  BROKEN.map((system) => {
    const found = firstFailure(system as never);
    let replays = 0;
    const from = performance.now();
    const run = shrink(system, found, { onProgress: (progress) => (replays = progress.replays) });
    const ms = Math.round(performance.now() - from);
    return {
      system: system.name,
      seed: found.seed,
      recorded: found.actions.length,
      shrunk: run.actions.length,
      replays,
      ms,
    };
  }),
);

const world = new World(steady, { network: 'set', recordHistory: false, budget: { timeouts: 2, crashes: 1 } }).boot();
const heapBefore = process.memoryUsage().heapUsed;
const from = performance.now();
const { states, steps } = explore(worldSystem(world), { maxStates: 20_000 });
const seconds = (performance.now() - from) / 1000;
bench.table('exploration of the ping counter, a set of frames, one crash', [
  {
    states,
    'states/s': Math.round(states / seconds),
    'steps/s': Math.round(steps / seconds),
    'heap, bytes a state (frontier included)': Math.round((process.memoryUsage().heapUsed - heapBefore) / states),
  },
]);
bench.end();
