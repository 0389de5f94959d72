/** A pool of five, of which three begin; clients change who takes part, and hand leadership over. `npm run sim -- raft-members` */
import type { System } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { membersSystem } from './cluster.js';
import type { MembersOp } from './members.js';

export { RUN as options, SHOW as show } from './cluster.js';
export { judgeMembers as judge } from './members.js';

export const system: System<RaftWords, MembersOp> = membersSystem();
