/** A codec as the protocols will have them: small messages, told apart by their first byte. */
import {
  ByteReader,
  ByteWriter,
  type ListLimits,
  type Read,
  readBool,
  readBytes,
  readList,
  readNullable,
  readString,
  readU8,
  readVarint,
  unreachable,
  type Write,
  writeBool,
  writeBytes,
  writeList,
  writeNullable,
  writeString,
  writeU8,
  writeVarint,
} from '../src/index.js';
import type { Random } from '../src/testing/index.js';

export interface Entry {
  readonly term: number;
  readonly command: Uint8Array;
}
export type Message =
  | { readonly type: 'vote'; readonly term: number; readonly candidate: string; readonly preVote: boolean }
  | { readonly type: 'voted'; readonly term: number; readonly votedFor: string | null }
  | { readonly type: 'append'; readonly term: number; readonly entries: readonly Entry[] };

const MAX_ID = 64;
const MAX_COMMAND = 1 << 20;
const ENTRIES: ListLimits = { maxCount: 4096, minItemBytes: 2 };

const readId: Read<string> = (reader, field) => readString(reader, field, MAX_ID);

const writeEntry: Write<Entry> = (writer, { term, command }) => {
  writeVarint(writer, term);
  writeBytes(writer, command, MAX_COMMAND);
};
const readEntry: Read<Entry> = (reader) => ({
  term: readVarint(reader, 'term'),
  command: readBytes(reader, 'command', MAX_COMMAND),
});

const writer = new ByteWriter();

export function encodeMessage(message: Message): Uint8Array {
  writer.reset();
  switch (message.type) {
    case 'vote':
      writeU8(writer, 1);
      writeVarint(writer, message.term);
      writeString(writer, message.candidate, MAX_ID);
      writeBool(writer, message.preVote);
      break;
    case 'voted':
      writeU8(writer, 2);
      writeVarint(writer, message.term);
      writeNullable(writer, message.votedFor, writeString);
      break;
    case 'append':
      writeU8(writer, 3);
      writeVarint(writer, message.term);
      writeList(writer, message.entries, writeEntry);
      break;
    default:
      unreachable(message);
  }
  return writer.finish();
}

export function decodeMessage(bytes: Uint8Array): Message {
  const reader = new ByteReader(bytes);
  const message = readMessage(reader, '');
  reader.end();
  return message;
}

const readMessage: Read<Message> = (reader) => {
  const type = readU8(reader, 'type');
  switch (type) {
    case 1:
      return {
        type: 'vote',
        term: readVarint(reader, 'term'),
        candidate: readId(reader, 'candidate'),
        preVote: readBool(reader, 'preVote'),
      };
    case 2:
      return { type: 'voted', term: readVarint(reader, 'term'), votedFor: readNullable(reader, 'votedFor', readId) };
    case 3:
      return {
        type: 'append',
        term: readVarint(reader, 'term'),
        entries: readList(reader, 'entries', ENTRIES, readEntry),
      };
    default:
      throw reader.invalid('type', 'a message type 1..3', type);
  }
};

export function drawMessage(random: Random): Message {
  const term = random.safeInteger();
  switch (random.below(3)) {
    case 0:
      return { type: 'vote', term, candidate: random.string(16), preVote: random.bool() };
    case 1:
      return { type: 'voted', term, votedFor: random.bool() ? random.string(16) : null };
    default: {
      const entries = Array.from({ length: random.below(5) }, () => ({
        term: random.safeInteger(),
        command: random.bytes(24),
      }));
      return { type: 'append', term, entries };
    }
  }
}
