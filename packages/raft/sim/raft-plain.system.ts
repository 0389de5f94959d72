/** Raft as in the paper, that never asks before it stands: terms rise quickly, and leaders are many. `npm run sim -- raft-plain` */
import type { System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { raftSystem } from './cluster.js';
import type { Op } from './workload.js';

export { RUN as options, SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem({
  name: 'raft-plain',
  options: { preVote: false, checkQuorum: false },
});
