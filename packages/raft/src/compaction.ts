/**
 * Snapshots of its own, and what may be let go of for them (Raft §7).
 *
 *     ask the state machine ─► it is on disk ─► the record that names it, and with it the log is compacted
 *                                                 ─► durable: the old one is removed
 *
 * On disk everything up to the snapshot goes. In memory some entries stay behind it, for followers that are a little late
 * or that are being fed (R37): sending a snapshot instead takes long, and meanwhile the next one would be due.
 */
import type { SnapshotInfo } from '@dsys/wal';
import { configurationAt, configurationsTrimmed } from './membership.js';
import type { Outputs, RaftState } from './state.js';

const snapshotIndex = (s: RaftState): number => s.snapshot?.index ?? 0;

/** By policy: enough was applied since the last one. */
export function maybeTakeSnapshot(s: RaftState, now: number, out: Outputs): void {
  const { snapshotAfterBytes } = s.settings;
  if (snapshotAfterBytes === null || now < s.takeAgainAt) return;
  if (s.log.bytesBetween(snapshotIndex(s), s.handedIndex) > snapshotAfterBytes) takeSnapshot(s, out);
}

/** Of what the state machine was handed up to now, if that is more than the last one has. */
export function takeSnapshot(s: RaftState, out: Outputs): void {
  const { log, handedIndex: index } = s;
  if (s.taking !== null || index <= snapshotIndex(s) || index < log.baseIndex || index > log.lastIndex) return;
  const { configuration, index: configurationIndex } = configurationAt(s, index);
  const term = log.termAt(index);
  const timeMs = index === log.baseIndex ? log.base.timeMs : log.at(index).timeMs;
  const name = newSnapshotName(s, 'taken', index);
  s.taking = { name, index, term, timeMs, configuration, configurationIndex };
  out.push({ type: 'snapshot', index, name });
}

/** It is on disk, or came to nothing. */
export function onSnapshotted(s: RaftState, name: string, info: SnapshotInfo | null, now: number, out: Outputs): void {
  const { taking } = s;
  if (taking === null || taking.name !== name) return;
  s.taking = null;
  if (info === null) {
    s.takeAgainAt = now + s.settings.electionTimeoutMs.max;
    return;
  }
  if (taking.index <= snapshotIndex(s)) {
    out.push({ type: 'removeSnapshot', name }); // One that was received meanwhile is newer.
    return;
  }
  if (s.snapshot !== null) s.outdated = [...s.outdated, s.snapshot.name];
  s.snapshot = { ...taking, bytes: info.bytes, checksum: info.checksum };
  s.log.trimTo(keptBehind(s, taking.index));
  configurationsTrimmed(s);
  out.push({ type: 'event', event: { type: 'snapshot', what: 'taken', index: taking.index } });
}

/** One that this disk has not seen: boots are counted on it, and snapshots in each. */
export function newSnapshotName(s: RaftState, what: 'taken' | 'received', index: number): string {
  return `${what}-${index}-${s.boot}-${++s.snapshotNumber}`;
}

/** Removes what no record names any more, but for what a follower is being fed from. */
export function removeOutdated(s: RaftState, out: Outputs): void {
  if (s.outdated.length === 0 || s.durable.snapshotIndex !== snapshotIndex(s)) return;
  const fed = new Set<string>();
  for (const { sending } of s.progress.values()) if (sending !== null) fed.add(sending.point.name);
  for (const name of s.outdated) if (!fed.has(name)) out.push({ type: 'removeSnapshot', name });
  s.outdated = s.outdated.filter((name) => fed.has(name));
}

/** The index up to which the log is let go of: as far as its size allows, what followers need next stays. */
function keptBehind(s: RaftState, index: number): number {
  const { log, settings } = s;
  const { keepBytes, snapshotAfterBytes } = settings;
  const least = log.keepFrom(index, keepBytes);
  const most = log.keepFrom(index, Math.max(keepBytes, snapshotAfterBytes ?? keepBytes));
  let kept = least;
  for (const { sending, matchIndex } of s.progress.values())
    kept = Math.min(kept, Math.max(most, sending === null ? matchIndex : sending.point.index));
  return kept;
}
