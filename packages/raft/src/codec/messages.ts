/**
 * Messages as bytes. Each begins with whose it is and what it is, and in whose name it is said:
 *
 *     version │ cluster │ group │ kind │ term │ incarnation │ the fields of the kind, in the order of their declaration
 *
 * One encoding a message and one message an encoding. What can't be true of a message of that kind (an entry of a later
 * term than the leader's, a chunk past its snapshot's end) is refused like what can't be read.
 */
import {
  type ByteReader,
  ByteWriter,
  readBool,
  readBytes,
  readNested,
  readNullable,
  readU8,
  readVarint,
  unreachable,
  writeBool,
  writeBytes,
  writeNullable,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import type { AppendEntries, AppendEntriesResult, InstallSnapshot, RaftMessage } from '../message.js';
import type { RaftGroup } from '../options.js';
import { readIncarnation } from './configuration.js';
import { readEntries, writeEntries } from './entries.js';
import { openFrame, writeFrameHead } from './frame-head.js';
import { MAX_ENTRY_BYTES } from './limits.js';
import { readSnapshotPoint, writeSnapshotPoint } from './snapshot-point.js';

/** The bytes' numbers. */
const KIND = {
  preVote: 1,
  preVoteResult: 2,
  requestVote: 3,
  vote: 4,
  appendEntries: 5,
  appendEntriesResult: 6,
  installSnapshot: 7,
  installSnapshotResult: 8,
  readIndex: 9,
  readIndexResult: 10,
  timeoutNow: 11,
  inDoubt: 12,
  doubtResult: 13,
} as const;

let shared: ByteWriter | undefined;
/** A larger message gets memory of its own, of the right size at once: to grow into it takes a copy and twice the room. */
const SHARED_BYTES = 16 * 1024;

/** The bytes of one frame between nodes of this group. Throws `EncodeError` for what they could not hold. */
export function encodeMessage(group: RaftGroup, message: RaftMessage): Uint8Array {
  const writer = writerFor(message);
  writeFrameHead(writer, group);
  writeU8(writer, KIND[message.type]);
  writeVarint(writer, message.term);
  writeVarint(writer, message.incarnation);
  writeFields(writer, message);
  return writer.finish();
}

/**
 * Throws `DecodeError` for all that `encodeMessage` doesn't give for this group: bytes of another version, cluster or group
 * among them, and without looking at more of those than their head. The bytes must stay as they are.
 */
export function decodeMessage(group: RaftGroup, bytes: Uint8Array): RaftMessage {
  const reader = openFrame(group, bytes);
  const kind = readU8(reader, 'kind');
  const kindOffset = reader.fieldOffset;
  const term = readVarint(reader, 'term');
  const incarnation = readIncarnation(reader);
  const message = readFields(reader, kind, kindOffset, term, incarnation);
  reader.end();
  return message;
}

function writerFor(message: RaftMessage): ByteWriter {
  const bytes = roomFor(message);
  if (bytes > SHARED_BYTES) return new ByteWriter({ chunkBytes: bytes });
  shared ??= new ByteWriter();
  shared.reset();
  return shared;
}

/** More bytes than it takes, where it is large; 0 where it is small. */
function roomFor(message: RaftMessage): number {
  if (message.type === 'installSnapshot') return message.bytes.length > 4096 ? message.bytes.length + 4096 : 0;
  if (message.type !== 'appendEntries') return 0;
  let bytes = 256;
  for (const entry of message.entries) bytes += entry.bytes.length + 24;
  return bytes;
}

function writeFields(writer: ByteWriter, message: RaftMessage): void {
  switch (message.type) {
    case 'preVote':
      writeVarint(writer, message.lastIndex);
      writeVarint(writer, message.lastTerm);
      break;
    case 'requestVote':
      writeVarint(writer, message.lastIndex);
      writeVarint(writer, message.lastTerm);
      writeBool(writer, message.transfer);
      break;
    case 'preVoteResult':
    case 'vote':
      writeBool(writer, message.granted);
      break;
    case 'appendEntries':
      writeAppendEntries(writer, message);
      break;
    case 'appendEntriesResult':
      writeVarint(writer, message.round);
      writeResult(writer, message.result);
      break;
    case 'installSnapshot':
      writeSnapshotPoint(writer, message.snapshot);
      writeVarint(writer, message.offset);
      writeBytes(writer, message.bytes, MAX_ENTRY_BYTES);
      writeBool(writer, message.isLast);
      writeVarint(writer, message.round);
      break;
    case 'installSnapshotResult':
      writeVarint(writer, message.index);
      writeVarint(writer, message.snapshotTerm);
      writeNullable(writer, message.offset, writeVarint);
      writeVarint(writer, message.round);
      break;
    case 'readIndex':
      writeVarint(writer, message.boot);
      writeVarint(writer, message.number);
      break;
    case 'readIndexResult':
      writeVarint(writer, message.boot);
      writeVarint(writer, message.number);
      writeNullable(writer, message.index, writeVarint);
      break;
    case 'timeoutNow':
      writeVarint(writer, message.round);
      break;
    case 'inDoubt':
      writeVarint(writer, message.boot);
      writeResult(writer, message.result);
      break;
    case 'doubtResult':
      writeVarint(writer, message.boot);
      writeVarint(writer, message.index);
      break;
    default:
      unreachable(message);
  }
}

function readFields(
  reader: ByteReader,
  kind: number,
  kindOffset: number,
  term: number,
  incarnation: number,
): RaftMessage {
  switch (kind) {
    case KIND.preVote: {
      const lastIndex = readVarint(reader, 'lastIndex');
      return { type: 'preVote', term, incarnation, lastIndex, lastTerm: readVarint(reader, 'lastTerm', term) };
    }
    case KIND.preVoteResult:
      return { type: 'preVoteResult', term, incarnation, granted: readBool(reader, 'granted') };
    case KIND.requestVote: {
      const lastIndex = readVarint(reader, 'lastIndex');
      const lastTerm = readVarint(reader, 'lastTerm', term);
      return { type: 'requestVote', term, incarnation, lastIndex, lastTerm, transfer: readBool(reader, 'transfer') };
    }
    case KIND.vote:
      return { type: 'vote', term, incarnation, granted: readBool(reader, 'granted') };
    case KIND.appendEntries:
      return readAppendEntries(reader, term, incarnation);
    case KIND.appendEntriesResult: {
      const round = readVarint(reader, 'round');
      return { type: 'appendEntriesResult', term, incarnation, round, result: readResult(reader) };
    }
    case KIND.installSnapshot:
      return readInstallSnapshot(reader, term, incarnation);
    case KIND.installSnapshotResult: {
      const index = readVarint(reader, 'index');
      const snapshotTerm = readVarint(reader, 'snapshotTerm');
      const offset = readNullable(reader, 'offset', readNumber);
      const round = readVarint(reader, 'round');
      return { type: 'installSnapshotResult', term, incarnation, index, snapshotTerm, offset, round };
    }
    case KIND.readIndex: {
      const boot = readVarint(reader, 'boot');
      return { type: 'readIndex', term, incarnation, boot, number: readVarint(reader, 'number') };
    }
    case KIND.readIndexResult: {
      const boot = readVarint(reader, 'boot');
      const number = readVarint(reader, 'number');
      const index = readNullable(reader, 'index', readNumber);
      return { type: 'readIndexResult', term, incarnation, boot, number, index };
    }
    case KIND.timeoutNow:
      return { type: 'timeoutNow', term, incarnation, round: readVarint(reader, 'round') };
    case KIND.inDoubt: {
      const boot = readVarint(reader, 'boot');
      return { type: 'inDoubt', term, incarnation, boot, result: readResult(reader) };
    }
    case KIND.doubtResult: {
      const boot = readVarint(reader, 'boot');
      return { type: 'doubtResult', term, incarnation, boot, index: readVarint(reader, 'index') };
    }
    default:
      reader.fieldOffset = kindOffset;
      throw reader.invalid('kind', 'a kind of message 1..13', kind);
  }
}

const readNumber = (reader: ByteReader, field: string): number => readVarint(reader, field);

function writeAppendEntries(writer: ByteWriter, message: AppendEntries): void {
  writeVarint(writer, message.prevLogIndex);
  writeVarint(writer, message.prevLogTerm);
  writeVarint(writer, message.commitIndex);
  writeVarint(writer, message.round);
  writeEntries(writer, message.entries, message.prevLogIndex, message.prevLogTerm);
}

function readAppendEntries(reader: ByteReader, term: number, incarnation: number): AppendEntries {
  const prevLogIndex = readVarint(reader, 'prevLogIndex');
  const prevLogTerm = readVarint(reader, 'prevLogTerm', term);
  if ((prevLogIndex === 0) !== (prevLogTerm === 0))
    throw reader.invalid('prevLogTerm', '0 for index 0, and for no other', prevLogTerm);
  const commitIndex = readVarint(reader, 'commitIndex');
  const round = readVarint(reader, 'round');
  const entries = readEntries(reader, prevLogIndex, prevLogTerm, term);
  return { type: 'appendEntries', term, incarnation, prevLogIndex, prevLogTerm, entries, commitIndex, round };
}

function writeResult(writer: ByteWriter, result: AppendEntriesResult['result']): void {
  writeBool(writer, result.matched);
  if (result.matched) writeVarint(writer, result.matchIndex);
  else {
    writeVarint(writer, result.rejectedIndex);
    writeVarint(writer, result.conflictTerm);
    writeVarint(writer, result.conflictIndex);
  }
}

function readResult(reader: ByteReader): AppendEntriesResult['result'] {
  if (readBool(reader, 'matched')) return { matched: true, matchIndex: readVarint(reader, 'matchIndex') };
  const rejectedIndex = readVarint(reader, 'rejectedIndex');
  const conflictTerm = readVarint(reader, 'conflictTerm');
  const conflictIndex = readVarint(reader, 'conflictIndex', rejectedIndex);
  if ((conflictIndex === 0) !== (conflictTerm === 0))
    throw reader.invalid('conflictIndex', '0 for term 0, and for no other', conflictIndex);
  return { matched: false, rejectedIndex, conflictTerm, conflictIndex };
}

function readInstallSnapshot(reader: ByteReader, term: number, incarnation: number): InstallSnapshot {
  const snapshot = readNested(reader, 'snapshot', readSnapshotPoint);
  if (snapshot.term > term) throw reader.invalid('snapshot.term', `at most ${term}`, snapshot.term, 'decode-too-large');
  const offset = readVarint(reader, 'offset', snapshot.bytes);
  const bytes = readBytes(reader, 'bytes', Math.min(MAX_ENTRY_BYTES, snapshot.bytes - offset));
  const isLast = readBool(reader, 'isLast');
  if (isLast && offset + bytes.length !== snapshot.bytes)
    throw reader.invalid('isLast', 'the end of the snapshot', `${offset + bytes.length} of ${snapshot.bytes} bytes`);
  const round = readVarint(reader, 'round');
  return { type: 'installSnapshot', term, incarnation, snapshot, offset, bytes, isLast, round };
}
