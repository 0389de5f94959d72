/** A snapshot but for its bytes: in the record that names it, and in each message that carries a chunk. */
import {
  type ByteReader,
  type Read,
  readNested,
  readString,
  readVarint,
  type Write,
  writeString,
  writeVarint,
} from '@dsys/codec';
import type { SnapshotPoint } from '../snapshot-point.js';
import { readConfiguration, writeConfiguration } from './configuration.js';
import { MAX_NAME_BYTES } from './limits.js';

export const writeSnapshotPoint: Write<SnapshotPoint> = (writer, snapshot) => {
  writeString(writer, snapshot.name, MAX_NAME_BYTES);
  writeVarint(writer, snapshot.index);
  writeVarint(writer, snapshot.term);
  writeVarint(writer, snapshot.timeMs);
  writeVarint(writer, snapshot.configurationIndex);
  writeConfiguration(writer, snapshot.configuration);
  writeVarint(writer, snapshot.bytes);
  writeString(writer, snapshot.checksum, MAX_NAME_BYTES);
};

export const readSnapshotPoint: Read<SnapshotPoint> = (reader) => {
  const name = readName(reader);
  const index = readFrom1(reader, 'index');
  const term = readFrom1(reader, 'term');
  const timeMs = readVarint(reader, 'timeMs');
  const configurationIndex = readVarint(reader, 'configurationIndex', index);
  const configuration = readNested(reader, 'configuration', readConfiguration);
  const bytes = readVarint(reader, 'bytes');
  const checksum = readString(reader, 'checksum', MAX_NAME_BYTES);
  return { name, index, term, timeMs, configuration, configurationIndex, bytes, checksum };
};

/** What may be a file's name everywhere: the rule of `@dsys/wal`. */
function readName(reader: ByteReader): string {
  const name = readString(reader, 'name', MAX_NAME_BYTES);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw reader.invalid('name', 'the name of a snapshot', name);
  return name;
}

function readFrom1(reader: ByteReader, field: string): number {
  const value = readVarint(reader, field);
  if (value === 0) throw reader.invalid(field, '1..2^53-1', 0);
  return value;
}
