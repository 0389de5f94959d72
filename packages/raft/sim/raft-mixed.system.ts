/** Halfway through a change to pre-vote: one of two nodes asks before it stands. `npm run sim -- raft-mixed` */
import type { System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { raftSystem } from './cluster.js';
import type { Op } from './workload.js';

export { RUN as options, SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem({
  name: 'raft-mixed',
  nodes: 2,
  optionsOf: (id) => ({ preVote: id === 'n1' }),
});
