/** Three nodes. `npm run sim -- raft` */
import type { System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { raftSystem } from './cluster.js';
import { forgetful, hasty } from './variants.js';
import type { Op } from './workload.js';

export { RUN as options, SHOW as show } from './cluster.js';
export { judge } from './workload.js';

export const system: System<RaftWords, Op> = raftSystem();

export const variants: Record<string, System<RaftWords, Op>> = {
  forgetful: raftSystem({ name: 'raft-forgetful', protocol: forgetful }),
  hasty: raftSystem({ name: 'raft-hasty', protocol: hasty, options: { snapshotAfterBytes: null } }),
};
