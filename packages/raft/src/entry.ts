import type { Entry } from '@dsys/core';

/** What an entry is for. Only commands reach the state machine. */
export type EntryKind = 'command' | 'noop' | 'configuration';

/** One place of the log. Immutable; forks, messages and records share it. */
export interface LogEntry extends Entry {
  /** From 1 on. */
  readonly index: number;
  /** The term of the leader that appended it. */
  readonly term: number;
  readonly kind: EntryKind;
  /**
   * The leader's monotone time, ms: never below that of the entry before, on from there while a leader stays, and without
   * relation to a wall clock. What expires by the log (client sessions) expires alike on every node.
   */
  readonly timeMs: number;
  /** A command, an encoded `Configuration`, or nothing. */
  readonly bytes: Uint8Array;
}
