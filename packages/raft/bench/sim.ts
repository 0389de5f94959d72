/**
 * A simulated cluster of five with its disks, its codec, the history of its clients and, first, all monitors: events a second.
 * An event is a step of a core. Judging histories is not counted: it comes after a run.
 */
import { Bench } from '@dsys/bench-kit';
import { GENTLE, type Profile, simulate } from '@dsys/sim';
import { RUN, raftSystem } from '../sim/cluster.js';

const EVENTS = 300_000;
const bench = new Bench('raft', { peers: [], from: import.meta.url });
const watched = raftSystem({ name: 'raft-five', nodes: 5 });
const unwatched = raftSystem({ name: 'raft-five', nodes: 5, monitors: [] });

const run = (system: typeof watched, profile?: Profile): void => {
  const most = { operations: 1e9, maxEvents: EVENTS, maxUs: 1e12, tailUs: 0 };
  const { violation } = simulate(system, { ...RUN, seed: 1, ...(profile && { profile }), ...most });
  if (violation !== null) throw new Error(`${violation.invariant}: ${violation.detail}`);
};

await bench.compare({
  title: 'five simulated nodes, one thread',
  unit: 'events',
  operations: EVENTS,
  contenders: [
    { name: 'no faults, all monitors (wanted: 500,000/s)', run: () => run(watched, GENTLE) },
    { name: 'no faults, no monitor', run: () => run(unwatched, GENTLE) },
    { name: 'harsh faults, all monitors', run: () => run(watched) },
    { name: 'harsh faults, no monitor', run: () => run(unwatched) },
  ],
});
bench.end();
