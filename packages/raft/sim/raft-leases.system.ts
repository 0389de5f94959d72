/** Lease reads: sound while clocks drift within their bound, and none jumps. `npm run sim -- raft-leases` */
import type { SimulateOptions, System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { RUN, raftSystem } from './cluster.js';
import type { Op } from './workload.js';

export { SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem({
  name: 'raft-leases',
  options: { leaseReads: { maxDriftPpm: 200_000 } },
});

/** Of two clocks, one a tenth slow and one a tenth fast: 1 − 0.2 is less than 0.9 / 1.1. */
export const options: Omit<SimulateOptions, 'seed' | 'record'> = {
  ...RUN,
  tolerated: { ...RUN.tolerated, clocks: false, driftPpm: 100_000 },
};
