/**
 * The one idea as code: a protocol is a value and a function. Here are its contract in types (`Core`, `Input`, `Output`,
 * `Protocol`, `World`), random numbers as plain data, and the `Executor`, which holds every rule of order between a core,
 * a disk and a state machine. All of it is synchronous and runs in any runtime; `@dsys/core/driver` runs a protocol over
 * a transport, a storage and a clock.
 *
 * Start reading at `core.ts`, then `output.ts`, then `executor.ts`.
 */
export type { ApplyWork } from './apply-queue.js';
export type { Core, CoreOf, Rename } from './core.js';
export { Executor, type ExecutorOptions } from './executor.js';
export type { ExecutorLimits, Host } from './host.js';
export type { Command, CommonInput, Input, Ref } from './input.js';
export type {
  Answer,
  Answered,
  Applied,
  Apply,
  Emit,
  Entry,
  Install,
  Output,
  Peer,
  Persist,
  ReadSnapshot,
  RemoveSnapshot,
  Send,
  SetPeers,
  TakeSnapshot,
  Unknown,
  WriteSnapshot,
} from './output.js';
export type { Flush } from './persist-queue.js';
export type { Protocol, Recovered, Recovery } from './protocol.js';
export { below, between, chance, nextUint32, pick, type Random, seededRandom, shuffle, split, unit } from './random.js';
export type { StateMachine } from './state-machine.js';
export { type Misplaced, StorageOutOfOrder } from './storage-out-of-order.js';
export type { Vocabulary } from './vocabulary.js';
export type { Action, Violation, World } from './world.js';
