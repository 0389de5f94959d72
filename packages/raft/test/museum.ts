import type { Mutant } from '@dsys/museum-kit';
import { damage } from './museum/damage.js';
import { elections } from './museum/elections.js';
import { logs } from './museum/logs.js';
import { reads } from './museum/reads.js';
import { snapshots } from './museum/snapshots.js';

/** A mutant, and the regression test that must fail with it, among others or alone. */
export interface Row extends Mutant {
  /** In one of the files of `killedBy`; its name has the museum's number in it. */
  readonly regression: string;
}

/**
 * Faults that implementations of Raft shipped, put back into this one. The numbers are the museum's; a letter behind one
 * tells apart the ways in which a fault can be made. All are killed by hand-written tests; which of them blind seeds find too
 * is the simulation's to say.
 */
export const rows: readonly Row[] = [...elections, ...logs, ...reads, ...snapshots, ...damage];
