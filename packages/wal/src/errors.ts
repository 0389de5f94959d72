import { mustBe, outOfRange } from '@dsys/codec';
import type { Position } from './storage.js';

/** What a `WalError` is about. Stable: compare `error.code`, since two installed copies break `instanceof`. */
export type WalErrorCode =
  /** No room for more records. Recoverable: compact, or make room, and append again. */
  | 'log-full'
  /** A write or a flush failed. Final: what is on disk is known only after the log has been opened again. */
  | 'log-failed'
  | 'log-closed'
  /** Bytes that were durable are bad: see `DamagedLog`. */
  | 'log-damaged'
  /** Another process, or another part of this one, has the log open. */
  | 'log-in-use'
  /** The folder holds something else. */
  | 'log-other-kind'
  /** A later release wrote the log: upgrade to open it. */
  | 'log-newer-version'
  /** The log should have been there and is not, or should not have been and is. */
  | 'log-missing'
  | 'log-exists'
  | 'snapshot-missing'
  | 'snapshot-exists'
  /** Bytes of a finished snapshot are bad. */
  | 'snapshot-damaged'
  /** Writing a snapshot failed. The log is not affected, nothing of that snapshot is left, and another may be written. */
  | 'snapshot-failed';

/** A log that can't do what was asked. Misuse is a `RangeError` or a `TypeError` instead. */
export class WalError extends Error {
  override readonly name: string = 'WalError';
  readonly code: WalErrorCode;

  constructor(code: WalErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Where a log is damaged. */
export interface Damage {
  /** The file's name; `null` where there are no files. */
  readonly segment: string | null;
  /** The bytes of that file that are bad, `[offset, endOffset)`. */
  readonly offset: number;
  readonly endOffset: number;
  /** The records that are lost with them, `first..last`. Of damage between records `last` is `first − 1`. */
  readonly first: Position;
  readonly last: Position;
  /** The lowest `upTo` of a compaction that leaves all damage behind. */
  readonly resumeAt: Position;
  /** What was found there. */
  readonly reason: string;
}

/**
 * Records that were durable can't be read any more. Those before them have been handed out by `load`; those after them
 * are given by `inspectLog` and `MemoryDisk.inspect`. A node that meets this has forgotten something it said: it takes part again when
 * its peers have brought it up to date.
 */
export class DamagedLog extends WalError implements Damage {
  override readonly name: string = 'DamagedLog';
  readonly segment: string | null;
  readonly offset: number;
  readonly endOffset: number;
  readonly first: Position;
  readonly last: Position;
  readonly resumeAt: Position;
  readonly reason: string;

  constructor(damage: Damage) {
    const { segment, offset, endOffset, first, last, resumeAt, reason } = damage;
    const where = segment === null ? '' : ` in ${segment}, bytes ${offset}..${endOffset - 1}`;
    const what = last < first ? `between records ${first - 1} and ${first}` : `records ${first}..${last} are lost`;
    super(
      'log-damaged',
      `damaged log${where}: ${what} (${reason}). Bring the node up to date from its peers, then compact(${resumeAt}, …)`,
    );
    this.segment = segment;
    this.offset = offset;
    this.endOffset = endOffset;
    this.first = first;
    this.last = last;
    this.resumeAt = resumeAt;
    this.reason = reason;
  }
}

/** A record, or the records of one append, above the maximum. */
export interface RecordTooLarge {
  readonly code: 'record-too-large';
  /** `record`, or `records` for all of an append together. */
  readonly option: string;
}

/** `RangeError: record must be at most 1048576 bytes, got 1048577`, with a code of its own: it depends on data, not on a mistake. */
export function recordTooLarge(
  option: 'record' | 'records',
  range: string,
  byteCount: number,
): RangeError & RecordTooLarge {
  const error = new RangeError(mustBe(option, range, byteCount));
  return Object.assign(error, { code: 'record-too-large' as const, option });
}

/** Gives the value back when it is an integer within `min..max`. */
export function integerWithin(option: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw outOfRange(option, `an integer ${min}..${max}`, value);
}
