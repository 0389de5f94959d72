import type { Mutant } from '@dsys/museum-kit';
import { damage } from './museum/damage.js';
import { elections } from './museum/elections.js';
import { logs } from './museum/logs.js';
import { members } from './museum/members.js';
import { reads } from './museum/reads.js';
import { snapshots } from './museum/snapshots.js';

/** A mutant, and the regression test that must fail with it, among others or alone. */
export interface Row extends Mutant {
  /** In one of the files of `killedBy`; its name has the museum's number in it. */
  readonly regression: string;
  /** Why no schedule can show it, where that is so. */
  readonly unshowable?: string;
  /** The clusters of `sim/` that can show it, the likeliest first. */
  readonly systems?: readonly string[];
}

/**
 * Faults that implementations of Raft shipped, put back into this one. The numbers are the museum's; a letter behind one
 * tells apart the ways in which a fault can be made. All are killed by hand-written tests; which of them blind seeds find too
 * is for `npm run museum -- raft` to say, on these clusters where a row names no others.
 */
export const rows: readonly Row[] = [
  ...on(['raft-plain', 'raft', 'raft-five'], [...elections, ...logs, ...reads, ...snapshots]),
  ...on(['raft-members', 'raft-members-leases'], members),
  ...on(['raft-damage'], damage),
];

function on(systems: readonly string[], some: readonly Row[]): Row[] {
  return some.map((row) => ({ systems, ...row }));
}
