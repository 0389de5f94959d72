/** How a node is, for people and for probes. */
import type { DriverStatus, Health, HealthReason } from '@dsys/core/driver';
import type { NodeId } from '@dsys/transport';
import type { Configuration } from '../configuration.js';
import type { RaftCore } from '../core.js';
import type { Role } from '../words.js';

/** Figures as of now: the driver's, and Raft's own. */
export interface RaftStatus extends DriverStatus {
  readonly cluster: string;
  readonly incarnation: number;
  readonly role: Role;
  /** Who leads in this term, as far as this node knows. */
  readonly leader: NodeId | null;
  readonly term: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** Of the log, and how much of it is on this disk. */
  readonly lastIndex: number;
  readonly durableIndex: number;
  /** Up to where the newest snapshot goes, 0 for none. */
  readonly snapshotIndex: number;
  readonly members: Configuration;
  /** Of a leader: how far each other member is known to have come, and when it last answered. Else empty. */
  readonly followers: readonly { readonly id: NodeId; readonly matchIndex: number; readonly silentMs: number }[];
  /** Durable records are lost: until a leader has made it whole, the node votes for nobody and counts for nothing. */
  readonly isInDoubt: boolean;
}

/** A reason of the driver, or that nobody is known to lead. */
export type RaftHealthReason = HealthReason | { readonly code: 'no-leader'; readonly detail: string };

/** For the probes of an orchestrator. A node that knows no leader is live, and not ready. */
export interface RaftHealth extends Omit<Health, 'reasons'> {
  readonly reasons: readonly RaftHealthReason[];
}

/** What `RaftNode.status` says of a node under a driver. */
export function statusOf(driver: DriverStatus, core: RaftCore): RaftStatus {
  const s = core.state;
  const isRunning = driver.state === 'running';
  const now = (core.deadline() ?? 0) - (driver.timeoutInMs ?? 0); // a leader always has a deadline
  return {
    ...driver,
    cluster: s.identity.cluster,
    incarnation: s.identity.incarnation,
    role: isRunning ? s.role : 'follower',
    leader: isRunning ? s.leader : null,
    term: s.term,
    commitIndex: s.commitIndex,
    appliedIndex: s.appliedIndex,
    lastIndex: s.log.lastIndex,
    durableIndex: s.durable.lastIndex,
    snapshotIndex: s.snapshot?.index ?? 0,
    members: s.configuration,
    followers:
      isRunning && s.role === 'leader'
        ? Array.from(s.progress, ([id, { matchIndex, heardAt }]) => ({ id, matchIndex, silentMs: now - heardAt }))
        : [],
    isInDoubt: s.doubt !== null,
  };
}

/** The driver's health, and that a leader is known. */
export function withLeader(health: Health, leader: NodeId | null): RaftHealth {
  if (leader !== null || !health.live) return health;
  const reason = {
    code: 'no-leader',
    detail: 'no leader is known: an election is under way, or no majority is reached',
  };
  return { live: true, ready: false, reasons: [...health.reasons, reason as RaftHealthReason] };
}
