/** Three voters, and two that only learn. `npm run sim -- raft-learners` */
import type { System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { raftSystem } from './cluster.js';
import type { Op } from './workload.js';

export { RUN as options, SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem({ name: 'raft-learners', nodes: 5, learners: 2 });
