/**
 * Receiving a snapshot (Raft §7, Figure 13): chunks go to the disk one at a time, each where the last one ended. When all
 * are there and their checksum is the leader's, a record names the snapshot and takes the place of the log that it covers;
 * once that is durable, the state machine installs it.
 *
 * Bytes never stay here. What is cut short, goes on at a wrong offset or was read from a damaged disk ends at the checksum
 * (R38).
 */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import type { SnapshotInfo } from '@dsys/wal';
import { answerUnknown } from './commit.js';
import { newSnapshotName } from './compaction.js';
import { forgetDurable } from './durability.js';
import { hearLeader } from './following.js';
import { configurationsCovered } from './membership.js';
import type { InstallSnapshot } from './message.js';
import { send } from './say.js';
import type { SnapshotPoint } from './snapshot-point.js';
import type { Outputs, RaftState, Receiving } from './state.js';

/** A chunk of this term's leader. */
export function onInstallSnapshot(
  s: RaftState,
  from: NodeId,
  message: InstallSnapshot,
  now: number,
  out: Outputs,
): void {
  hearLeader(s, from, message.round, now, out);
  const { snapshot, offset, bytes, isLast } = message;
  if (snapshot.index <= s.commitIndex) {
    // Not needed. What is here is told once it is durable, by this answer or the next append's.
    if (s.durable.lastIndex >= snapshot.index && s.durable.term === s.term) sayOffset(s, snapshot, null, out);
    return;
  }
  if (s.receiving === null || !isSame(s.receiving.point, snapshot)) {
    // Of one leader the newer one counts, an older chunk is late. A later leader may have an older one.
    if (s.receiving !== null && message.term === s.receiving.term && snapshot.index < s.receiving.point.index) return;
    giveUpReceiving(s, out);
    const name = newSnapshotName(s, 'received', snapshot.index);
    s.receiving = { point: snapshot, term: message.term, name, offset: 0, isWriting: false, isLast: false };
  }
  const receiving = s.receiving!;
  if (receiving.isWriting) return; // Its end will be told.
  if (offset !== receiving.offset) return sayOffset(s, snapshot, receiving.offset, out);
  s.receiving = { ...receiving, term: message.term, isWriting: true, isLast };
  out.push({ type: 'writeSnapshot', name: receiving.name, offset, bytes, isLast });
}

/** A chunk is on disk, or writing has failed. */
export function onSnapshotWritten(
  s: RaftState,
  written: { readonly name: string; readonly offset: number | null; readonly info: SnapshotInfo | null },
  out: Outputs,
): void {
  const { name, offset, info } = written;
  const { receiving } = s;
  if (receiving === null || receiving.name !== name) {
    if (info !== null) out.push({ type: 'removeSnapshot', name }); // Finished after it was given up.
    return;
  }
  if (receiving.isLast && offset !== null) return onReceived(s, receiving, info, out);
  if (offset === null) s.receiving = null;
  else s.receiving = { ...receiving, offset, isWriting: false };
  sayOffset(s, receiving.point, offset ?? 0, out);
}

/** All of it is on disk: is it what the leader has? */
function onReceived(s: RaftState, { point, name }: Receiving, info: SnapshotInfo | null, out: Outputs): void {
  s.receiving = null;
  const isWhole = info !== null && info.bytes === point.bytes && info.checksum === point.checksum;
  if (isWhole && point.index > s.commitIndex) return cover(s, { ...point, name }, out);
  out.push({ type: 'removeSnapshot', name });
  // What was committed meanwhile is told like any match; what is broken begins anew.
  if (!isWhole) sayOffset(s, point, 0, out);
}

/**
 * The snapshot takes the place of the log up to its end. What follows stays only if the entry there is the same; else it is
 * of another history and goes with it (Figure 13, 6 and 7; R34).
 */
function cover(s: RaftState, point: SnapshotPoint, out: Outputs): void {
  const { log } = s;
  const { index, term, timeMs } = point;
  assert(s.role !== 'leader', 'a leader is sent no snapshot');
  const isSuffixKept = log.matches(index, term);
  if (isSuffixKept) log.trimTo(index);
  else {
    // Up to what was committed the disk has what the leader has. Of the rest nothing may be said any more.
    forgetDurable(s, s.commitIndex);
    log.restart({ index, term, timeMs });
  }
  if (s.snapshot !== null) s.outdated = [...s.outdated, s.snapshot.name];
  s.snapshot = point;
  s.commitIndex = index;
  if (s.agreedIndex < index) s.agreedIndex = index;
  configurationsCovered(s, point, isSuffixKept ? index : Number.MAX_SAFE_INTEGER, out);
  answerUnknown(s, (orphan) => orphan.index <= index, out);
}

/** The record that names the newest snapshot is durable: the state machine may have it, if it is not further already. */
export function maybeInstall(s: RaftState, out: Outputs): void {
  const { snapshot } = s;
  if (snapshot === null || s.durable.snapshotIndex !== snapshot.index || snapshot.index <= s.handedIndex) return;
  const { index, name } = snapshot;
  s.handedIndex = index;
  out.push({ type: 'install', index, name }, { type: 'event', event: { type: 'snapshot', what: 'installed', index } });
  if (s.leader !== null && s.role === 'follower' && s.durable.term === s.term) sayOffset(s, snapshot, null, out);
}

/** Nothing of it is needed any more. */
export function giveUpReceiving(s: RaftState, out: Outputs): void {
  if (s.receiving === null) return;
  out.push({ type: 'removeSnapshot', name: s.receiving.name });
  s.receiving = null;
}

const isSame = (a: SnapshotPoint, b: SnapshotPoint): boolean =>
  a.index === b.index && a.term === b.term && a.bytes === b.bytes && a.checksum === b.checksum;

function sayOffset(s: RaftState, { index, term }: SnapshotPoint, offset: number | null, out: Outputs): void {
  if (s.leader === null || s.role !== 'follower') return;
  send(out, s.leader, {
    type: 'installSnapshotResult',
    term: s.term,
    incarnation: s.identity.incarnation,
    index,
    snapshotTerm: term,
    offset,
    round: s.doubt === null ? s.heardRound : 0,
  });
}
