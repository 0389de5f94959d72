/**
 * Sending a snapshot to a follower whose next entry is gone (Raft §7, Figure 13). Its bytes are the disk's: a chunk is
 * asked for, sent when it has been read, and the next asked for when the follower says where it goes on.
 *
 *     readSnapshot ─► snapshotRead ─► InstallSnapshot ─► … ─► InstallSnapshotResult { offset } ─► readSnapshot …
 */
import type { NodeId } from '@dsys/transport';
import type { InstallSnapshotResult } from './message.js';
import type { Outputs, Progress, RaftState } from './state.js';

/** A follower that takes nothing for so many election timeouts is begun with anew, from the newest snapshot. */
const STALLED_TIMEOUTS = 20;

/** From its beginning, the newest one. */
export function startSending(s: RaftState, progress: Progress, now: number, out: Outputs): void {
  progress.mode = 'snapshot';
  progress.probeEnd = 0;
  progress.sending = null;
  if (s.snapshot === null) return;
  progress.sending = { point: s.snapshot, offset: 0, stage: 'reading', since: now, movedAt: now };
  readChunk(s, s.snapshot.name, 0, out);
}

/** With each heartbeat: a chunk that was lost is read again, one that nobody takes is given up. */
export function retrySending(s: RaftState, progress: Progress, now: number, out: Outputs): void {
  const { sending } = progress;
  const { max } = s.settings.electionTimeoutMs;
  if (sending === null || now - sending.movedAt >= STALLED_TIMEOUTS * max) return startSending(s, progress, now, out);
  if (sending.stage === 'reading' || now - sending.since < max) return;
  progress.sending = { ...sending, stage: 'reading', since: now };
  readChunk(s, sending.point.name, sending.offset, out);
}

/** One read for all who wait for this chunk. */
function readChunk(s: RaftState, name: string, offset: number, out: Outputs): void {
  if (s.chunkReads.some((read) => read.name === name && read.offset === offset)) return;
  s.chunkReads = [...s.chunkReads, { name, offset }];
  out.push({ type: 'readSnapshot', name, offset, maxBytes: s.settings.chunkBytes });
}

export function onSnapshotRead(
  s: RaftState,
  read: { readonly name: string; readonly offset: number; readonly bytes: Uint8Array | null; readonly isLast: boolean },
  now: number,
  out: Outputs,
): void {
  const { name, offset, bytes, isLast } = read;
  s.chunkReads = s.chunkReads.filter((each) => each.name !== name || each.offset !== offset);
  const to: NodeId[] = [];
  for (const [id, progress] of s.progress) {
    const { sending } = progress;
    if (sending?.stage !== 'reading' || sending.point.name !== name || sending.offset !== offset) continue;
    const { point } = sending;
    // What can't be read to its end is never sent as if that were it (R38, R41).
    const isWhole =
      bytes !== null && isLast === (offset + bytes.length === point.bytes) && (isLast || bytes.length > 0);
    if (!isWhole) {
      progress.sending = null; // Begun anew with the next heartbeat.
      continue;
    }
    progress.sending = { ...sending, stage: 'sent', since: now };
    to.push(id);
  }
  if (to.length === 0 || bytes === null) return;
  const { point } = s.progress.get(to[0]!)!.sending!;
  const { term, round } = s;
  const { incarnation } = s.identity;
  const message = {
    type: 'installSnapshot',
    term,
    incarnation,
    snapshot: point,
    offset,
    bytes,
    isLast,
    round,
  } as const;
  out.push({ type: 'send', to, message, lane: 'bulk' });
}

/** Where the follower goes on. Whether it has all of it: then entries may follow. */
export function onInstallSnapshotResult(
  s: RaftState,
  progress: Progress,
  { index, snapshotTerm, offset }: InstallSnapshotResult,
  now: number,
  out: Outputs,
): boolean {
  const { sending } = progress;
  if (sending === null || sending.point.index !== index || sending.point.term !== snapshotTerm) return false;
  if (offset === null) {
    out.push({ type: 'event', event: { type: 'snapshot', what: 'sent', index } });
    if (index > progress.matchIndex) progress.matchIndex = index;
    endSending(progress);
    return true;
  }
  // An answer to a chunk that came twice: the next one is being read, or out.
  if (sending.stage !== 'sent' || offset > sending.point.bytes || offset === sending.offset) return false;
  progress.sending = { ...sending, offset, stage: 'reading', since: now, movedAt: now };
  readChunk(s, sending.point.name, offset, out);
  return false;
}

/** It has what it needs of the snapshot: entries go on behind that. */
export function endSending(progress: Progress): void {
  progress.sending = null;
  progress.mode = 'probe';
  progress.probeEnd = 0;
  progress.nextIndex = progress.matchIndex + 1;
}
