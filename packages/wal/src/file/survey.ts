/** A log as its files have it: read from end to end, and judged. Changes nothing. */
import { join } from 'node:path';
import { type Damage, DamagedLog, WalError } from '../errors.js';
import { RECORD_HEADER_BYTES } from '../format/record.js';
import { decodeSegmentHeader, RECORDS_OFFSET } from '../format/segment.js';
import {
  type LogSource,
  type SegmentBytes,
  type SegmentFile,
  type WalkEnd,
  type WalkEvent,
  walkLog,
} from '../format/walk.js';
import { errorCode, type FileSystem } from './filesystem.js';
import type { Manifest } from './folder.js';

/** A segment that holds records, and where they end. */
export interface UsedSegment extends SegmentFile {
  readonly first: number;
  end: number;
}

/** Where a flush begins whose records the log does not yet record as durable. */
interface FlushStart {
  readonly segment: SegmentFile;
  readonly offset: number;
  readonly position: number;
}

export interface Survey {
  readonly end: WalkEnd;
  /** Those that hold records which are still needed. */
  readonly segments: readonly UsedSegment[];
  readonly damage: DamagedLog | null;
  /** All that was written from here on may be in the system's memory only. */
  readonly unsettledFrom: FlushStart | null;
}

/** The files of a log as something that can be walked. */
export function sourceOf(
  files: FileSystem,
  folder: string,
  { logId, segmentBytes }: Manifest,
  segments: readonly SegmentFile[],
): LogSource {
  return { logId, segmentBytes, segments, read: ({ name }) => readSegment(files, join(folder, name), segmentBytes) };
}

/** Walks all of it. Rejects with `log-newer-version`, or with `log-failed` when what decides can't be read. */
export async function surveyLog(source: LogSource): Promise<Survey> {
  const segments: UsedSegment[] = [];
  let damage: Damage | null = null;
  let frontier = 0;
  let flushes: FlushStart[] = [];
  const use = (segment: SegmentFile, first: number, end: number): void => {
    const last = segments.at(-1);
    if (last?.number === segment.number) last.end = end;
    else segments.push({ ...segment, first, end });
  };
  const visit = (event: WalkEvent): void => {
    if (event.type === 'fault') {
      damage = earlier(damage, { ...event.fault, resumeAt: 0 });
      return;
    }
    use(event.segment, event.position, event.endOffset);
    if (event.type === 'record') return;
    frontier = Math.max(frontier, event.frontier);
    flushes.push({ segment: event.segment, offset: event.offset, position: event.position });
    // Of the flushes that begin at or below the frontier's successor, the last is where unsettled bytes can begin.
    while (flushes.length > 1 && flushes[1]!.position <= frontier + 1) flushes = flushes.slice(1);
  };
  const end = await walkLog(source, visit);
  if (segments.length === 0) damage ??= nothingThere(source);
  // A compaction was cut short while it freed these; the names of any of them may have come back.
  while (segments.length > 1 && segments[1]!.first <= end.start) segments.shift();
  if (end.unreadable !== null && damage === null) {
    const what = `${end.unreadable.name} can't be read where the log may end, so nothing was cut`;
    throw new WalError('log-failed', `${what}: mend the disk, or restore the file`);
  }
  return {
    end,
    segments,
    damage: damage === null ? null : resumable(damage, end, source),
    unsettledFrom: flushes[0] ?? null,
  };
}

/** A log that was complete once holds a mark at least. */
function nothingThere({ segments }: LogSource): Damage {
  const reason = segments.length === 0 ? 'there is no segment at all' : 'no segment holds a record';
  return {
    segment: segments[0]?.name ?? null,
    offset: RECORDS_OFFSET,
    endOffset: RECORDS_OFFSET,
    first: 1,
    last: 1,
    resumeAt: 0,
    reason,
  };
}

function earlier(a: Damage | null, b: Damage): Damage {
  return a === null || b.first < a.first ? b : a;
}

/** Positions that were acknowledged and left no trace are not given out again: a segment holds so many at most. */
function resumable(damage: Damage, end: WalkEnd, { segmentBytes }: LogSource): DamagedLog {
  const highest = Math.max(end.highestPosition, end.nextPosition - 1, damage.last);
  return new DamagedLog({ ...damage, resumeAt: highest + 1 + Math.floor(segmentBytes / RECORD_HEADER_BYTES) });
}

const UNREADABLE = 0xff;
const PIECE_BYTES = 4096;

async function readSegment(files: FileSystem, path: string, segmentBytes: number): Promise<SegmentBytes> {
  const file = await files.open(path, 'read');
  try {
    const bytes = new Uint8Array(Math.min(await file.size(), segmentBytes));
    try {
      const count = await file.read(bytes, 0);
      const read = { bytes: bytes.subarray(0, count), unreadableFrom: null };
      if (decodeSegmentHeader(read.bytes) === 'newer') throw newer(path);
      return read;
    } catch (error) {
      if (errorCode(error) !== 'EIO') throw error;
    }
    // Bad sectors are damage like any other, if they lie at or below the frontier: so read round them.
    let unreadableFrom: number | null = null;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      try {
        await file.read(piece, at);
      } catch (error) {
        if (errorCode(error) !== 'EIO') throw error;
        piece.fill(UNREADABLE);
        unreadableFrom = unreadableFrom === null ? at : Math.min(unreadableFrom, at);
      }
    }
    return { bytes, unreadableFrom };
  } finally {
    await file.close();
  }
}

function newer(path: string): WalError {
  return new WalError('log-newer-version', `a later release wrote ${path}: upgrade @dsys/wal to open it`);
}
