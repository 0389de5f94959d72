/** Five small protocols, each right and with one fault; and how they are run. */
import type { SimulateOptions, System } from '../../src/index.js';
import { lock, lockByClock } from './lock.js';
import { paxos, paxosWithoutPromise } from './paxos.js';
import type { PlainWords } from './plain.js';
import { primaryBackup, primaryBackupHasty } from './primary-backup.js';
import { register, registerWithoutOverlap } from './register.js';
import { twoPhase, twoPhaseForgetful } from './two-phase.js';

export const RIGHT: readonly System<PlainWords>[] = [lock, primaryBackup, paxos, register, twoPhase];
export const BROKEN: readonly System<PlainWords>[] = [
  lockByClock,
  primaryBackupHasty,
  paxosWithoutPromise,
  registerWithoutOverlap,
  twoPhaseForgetful,
];

/** None of them takes up again what a full disk has refused. */
export const HOW_RUN: Omit<SimulateOptions, 'seed'> = { scaleUs: 100_000, tolerated: { fullDisk: false } };

/** The same, briefly. */
export const OPTIONS: Omit<SimulateOptions, 'seed'> = {
  ...HOW_RUN,
  operations: 60,
  maxUs: 4_000_000,
  tailUs: 500_000,
  clients: 8,
};
