/** Three nodes, of which the disk of one rots, over and over: never a committed entry on a majority. `npm run sim -- raft-damage` */
import type { SimulateOptions, System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { RUN, raftSystem } from './cluster.js';
import { doubtIsKept } from './doubt.js';
import type { Op } from './workload.js';

export { SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem({ name: 'raft-damage', more: [doubtIsKept] });

/** Broken: a node goes on from what damage has left, as if nothing more had been there. */
export const variants: Record<string, System<RaftWords, Op>> = {
  careless: raftSystem({ name: 'raft-careless', options: { acceptLoss: true } }),
};

export const options: Omit<SimulateOptions, 'seed' | 'record'> = { ...RUN, tolerated: { rot: 1 } };
