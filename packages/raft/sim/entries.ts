/**
 * Which entries there have ever been, and which were committed: what the monitors of logs go by.
 *
 *     written     by index and term: what it says, and the term of the entry before it
 *     committed   by index: of which term, and in which term that was first known
 *
 * If entries of equal index and term are equal, and so are those before them, then whole logs are (Raft §5.3).
 */
import type { LogEntry, RaftLog } from '../src/index.js';
import type { Shelf } from './shelf.js';

/** An entry that some node has written. */
export interface Written {
  readonly entry: LogEntry;
  /** Of the entry before; null where the log began here when it was seen. */
  readonly prevTerm: number | null;
}

export interface Place {
  readonly index: number;
  readonly term: number;
}

/** All versions of each index. */
export type WrittenShelf = Shelf<readonly Written[]>;

export const writtenAt = (shelf: WrittenShelf, { index, term }: Place): Written | undefined =>
  shelf.get(index)?.find(({ entry }) => entry.term === term);

/** Whether two are the same but for the copy. */
export function isSame(a: LogEntry, b: LogEntry): boolean {
  if (a === b || a.bytes === b.bytes) return a.kind === b.kind && a.timeMs === b.timeMs;
  if (a.kind !== b.kind || a.timeMs !== b.timeMs || a.bytes.length !== b.bytes.length) return false;
  return a.bytes.every((byte, i) => byte === b.bytes[i]);
}

/** Whether a log that ends with `last` has that entry. Where it was seen only from later on: yes. */
export function hasBehind(shelf: WrittenShelf, last: Place, { index, term }: Place): boolean {
  let at = last;
  while (at.index > index) {
    // A leader appends to what it has: entries of one term are all in one log.
    if (at.term === term) return true;
    const prevTerm = writtenAt(shelf, at)?.prevTerm;
    if (prevTerm === undefined || prevTerm === null) return true;
    at = { index: at.index - 1, term: prevTerm };
  }
  return at.index === index && at.term === term;
}

/** The term of this log's entry, or base; null where the log does not tell. */
export function termIn(log: RaftLog, index: number): number | null {
  return index < log.baseIndex || index > log.lastIndex ? null : log.termAt(index);
}
