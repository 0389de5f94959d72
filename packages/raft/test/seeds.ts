/** The clusters that blind seeds run on, and how a batch of them is judged. */
import { type SeedsResult, type SimulateSeedsOptions, type System, simulateSeeds } from '@dsys/sim';
import { RUN } from '../sim/cluster.js';
import { judgeMembers, type MembersOp } from '../sim/members.js';
import { options as DAMAGE, system as damage } from '../sim/raft-damage.system.js';
import { system as five } from '../sim/raft-five.system.js';
import { options as LEASES, system as leases } from '../sim/raft-leases.system.js';
import { system as members } from '../sim/raft-members.system.js';
import { system as plain } from '../sim/raft-plain.system.js';
import { system as three } from '../sim/system.js';
import { judge } from '../sim/workload.js';
import type { RaftWords } from '../src/index.js';

type RaftSystem = System<RaftWords, MembersOp>;
type Run = Omit<SimulateSeedsOptions, 'seeds' | 'from'>;

/** By name: the cluster, and how it is run. */
export const CLUSTERS: readonly (readonly [name: string, system: RaftSystem, run: Run])[] = [
  ['three nodes', three, RUN],
  ['five nodes', five, RUN],
  ['three nodes that never ask before they stand', plain, RUN],
  ['three nodes with leases', leases, LEASES],
  ['five nodes of which some take part', members, { ...RUN, judge: judgeMembers }],
  ['three nodes, of which one’s disk rots', damage, DAMAGE],
];

/** So many seeds, from the first on; one alone where DSYS_SEED names it. */
export function seedsOf(system: RaftSystem, run: Run, from: number, seeds: number): SeedsResult {
  const one = process.env['DSYS_SEED'];
  const which = one === undefined ? { from, seeds } : { from: Number(one), seeds: 1 };
  return simulateSeeds(system, { judge, ...run, ...which });
}
