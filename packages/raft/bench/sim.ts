/**
 * A simulated cluster of five with its disks, its codec, the history of its clients and, first, all monitors: events a second.
 * An event is what a schedule lets happen: a frame arrives, a flush completes, a client asks. Judging the history that a run
 * leaves is not counted in it; it has a table of its own.
 */
import { Bench } from '@dsys/bench-kit';
import { GENTLE, type HistoryEvent, type Profile, simulate } from '@dsys/sim';
import { RUN, raftSystem } from '../sim/cluster.js';
import { judge } from '../sim/workload.js';

const EVENTS = 300_000;
const bench = new Bench('raft', { peers: [], from: import.meta.url });
const watched = raftSystem({ name: 'raft-five', nodes: 5 });
const unwatched = raftSystem({ name: 'raft-five', nodes: 5, monitors: [] });

function run(system: typeof watched, profile?: Profile): readonly HistoryEvent[] {
  const most = { operations: 1e9, maxEvents: EVENTS, maxUs: 1e12, tailUs: 0 };
  const { violation, history } = simulate(system, { ...RUN, seed: 1, ...(profile && { profile }), ...most });
  if (violation !== null) throw new Error(`${violation.invariant}: ${violation.detail}`);
  return history;
}

await bench.compare({
  title: 'five simulated nodes, one thread',
  unit: 'events',
  operations: EVENTS,
  contenders: [
    { name: 'no faults, all monitors (wanted: 500,000/s)', run: () => void run(watched, GENTLE) },
    { name: 'no faults, no monitor', run: () => void run(unwatched, GENTLE) },
    { name: 'harsh faults, all monitors', run: () => void run(watched) },
    { name: 'harsh faults, no monitor', run: () => void run(unwatched) },
  ],
});

const history = run(watched, GENTLE);
await bench.compare({
  title: `the history of ${history.length} lines that ${EVENTS} of these events leave, without faults`,
  unit: 'lines',
  operations: history.length,
  contenders: [{ name: 'judged: linearizable', run: () => void judge(history) }],
  rounds: 3,
});
bench.end();
