/**
 * A node: what happens to it, and who deals with that. Each part is in a file of its own, after its section of the paper:
 *
 *     election.ts      votes and the asking for them            §5.2, §5.4.1, thesis §9.6
 *     leading.ts       what a leader begins, takes and gives up
 *     replication.ts   the leader's half, appending.ts the follower's          §5.3
 *     commit.ts        what is committed and applied            §5.3, §5.4.2
 *     changing.ts      who takes part: target.ts has the way there, membership.ts what is in force   §6, thesis §4
 *     transferring.ts  leadership handed over                   thesis §3.10
 *     reads.ts         reads without an entry                   thesis §6.4
 *     compaction.ts    snapshots taken, snapshots.ts sent, installing.ts received     §7
 *     durability.ts    what is on disk, and on its way there
 *     doubt.ts         what a damaged disk has lost, repairing.ts the leader's help
 *     speak.ts         what may be said of it
 *
 * A step changes the state, and at its end writes what of it the disk was not yet asked to hold.
 */
import { unreachable } from '@dsys/codec';
import type { CoreOf, Input, Output, Rename } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import { onAppendEntries } from './appending.js';
import { cancelChange, changeMembers, settleMembership } from './changing.js';
import { answerUnknown, learnCommit } from './commit.js';
import { onSnapshotted, removeOutdated, takeSnapshot } from './compaction.js';
import { maybeEndDoubt, onDoubtResult } from './doubt.js';
import { onPersisted, onRefused, persistChanges, retryRefused } from './durability.js';
import {
  isDisturbing,
  onElectionTimeout,
  onPreVote,
  onPreVoteResult,
  onRequestVote,
  onTimeoutNow,
  onVote,
} from './election.js';
import { fingerprintState } from './fingerprint.js';
import { becomeFollower } from './following.js';
import { onInstallSnapshot, onSnapshotWritten } from './installing.js';
import { onLeaderTimeout, propose } from './leading.js';
import type { AppendEntriesResult, InDoubt, InstallSnapshotResult, RaftMessage } from './message.js';
import { memberOf } from './quorum.js';
import {
  answerReady,
  askLeader,
  confirmReads,
  onRead,
  onReadIndex,
  onReadIndexResult,
  onReadTimeout,
  readDeadline,
  wantsRound,
} from './reads.js';
import { onInDoubt } from './repairing.js';
import { hearPeer, onAppendEntriesResult, replicate, sendHeartbeats } from './replication.js';
import { send, tellMatch } from './say.js';
import { onInstallSnapshotResult, onSnapshotRead } from './snapshots.js';
import { speak } from './speak.js';
import { cloneState, type Outputs, type Progress, type RaftState } from './state.js';
import { followTransfer, transfer } from './transferring.js';
import type { RaftWords } from './words.js';

/** See the top of `core.ts`. Made by the protocol's `recover`. */
export class RaftCore implements CoreOf<RaftWords> {
  private readonly s: RaftState;

  constructor(state: RaftState) {
    this.s = state;
  }

  step(input: Input<RaftWords>, now: number): Output<RaftWords>[] {
    const { s } = this;
    const out: Outputs = [];
    take(s, input, now, out);
    if (s.role === 'leader') {
      if (s.isSettling) settleMembership(s, now, out);
      if (s.reads.length > 0) serveReads(s, now, out);
    } else if (s.asked.length > 0) askLeader(s, now, out);
    if (s.transfer !== null) followTransfer(s, now, out);
    if (s.doubt !== null && maybeEndDoubt(s, out) && s.leader !== null) tellMatch(s, out);
    if (s.outdated.length > 0) removeOutdated(s, out);
    persistChanges(s, now, out);
    return out;
  }

  deadline(): number {
    const { s } = this;
    let at: number;
    if (s.role === 'leader') {
      at = s.heartbeatAt;
      if (s.inFlight.length > 0) at = Math.min(at, s.inFlight[0]!.since + s.settings.hungDiskMs);
    } else at = s.electionAt;
    if (s.retryAt !== null) at = Math.min(at, s.retryAt);
    if (s.transfer !== null) at = Math.min(at, s.transfer.until);
    if (s.orphans.length > 0) at = Math.min(at, s.orphans[0]!.until);
    if (s.reads.length > 0 || s.ready.length > 0 || s.asked.length > 0) at = Math.min(at, readDeadline(s));
    return at;
  }

  /** All of it, to be looked at: by monitors, and by whoever draws it. */
  get state(): Readonly<RaftState> {
    return this.s;
  }

  clone(): this {
    return new RaftCore(cloneState(this.s)) as this;
  }

  fingerprint(now: number, rename?: Rename): string {
    return fingerprintState(this.s, now, rename);
  }
}

function take(s: RaftState, input: Input<RaftWords>, now: number, out: Outputs): void {
  switch (input.type) {
    case 'receive':
      return receive(s, input.from, input.message, now, out);
    case 'propose':
      return propose(s, input.commands, now, out);
    case 'timeout':
      return onTimeout(s, now, out);
    case 'persisted': {
      const before = onPersisted(s, input.id, input.position);
      if (before !== null) speak(s, before, now, out);
      return;
    }
    case 'refused':
      return onRefused(s, input.id, now);
    case 'applied':
      if (input.index > s.appliedIndex) s.appliedIndex = input.index;
      return answerReady(s, out);
    case 'read':
      return onRead(s, input.ref, now, out);
    case 'changeMembers':
      return changeMembers(s, input.ref, input.target, out);
    case 'cancelChange':
      return cancelChange(s, input.ref, out);
    case 'transfer':
      return transfer(s, input.ref, input.to, now, out);
    case 'takeSnapshot':
      return takeSnapshot(s, out);
    case 'snapshotted':
      return onSnapshotted(s, input.name, input.info, now, out);
    case 'snapshotRead':
      return onSnapshotRead(s, input, now, out);
    case 'snapshotWritten':
      return onSnapshotWritten(s, input, out);
    default:
      unreachable(input);
  }
}

function onTimeout(s: RaftState, now: number, out: Outputs): void {
  if (s.role === 'leader') onLeaderTimeout(s, now, out);
  else if (now >= s.electionAt) onElectionTimeout(s, now, out);
  if (s.retryAt !== null && now >= s.retryAt) retryRefused(s);
  if (s.orphans.length > 0) answerUnknown(s, ({ until }) => now >= until, out);
  if (s.reads.length > 0 || s.ready.length > 0 || s.asked.length > 0) onReadTimeout(s, now, out);
}

/**
 * A message of an earlier term gets a refusal, one of a later term makes a follower (Raft §5.1): all but a pre-vote and
 * what grants one, which speak of a term that may never be, and a request that is not to be listened to.
 */
function receive(s: RaftState, from: NodeId, message: RaftMessage, now: number, out: Outputs): void {
  if (isOfFormerDisk(s, from, message) || isOfOutsider(s, from, message)) return;
  const { term } = message;
  if (message.type === 'preVote') return onPreVote(s, from, message, now, out);
  if (message.type === 'preVoteResult' && message.granted) return onPreVoteResult(s, from, message, out);
  if (term < s.term) return refuseStale(s, from, message, now, out);
  if (term > s.term) {
    if (message.type === 'requestVote' && isDisturbing(s, from, message, now)) return;
    // Who leads the later term says so itself: then all of it is one change, and whoever waited here is told where to go.
    const isLeaders = message.type === 'appendEntries' || message.type === 'installSnapshot';
    becomeFollower(s, term, isLeaders ? from : null, isLeaders ? 'heard a leader' : 'higher term', now, out);
  }
  switch (message.type) {
    case 'appendEntries':
      return isImpostor(s, from) ? undefined : onAppendEntries(s, from, message, now, out);
    case 'appendEntriesResult':
    case 'installSnapshotResult':
    case 'inDoubt':
      return onResult(s, from, message, now, out);
    case 'requestVote':
      return onRequestVote(s, from, message, now, out);
    case 'vote':
      return onVote(s, from, message, now, out);
    case 'preVoteResult':
      return; // A refusal. Its term was all that it had to say.
    case 'installSnapshot':
      return isImpostor(s, from) ? undefined : onInstallSnapshot(s, from, message, now, out);
    case 'readIndex':
      return onReadIndex(s, from, message, now, out);
    case 'readIndexResult':
      if (from !== s.leader) return;
      if (message.index !== null) learnCommit(s, message.index, now, out);
      return onReadIndexResult(s, message, out);
    case 'timeoutNow':
      return onTimeoutNow(s, from, message, now, out);
    case 'doubtResult':
      return onDoubtResult(s, from, message, out);
    default:
      unreachable(message);
  }
}

/** What a node said before its disk was replaced counts for nothing (R43). */
function isOfFormerDisk(s: RaftState, from: NodeId, { incarnation }: RaftMessage): boolean {
  const member = memberOf(s.configuration, from);
  return member !== null && incarnation < member.incarnation;
}

/** A leader's term is not raised by what somebody answers, or asks to read, who was left out of its configuration (R29). */
function isOfOutsider(s: RaftState, from: NodeId, { type, term }: RaftMessage): boolean {
  if (s.role !== 'leader' || term <= s.term || memberOf(s.configuration, from) !== null) return false;
  return type !== 'appendEntries' && type !== 'installSnapshot' && type !== 'requestVote' && type !== 'preVote';
}

/** Who is no member, and speaks as the leader of a term that this node leads. Of a member it would be a breach of the protocol. */
const isImpostor = (s: RaftState, from: NodeId): boolean =>
  s.role === 'leader' && memberOf(s.configuration, from) === null;

/** Whoever asked learns this term, and stands back. Nothing is claimed with it. */
function refuseStale(s: RaftState, from: NodeId, message: RaftMessage, now: number, out: Outputs): void {
  const { term } = s;
  const { incarnation } = s.identity;
  switch (message.type) {
    case 'requestVote':
      return onRequestVote(s, from, message, now, out);
    case 'appendEntries':
    case 'installSnapshot': {
      const result = { matched: false, rejectedIndex: 0, conflictTerm: 0, conflictIndex: 0 } as const;
      return send(out, from, { type: 'appendEntriesResult', term, incarnation, round: 0, result });
    }
    case 'readIndex': {
      const { boot, number } = message;
      return send(out, from, { type: 'readIndexResult', term, incarnation, boot, number, index: null });
    }
    default: // Answers that come late.
  }
}

function onResult(
  s: RaftState,
  from: NodeId,
  message: AppendEntriesResult | InstallSnapshotResult | InDoubt,
  now: number,
  out: Outputs,
): void {
  const progress = s.progress.get(from);
  if (progress === undefined || progress.incarnation !== message.incarnation) return;
  if (message.type === 'inDoubt') return onInDoubt(s, from, progress, message, now, out);
  if (message.type === 'appendEntriesResult' && isStillDoubtful(progress, message)) return;
  hearPeer(s, progress, message.round, now);
  if (message.type === 'appendEntriesResult') onAppendEntriesResult(s, from, progress, message, now, out);
  else if (onInstallSnapshotResult(s, progress, message, now, out)) replicate(s, now, out);
}

/** What a member in doubt seems to acknowledge it said before the damage, unless it has come as far as it must: then it is whole. */
function isStillDoubtful(progress: Progress, { result }: AppendEntriesResult): boolean {
  if (progress.doubt === null) return false;
  if (!result.matched || result.matchIndex < progress.doubt.index) return true;
  progress.soundBoot = progress.doubt.boot;
  progress.doubt = null;
  return false;
}

/** Leader: answers what a quorum has confirmed; begins the round that others wait for. */
function serveReads(s: RaftState, now: number, out: Outputs): void {
  confirmReads(s, out);
  if (!wantsRound(s)) return;
  sendHeartbeats(s, now, out);
  confirmReads(s, out); // Where this node is its own quorum.
}
