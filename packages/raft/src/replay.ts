/**
 * What a disk says, played from its first record to its last. Compaction frees old records and appends what they carried
 * behind those that are left, so a log may begin at any index, and the snapshot that covers what is missing comes later:
 *
 *     entries 90..99 │ entries 100..120 │ identity │ hardState │ snapshot up to 95        the log is 96..120
 */
import { unreachable } from '@dsys/codec';
import type { StoredRecord } from '@dsys/wal';
import { decodeRecord } from './codec/records.js';
import type { LogEntry } from './entry.js';
import type { Identity } from './record.js';
import type { SnapshotPoint } from './snapshot-point.js';

/** Everything up to `index` is in records up to `position`; all entries behind it are in later ones. */
export interface Mark {
  readonly index: number;
  readonly position: number;
}

/** What counts of a disk's records. */
export interface Past {
  identity: Identity | null;
  term: number;
  votedFor: string | null;
  snapshot: SnapshotPoint | null;
  /** Those behind the snapshot, without a gap. */
  entries: LogEntry[];
  marks: Mark[];
  /** It was damaged and is not whole again: the end of what was left then. */
  doubtIndex: number | null;
}

/** Records contradict one another: they are not all of one disk, or the disk lies. */
export class ImpossibleLog extends Error {
  override readonly name: string = 'ImpossibleLog';
  readonly code = 'raft-impossible-log';
  /** The record that doesn't fit to those before it. */
  readonly position: number;

  constructor(position: number, what: string) {
    super(
      `The record at position ${position} does not fit to those before it: ${what}. The disk holds records of something else, or has lost some: start this node anew, under a new incarnation and with an empty disk.`,
    );
    this.position = position;
  }
}

/**
 * Plays the records. Throws `ImpossibleLog` for a gap or a contradiction, and `DecodeError` for bytes that are no record. Of a
 * damaged disk the snapshot that entries follow may be among what is lost: then they are of no use.
 */
export function replay(records: readonly StoredRecord[], isDamaged = false): Past {
  const past: Past = {
    identity: null,
    term: 0,
    votedFor: null,
    snapshot: null,
    entries: [],
    marks: [],
    doubtIndex: null,
  };
  for (const { position, bytes } of records) {
    const record = decodeRecord(bytes);
    switch (record.type) {
      case 'identity':
        past.identity = record.identity;
        break;
      case 'hardState':
        if (record.term < past.term) throw new ImpossibleLog(position, `term ${record.term} after ${past.term}`);
        past.term = record.term;
        past.votedFor = record.votedFor;
        break;
      case 'truncate':
        truncate(past, record.fromIndex, position);
        break;
      case 'entries':
        append(past, record.entries, position);
        break;
      case 'snapshot':
        cover(past, record.snapshot, position);
        break;
      case 'doubt':
        past.doubtIndex = record.keptIndex;
        break;
      default:
        unreachable(record);
    }
  }
  const first = past.entries[0];
  const isOpen = first !== undefined && first.index !== (past.snapshot?.index ?? 0) + 1;
  if (isOpen && isDamaged) past.entries = [];
  else if (isOpen)
    throw new ImpossibleLog(
      records.at(-1)!.position,
      `the log begins at ${first.index}, and nothing says what was before`,
    );
  return past;
}

function truncate(past: Past, fromIndex: number, position: number): void {
  if (past.snapshot !== null && fromIndex <= past.snapshot.index)
    throw new ImpossibleLog(position, `entries from ${fromIndex} on fall, and ${past.snapshot.index} is in a snapshot`);
  while (past.entries.length > 0 && past.entries.at(-1)!.index >= fromIndex) past.entries.pop();
  past.marks = past.marks.map((mark) => (mark.index < fromIndex ? mark : { ...mark, index: fromIndex - 1 }));
}

function append(past: Past, entries: readonly LogEntry[], position: number): void {
  for (const entry of entries) {
    const last = past.entries.at(-1);
    // Where nothing is before it, what is missing was freed, and a snapshot that covers it must come.
    if (last !== undefined && (entry.index !== last.index + 1 || entry.term < last.term))
      throw new ImpossibleLog(
        position,
        `entry ${entry.index} of term ${entry.term} after ${last.index} of ${last.term}`,
      );
    past.entries.push(entry);
  }
  past.marks.push({ index: entries.at(-1)!.index, position });
  if (past.marks.length > MOST_MARKS) past.marks = thinned(past.marks);
}

/** A snapshot takes the place of everything up to its index, whether that was in the log or not. */
function cover(past: Past, snapshot: SnapshotPoint, position: number): void {
  if (past.snapshot !== null && snapshot.index < past.snapshot.index)
    throw new ImpossibleLog(position, `a snapshot up to ${snapshot.index} after one up to ${past.snapshot.index}`);
  past.snapshot = snapshot;
  let covered = 0;
  while (covered < past.entries.length && past.entries[covered]!.index <= snapshot.index) covered++;
  past.entries.splice(0, covered);
}

const MOST_MARKS = 64;

/** Every second one: what can be freed is known a little less exactly. The last one stays. */
export const thinned = (marks: readonly Mark[]): Mark[] => marks.filter((_, i) => (marks.length - 1 - i) % 2 === 0);

/** Adds a mark, and keeps them few. */
export function addMark(marks: Mark[], mark: Mark): Mark[] {
  marks.push(mark);
  return marks.length > MOST_MARKS ? thinned(marks) : marks;
}
