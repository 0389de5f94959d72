/**
 * Raft in a service: `RaftNode` is one node of a cluster, over any transport and storage, in Node, a browser or a worker.
 *
 * Start reading at `raft-node.ts`.
 *
 * @module
 */
export { AlreadyBegun, NotBegun } from './beginning.js';
export type { RaftHealth, RaftHealthReason, RaftStatus } from './condition.js';
export type { BootstrapOptions, FirstMember, RestartOptions } from './options.js';
export type { ProposeOptions, ProposeResult } from './outcome.js';
export {
  type ChangeResult,
  type OpenResult,
  RaftNode,
  type RaftNodeEvents,
  type ReadResult,
  type TransferResult,
} from './raft-node.js';
