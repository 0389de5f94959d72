/** Messages and records as bytes. Both begin with their version, so that a later one can be told from this. */
import {
  ByteReader,
  ByteWriter,
  readNullable,
  readString,
  readU8,
  readVarint,
  writeNullable,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import type { PingMessage, Saved } from './core.js';

const VERSION = 1;
const TYPES = ['ask', 'vote', 'ping', 'pong'] as const;
const MAX_ID_BYTES = 255;

export function encodeMessage({ type, term, count }: PingMessage): Uint8Array {
  const writer = begin();
  writeU8(writer, TYPES.indexOf(type));
  writeVarint(writer, term);
  writeVarint(writer, count);
  return writer.finish();
}

export function decodeMessage(bytes: Uint8Array): PingMessage {
  const reader = open(bytes);
  const type = TYPES[readU8(reader, 'type')];
  if (type === undefined) throw reader.invalid('type', 'a type of message 0..3', 'another');
  const message = { type, term: readVarint(reader, 'term'), count: readVarint(reader, 'count') };
  reader.end();
  return message;
}

export function encodeSaved({ term, votedFor, count }: Saved): Uint8Array {
  const writer = begin();
  writeVarint(writer, term);
  writeNullable(writer, votedFor, writeId);
  writeVarint(writer, count);
  return writer.finish();
}

export function decodeSaved(bytes: Uint8Array): Saved {
  const reader = open(bytes);
  const term = readVarint(reader, 'term');
  const votedFor = readNullable(reader, 'votedFor', readId);
  const saved = { term, votedFor, count: readVarint(reader, 'count') };
  reader.end();
  return saved;
}

const writeId = (writer: ByteWriter, id: string): void => writeString(writer, id, MAX_ID_BYTES);
const readId = (reader: ByteReader, field: string): string => readString(reader, field, MAX_ID_BYTES);

function begin(): ByteWriter {
  const writer = new ByteWriter({ chunkBytes: 32 });
  writeU8(writer, VERSION);
  return writer;
}

function open(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  const version = readU8(reader, 'version');
  if (version !== VERSION) throw reader.invalid('version', `version ${VERSION}`, version, 'decode-unknown-version');
  return reader;
}
