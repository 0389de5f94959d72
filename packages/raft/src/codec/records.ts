/**
 * Records as bytes. Each begins with its version and its kind; entries are spelled as in messages.
 *
 *     1 identity    cluster │ group │ id │ incarnation
 *     2 hardState   term │ 0, or 1 and votedFor
 *     3 truncate    fromIndex
 *     4 entries     index of the first − 1 │ count │ entries, the first one's term counted from 0
 *     5 snapshot    name │ index │ term │ timeMs │ configurationIndex │ configuration │ bytes │ checksum
 *     6 doubt       0, or 1 and keptIndex
 *
 * Entries of one persist are cut into records of about 256 KiB: a log takes records of 4 MiB by default, and compaction
 * frees whole ones.
 */
import {
  assert,
  ByteReader,
  ByteWriter,
  readNested,
  readNullable,
  readString,
  readU8,
  readVarint,
  unreachable,
  writeNullable,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import type { LogEntry } from '../entry.js';
import type { Identity, RaftRecord } from '../record.js';
import { readIncarnation } from './configuration.js';
import { readEntries, writeEntries } from './entries.js';
import { MAX_CLUSTER_BYTES, MAX_ENTRIES, MAX_ID_BYTES, VERSION } from './limits.js';
import { readSnapshotPoint, writeSnapshotPoint } from './snapshot-point.js';

const KIND = { identity: 1, hardState: 2, truncate: 3, entries: 4, snapshot: 5, doubt: 6 } as const;
/** A record of entries is ended by the one that reaches this. */
const RECORD_BYTES = 256 * 1024;

let shared: ByteWriter | undefined;
/** As for messages: a larger one gets memory of its own. */
const SHARED_BYTES = 16 * 1024;

/** The records of one persist, in order. Throws `EncodeError` for what their bytes could not hold. */
export function encodeRecords(records: readonly RaftRecord[]): Uint8Array[] {
  const encoded: Uint8Array[] = [];
  for (const record of records) {
    if (record.type === 'entries') encodeEntries(record.entries, encoded);
    else {
      const writer = begin(KIND[record.type]);
      writeFields(writer, record);
      encoded.push(writer.finish());
    }
  }
  return encoded;
}

/** Throws `DecodeError` for all that `encodeRecords` doesn't give. The bytes must stay as they are. */
export function decodeRecord(bytes: Uint8Array): RaftRecord {
  const reader = new ByteReader(bytes);
  const version = readU8(reader, 'version');
  if (version !== VERSION) throw reader.invalid('version', `${VERSION}`, version, 'decode-unknown-version');
  const record = readFields(reader, readU8(reader, 'kind'));
  reader.end();
  return record;
}

function begin(kind: number, bytes = 0): ByteWriter {
  shared ??= new ByteWriter();
  shared.reset();
  const writer = bytes > SHARED_BYTES ? new ByteWriter({ chunkBytes: bytes + 64 }) : shared;
  writeU8(writer, VERSION);
  writeU8(writer, kind);
  return writer;
}

function encodeEntries(entries: readonly LogEntry[], encoded: Uint8Array[]): void {
  assert(entries.length > 0, 'a record of entries has entries');
  for (let from = 0; from < entries.length; ) {
    let to = from;
    let bytes = 0;
    for (; to < entries.length && to - from < MAX_ENTRIES && bytes < RECORD_BYTES; to++)
      bytes += entries[to]!.bytes.length + 24;
    const writer = begin(KIND.entries, bytes);
    const previousIndex = entries[from]!.index - 1;
    writeVarint(writer, previousIndex);
    writeEntries(writer, entries, previousIndex, 0, from, to);
    encoded.push(writer.finish());
    from = to;
  }
}

function writeFields(writer: ByteWriter, record: Exclude<RaftRecord, { type: 'entries' }>): void {
  switch (record.type) {
    case 'identity':
      writeString(writer, record.identity.cluster, MAX_CLUSTER_BYTES);
      writeVarint(writer, record.identity.group);
      writeString(writer, record.identity.id, MAX_ID_BYTES);
      writeVarint(writer, record.identity.incarnation);
      break;
    case 'hardState':
      writeVarint(writer, record.term);
      writeNullable(writer, record.votedFor, writeId);
      break;
    case 'truncate':
      writeVarint(writer, record.fromIndex);
      break;
    case 'snapshot':
      writeSnapshotPoint(writer, record.snapshot);
      break;
    case 'doubt':
      writeNullable(writer, record.keptIndex, writeVarint);
      break;
    default:
      unreachable(record);
  }
}

function readFields(reader: ByteReader, kind: number): RaftRecord {
  switch (kind) {
    case KIND.identity:
      return { type: 'identity', identity: readNested(reader, 'identity', readIdentity) };
    case KIND.hardState: {
      const term = readVarint(reader, 'term');
      return { type: 'hardState', term, votedFor: readNullable(reader, 'votedFor', readIdOf) };
    }
    case KIND.truncate: {
      const fromIndex = readVarint(reader, 'fromIndex');
      if (fromIndex === 0) throw reader.invalid('fromIndex', '1..2^53-1', 0);
      return { type: 'truncate', fromIndex };
    }
    case KIND.entries: {
      const entries = readEntries(reader, readVarint(reader, 'previousIndex'), 0, Number.MAX_SAFE_INTEGER);
      if (entries.length === 0) throw reader.invalid('entries', 'at least one', 'none');
      return { type: 'entries', entries };
    }
    case KIND.snapshot:
      return { type: 'snapshot', snapshot: readNested(reader, 'snapshot', readSnapshotPoint) };
    case KIND.doubt:
      return { type: 'doubt', keptIndex: readNullable(reader, 'keptIndex', readVarint) };
    default:
      throw reader.invalid('kind', 'a kind of record 1..6', kind);
  }
}

function readIdentity(reader: ByteReader): Identity {
  const cluster = readString(reader, 'cluster', MAX_CLUSTER_BYTES);
  if (cluster === '') throw reader.invalid('cluster', 'the name of a cluster', 'nothing');
  const group = readVarint(reader, 'group', 0xffff_ffff);
  const id = readIdOf(reader, 'id');
  return { cluster, group, id, incarnation: readIncarnation(reader) };
}

const writeId = (writer: ByteWriter, id: string): void => writeString(writer, id, MAX_ID_BYTES);

function readIdOf(reader: ByteReader, field: string): string {
  const id = readString(reader, field, MAX_ID_BYTES);
  if (id === '') throw reader.invalid(field, 'the id of a node', 'nothing');
  return id;
}
