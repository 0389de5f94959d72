import type { Ref } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { Configuration } from './configuration.js';
import type { RaftMessage } from './message.js';
import type { RaftOptions } from './options.js';
import type { RaftRecord } from './record.js';
import type { Target } from './target.js';

/** What was asked for can't be. Nothing was done. */
export interface Refused {
  readonly outcome: 'refused';
  readonly reason: /** An id, incarnation, address or list that can't be one, or a member twice. */
    | 'bad-member'
    | 'no-voters'
    | 'voting-learner'
    | 'no-address'
    /** A disk of that id with a higher incarnation takes part. */
    | 'former-incarnation'
    /** The leader itself would get another disk. */
    | 'own-disk'
    | 'change-under-way'
    | 'no-change'
    | 'unknown-member'
    | 'not-a-voter'
    | 'leads-already';
  /** What is wrong, and what to do. */
  readonly message: string;
}

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
  /** Nothing was appended: leadership goes to another node. Ask that one in a moment. */
  | { readonly outcome: 'transferring'; readonly to: NodeId }
  /** The target is in force, and committed. */
  | { readonly outcome: 'changed'; readonly index: number; readonly configuration: Configuration }
  /** These take in entries more slowly than they come, or nothing at all. They stay learners: ask for the same again, or for a target without them. */
  | { readonly outcome: 'not-caught-up'; readonly members: readonly NodeId[] }
  /** The change goes no further. Who was to be promoted stays a learner. */
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'transferred'; readonly to: NodeId }
  /** Another one leads; the same one as before, if the target did not make it in time; or nobody that is known. */
  | { readonly outcome: 'not-transferred'; readonly leader: NodeId | null }
  | Refused
  /** Read now: the state machine has everything that was committed when the read was asked for. */
  | { readonly outcome: 'readable'; readonly index: number };

/** What users may want to know of. */
export type RaftEvent =
  | {
      readonly type: 'role';
      readonly role: Role;
      readonly term: number;
      readonly leader: NodeId | null;
      /** Why, in a few words: `election timeout`, `heard a leader`, `higher term`, `no quorum`, `disk hangs`. */
      readonly reason: string;
    }
  | { readonly type: 'snapshot'; readonly what: 'taken' | 'installed' | 'sent'; readonly index: number }
  /** In force from `appended` on; `fallen` with the log's tail: then the one of this index and configuration is in force again. */
  | {
      readonly type: 'configuration';
      readonly what: 'appended' | 'committed' | 'fallen';
      readonly index: number;
      readonly configuration: Configuration;
    }
  /** How a learner that shall vote gets on, on the leader: after each round up to `endIndex`, and at the end. */
  | {
      readonly type: 'catchUp';
      readonly id: NodeId;
      readonly stage: 'learning' | 'done' | 'failed';
      readonly round: number;
      readonly endIndex: number;
    }
  /** `asked`: the target was told to stand. */
  | { readonly type: 'transfer'; readonly what: 'begun' | 'asked' | 'failed'; readonly to: NodeId }
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
  /**
   * Who shall take part, whatever steps that takes: `changed` answers when all is done; `not-caught-up`, `cancelled` where it
   * is given up; `unknown` when this node stands back: then ask the next leader for the same, which does no harm.
   */
  | { readonly type: 'changeMembers'; readonly ref: Ref; readonly target: Target }
  /** Gives up a change whose last step is not in the log yet. */
  | { readonly type: 'cancelChange'; readonly ref: Ref }
  /** Hands leadership to this voter. Nothing is taken meanwhile; after the longest election timeout it is given up. */
  | { readonly type: 'transfer'; readonly ref: Ref; readonly to: NodeId }
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
