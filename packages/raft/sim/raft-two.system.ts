/** Two nodes: either is a majority short, and what keeps one from voting for the other keeps both waiting for ever. `npm run sim -- raft-two` */
import type { System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { raftSystem } from './cluster.js';
import type { Op } from './workload.js';

export { RUN as options, SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem({ name: 'raft-two', nodes: 2 });
