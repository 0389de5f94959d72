/**
 * Raft as a value and a function, after Ongaro and Ousterhout (2014) and Ongaro's thesis: elections with pre-vote and
 * check-quorum, replication, linearizable reads on every node, snapshots. Runs under `@dsys/core`'s driver, in `@dsys/sim`'s
 * worlds and by hand.
 *
 * Start reading at `core.ts`, then `election.ts` and `replication.ts`.
 *
 * @module
 */
export { decodeConfiguration, encodeConfiguration } from './codec/configuration.js';
export { decodeMessage, encodeMessage } from './codec/messages.js';
export { decodeRecord, encodeRecords } from './codec/records.js';
export type { Configuration, Member } from './configuration.js';
export { RaftCore } from './core.js';
export type { Doubt } from './doubt.js';
export type { EntryKind, LogEntry } from './entry.js';
export type { LogBase, RaftLog } from './log.js';
export type {
  AppendEntries,
  AppendEntriesResult,
  DoubtResult,
  InDoubt,
  InstallSnapshot,
  InstallSnapshotResult,
  PreVote,
  PreVoteResult,
  RaftMessage,
  ReadIndex,
  ReadIndexResult,
  RequestVote,
  TimeoutNow,
  Vote,
} from './message.js';
export type { RaftGroup, RaftOptions, Settings } from './options.js';
export { raft } from './protocol.js';
export type { Identity, RaftRecord } from './record.js';
export { MissingSnapshot, WrongDisk } from './recover.js';
export { ImpossibleLog, type Mark } from './replay.js';
export { ClientSession } from './sessions/client-session.js';
export { encodeCommand, type SessionCommand } from './sessions/commands.js';
export { decodeResult, type SessionResult } from './sessions/results.js';
export { type SessionMachine, type SynchronousMachine, sessionMachine } from './sessions/session-machine.js';
export { type SessionOptions, withSessions } from './sessions/with-sessions.js';
export type { SnapshotPoint } from './snapshot-point.js';
export type {
  CatchUp,
  Change,
  InFlight,
  Leaving,
  PendingRead,
  Progress,
  RaftState,
  Receiving,
  Saved,
  Sending,
  Transfer,
  Waiting,
} from './state.js';
export { DamagedSurvivor, recoverFromSurvivor, type Survived, type SurvivorOptions } from './survivor.js';
export type { Target } from './target.js';
export type { RaftAnswer, RaftEvent, RaftInput, RaftWords, Refused, Role } from './words.js';
