import type { Ref } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { RaftMessage } from './message.js';
import type { RaftOptions } from './options.js';
import type { RaftRecord } from './record.js';

/** Beside *applied* and *unknown*, which every protocol has. */
export type RaftAnswer =
  /** Nothing was appended here: ask the leader. */
  | { readonly outcome: 'not-leader'; readonly hint: NodeId | null }
  /** Nothing was appended: too much waits to be committed, or the disk is full. Ask again later. */
  | { readonly outcome: 'busy' }
  /** Nothing was appended: the command is larger than the option `commandBytes`. */
  | { readonly outcome: 'too-large'; readonly commandBytes: number }
  /** Another leader's entry was committed at its index: it did not happen and never will. */
  | { readonly outcome: 'superseded' }
  /** Read now: the state machine has everything that was committed when the read was asked for. */
  | { readonly outcome: 'readable'; readonly index: number };

/** What users may want to know of. */
export type RaftEvent =
  | {
      readonly type: 'role';
      readonly role: Role;
      readonly term: number;
      readonly leader: NodeId | null;
      /** Why, in a few words: `election timeout`, `higher term`, `no quorum`, `disk hangs`. */
      readonly reason: string;
    }
  | { readonly type: 'snapshot'; readonly what: 'taken' | 'installed' | 'sent'; readonly index: number }
  /**
   * `damaged`: durable records are lost, and what is left of the log ends at `index`. `repairing`: a leader has said that up to
   * `index` it is needed. `repaired`: it is there. `ignored`: by the option `acceptLoss` the node goes on from `index`.
   */
  | {
      readonly type: 'damage';
      readonly what: 'damaged' | 'repairing' | 'repaired' | 'ignored';
      readonly index: number;
    };

/** What a node is, for now (Raft §5.1); a pre-candidate asks whether standing would make sense (thesis §9.6). */
export type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** Beside what can happen to any core. */
export type RaftInput =
  /** When may I read? `readable` answers, on leaders and followers; `not-leader` where no leader is known; `unknown` when it got lost. */
  | { readonly type: 'read'; readonly ref: Ref }
  /** Take a snapshot now, if anything was applied since the last. */
  | { readonly type: 'takeSnapshot' };

/** The words of this protocol. */
export type RaftWords = {
  options: RaftOptions;
  message: RaftMessage;
  writes: readonly RaftRecord[];
  answer: RaftAnswer;
  event: RaftEvent;
  input: RaftInput;
};
