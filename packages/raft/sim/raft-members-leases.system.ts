/** Members change and leadership is handed over while reads go by leases. `npm run sim -- raft-members-leases` */
import type { SimulateOptions, System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { membersSystem, RUN } from './cluster.js';
import type { MembersOp } from './members.js';

export { SHOW as show } from './cluster.js';
export { judgeMembers as judge } from './members.js';

export const system: System<RaftWords, MembersOp> = membersSystem({
  name: 'raft-members-leases',
  options: { leaseReads: { maxDriftPpm: 10_000 } },
});

export const options: Omit<SimulateOptions, 'seed' | 'record'> = {
  ...RUN,
  tolerated: { ...RUN.tolerated, clocks: false },
};
