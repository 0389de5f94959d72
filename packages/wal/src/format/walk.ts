/**
 * Reads a log from front to back and judges what it meets. From each segment it goes on to the next one when that begins
 * with a mark of the position that comes next:
 *
 *     segment 7  │ mark ▸ 41 ▸ 42 │ mark ▸ 43 ▸ 44 │ blank ……      segment 8  │ mark(45) ▸ 45 ▸ 46 │ ✗ …
 *
 * Where no record follows, it looks at every byte behind for records that verify. If a mark there, or one before, claims
 * that the position that should have come is durable, then this is **damage**: it is reported, and the walk goes on at
 * the next good record. If none does, this is the end of the log; what is left of a flush that was never completed, a
 * **torn tail**, begins here. What lies below `start` was compacted, and may be bad or missing.
 */
import type { Damage } from '../errors.js';
import { type Claims, DATA, MARK, RECORD_HEADER_BYTES, RecordReader } from './record.js';
import { decodeSegmentHeader, RECORDS_OFFSET, segmentSeed } from './segment.js';

/** A segment's file. */
export interface SegmentFile {
  readonly name: string;
  readonly number: number;
}

/** What a segment's file holds: less than its size when it was cut short. */
export interface SegmentBytes {
  readonly bytes: Uint8Array;
  /** Where bytes begin that the disk refuses to give; what stands there is not what was written. `null` when all were read. */
  readonly unreadableFrom: number | null;
}

/** A log to be walked. */
export interface LogSource {
  readonly logId: Uint8Array;
  readonly segmentBytes: number;
  /** By number, rising. */
  readonly segments: readonly SegmentFile[];
  /** The file's bytes from its beginning. Is called again for the same segment when the walk looks ahead. */
  read(segment: SegmentFile): Promise<SegmentBytes>;
}

/** Damage that was met, before it is known where the log ends. */
export type Fault = Omit<Damage, 'resumeAt'>;

/** What the walk meets, in order. */
export type WalkEvent =
  | {
      readonly type: 'record';
      readonly segment: SegmentFile;
      readonly offset: number;
      /** Where the next record begins. */
      readonly endOffset: number;
      readonly position: number;
      readonly boot: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'mark';
      readonly segment: SegmentFile;
      readonly offset: number;
      /** Where the next record begins. */
      readonly endOffset: number;
      readonly position: number;
      readonly boot: number;
      readonly frontier: number;
      readonly start: number;
    }
  | { readonly type: 'fault'; readonly fault: Fault };

/** Where the log ends, and all that the walk has learnt. */
export interface WalkEnd {
  /** Index among the segments, −1 when none holds a record. */
  readonly segmentIndex: number;
  /** Where the next record would begin. */
  readonly offset: number;
  readonly firstPosition: number;
  readonly nextPosition: number;
  /** The highest position seen anywhere, lost and torn ones included. */
  readonly highestPosition: number;
  readonly boot: number;
  readonly frontier: number;
  readonly start: number;
  /** Something of an unfinished flush lies behind the end. */
  readonly torn: boolean;
  /** Bytes that decide where the log ends can't be read: in this segment. */
  readonly unreadable: SegmentFile | null;
}

/** Where something was met, and what it was. */
interface Place {
  readonly index: number;
  readonly at: number;
  readonly position: number;
  readonly boot: number;
}

/** Walks a log; `visit` is told what it meets, in order. Reads one segment at a time. */
export async function walkLog(source: LogSource, visit: (event: WalkEvent) => void): Promise<WalkEnd> {
  const { segments, segmentBytes } = source;
  const seen = { frontier: 0, start: 1, highest: 0 };
  let first = 0;
  /** The position that comes next; 0 until the first mark has said. */
  let position = 0;
  let boot = 0;
  let beginsWithFault = false;

  if (segments.length === 0) return end(-1, RECORDS_OFFSET, false, null);
  let index = 0;
  let current = await openSegment(source, segments[0]!);
  let at = RECORDS_OFFSET;
  if (current.headerFault !== null) reportHeader();

  for (;;) {
    const segment = segments[index]!;
    const { reader } = current;
    while (reader.read(at) && follows(reader, position, boot)) {
      const offset = at;
      if (first === 0) first = reader.position;
      boot = reader.boot;
      at = reader.end;
      if (reader.type === MARK) {
        const { frontier, start } = learn(seen, reader);
        position = reader.position;
        visit({ type: 'mark', segment, offset, endOffset: at, position, boot, frontier, start });
      } else {
        learn(seen, reader);
        position = reader.position;
        visit({ type: 'record', segment, offset, endOffset: at, position, boot, bytes: reader.payload() });
        position++;
      }
    }

    const blank = reader.isBlank(at);
    const next = segments[index + 1];
    if (next !== undefined && next.number === segment.number + 1 && position > 0) {
      const opened = await openSegment(source, next);
      const continues = opened.reader.read(RECORDS_OFFSET) && follows(opened.reader, position, boot);
      // Behind a torn tail only a later boot can have gone on: it cut the tail, and its mark did not fit in here.
      if (continues && opened.reader.type === MARK && (blank || opened.reader.boot > boot)) {
        index++;
        current = opened;
        at = RECORDS_OFFSET;
        if (current.headerFault !== null) reportHeader();
        continue;
      }
    }

    const resume = await lookAhead(source, { index, at, position, boot }, reader, seen);
    const isShort = reader.bytes.length < segmentBytes && (!blank || at + RECORD_HEADER_BYTES > reader.bytes.length);
    const isDamage = isShort || (position === 0 ? resume !== null || seen.frontier > 0 : seen.frontier >= position);
    if (!isDamage) {
      const torn = position > 0 && (!blank || resume !== null);
      const isUnreadable = torn && current.unreadableFrom !== null && current.unreadableFrom >= at;
      return end(index, at, torn, isUnreadable ? segment : null);
    }

    const lostTo = resume !== null ? resume.position - 1 : Math.max(seen.frontier, isShort ? position : 0);
    // Damage between two records loses none, and is damage all the same; but what was compacted may be as it likes.
    const compacted = resume !== null ? resume.position <= seen.start : lostTo < seen.start && !isShort;
    if (!compacted) {
      const endOffset = resume?.index === index ? resume.at : Math.max(reader.bytes.length, at + 1);
      const reason = reasonFor(current, isShort, blank);
      report({
        segment: segment.name,
        offset: at,
        endOffset,
        first: Math.max(position, seen.start),
        last: lostTo,
        reason,
      });
    }
    if (resume === null) {
      position = lostTo + 1;
      return end(index, at, false, null);
    }
    if (resume.index !== index) current = await openSegment(source, segments[resume.index]!);
    ({ index, at, position, boot } = resume);
  }

  function report(fault: Fault): void {
    if (first === 0) beginsWithFault = true;
    visit({ type: 'fault', fault });
  }

  function reportHeader(): void {
    const { name } = segments[index]!;
    const place = { segment: name, offset: 0, endOffset: RECORDS_OFFSET };
    report({ ...place, first: Math.max(position, 1), last: Math.max(position, 1) - 1, reason: current.headerFault! });
  }

  function end(segmentIndex: number, offset: number, torn: boolean, unreadable: SegmentFile | null): WalkEnd {
    const { frontier, start, highest } = seen;
    if (first > start && !beginsWithFault) {
      const place = { segment: segments[0]!.name, offset: RECORDS_OFFSET, endOffset: RECORDS_OFFSET };
      visit({
        type: 'fault',
        fault: { ...place, first: start, last: first - 1, reason: 'segments before it are missing' },
      });
    }
    const nextPosition = Math.max(position, 1);
    const claims = { frontier, start, boot, torn, unreadable };
    const positions = { firstPosition: Math.max(first, 1), nextPosition, highestPosition: Math.max(highest, frontier) };
    return position > 0
      ? { segmentIndex, offset, ...positions, ...claims }
      : { segmentIndex: -1, offset: RECORDS_OFFSET, ...positions, ...claims };
  }
}

/** Whether what was read is what comes next. Data never follows a mark of another boot; a mark may raise it. */
function follows(reader: RecordReader, position: number, boot: number): boolean {
  if (reader.type === MARK) return (position === 0 || reader.position === position) && reader.boot >= boot;
  return reader.position === position && reader.boot === boot;
}

interface Opened {
  readonly reader: RecordReader;
  readonly unreadableFrom: number | null;
  readonly headerFault: string | null;
}

async function openSegment(source: LogSource, segment: SegmentFile): Promise<Opened> {
  const { bytes, unreadableFrom } = await source.read(segment);
  const reader = new RecordReader(bytes, segmentSeed(source.logId, segment.number));
  return { reader, unreadableFrom, headerFault: headerFault(bytes, source, segment) };
}

/** What is wrong with a first block, in words; `null` when it is as it should be. */
export function headerFault(bytes: Uint8Array, source: LogSource, segment: SegmentFile): string | null {
  const header = decodeSegmentHeader(bytes);
  if (header === 'newer') return 'a later release wrote this segment';
  if (header === 'foreign' || header === 'bad') return 'the first block is not a segment header';
  if (header.number !== segment.number) return `it is segment ${header.number}, whatever its name says`;
  if (header.segmentBytes !== source.segmentBytes) return `it was made for segments of ${header.segmentBytes} bytes`;
  for (let i = 0; i < header.logId.length; i++)
    if (header.logId[i] !== source.logId[i]) return 'the segment belongs to another log';
  return null;
}

function reasonFor(current: Opened, isShort: boolean, blank: boolean): string {
  if (current.unreadableFrom !== null) return 'the disk refuses to read it';
  if (isShort) return 'the file is shorter than it was made';
  return blank ? 'records that were durable are not there' : 'the bytes are not those that were written';
}

/** What is true of the log as a whole. */
interface Learnt {
  frontier: number;
  start: number;
  highest: number;
}

/** Takes in what the reader stands on; gives the claims of a mark. */
function learn(seen: Learnt, reader: RecordReader): Claims {
  if (reader.type === DATA) {
    seen.highest = Math.max(seen.highest, reader.position);
    return NO_CLAIMS;
  }
  const claims = reader.claims();
  seen.frontier = Math.max(seen.frontier, claims.frontier);
  seen.start = Math.max(seen.start, claims.start);
  return claims;
}

const NO_CLAIMS: Claims = { frontier: 0, start: 1 };

/**
 * Learns from every record that verifies behind a place, in this segment and in those after it, at any multiple of 8.
 * Gives the first from which the log could go on.
 */
async function lookAhead(source: LogSource, from: Place, here: RecordReader, seen: Learnt): Promise<Place | null> {
  let resume: Place | null = null;
  for (let index = from.index; index < source.segments.length; index++) {
    const reader = index === from.index ? here : (await openSegment(source, source.segments[index]!)).reader;
    let at = index === from.index ? from.at : RECORDS_OFFSET;
    while (at + RECORD_HEADER_BYTES <= reader.bytes.length) {
      if (!reader.read(at)) {
        at += 8;
        continue;
      }
      learn(seen, reader);
      const { position, boot } = reader;
      if (resume === null && position >= from.position && boot >= from.boot) resume = { index, at, position, boot };
      at = reader.end;
    }
  }
  return resume;
}
