/** Two messages of Raft (Figure 2) as a protocol would send them, with their codec. */
import {
  ByteReader,
  ByteWriter,
  type ListLimits,
  type Read,
  readBool,
  readBytes,
  readList,
  readString,
  readU8,
  readVarint,
  type Write,
  writeBool,
  writeBytes,
  writeList,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';

export interface Vote {
  readonly type: 1;
  readonly group: number;
  readonly boot: number;
  readonly term: number;
  readonly candidateId: string;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly preVote: boolean;
}

export interface Entry {
  readonly term: number;
  readonly kind: number;
  readonly command: Uint8Array;
}

export interface Append {
  readonly type: 3;
  readonly group: number;
  readonly boot: number;
  readonly term: number;
  readonly leaderId: string;
  readonly prevLogIndex: number;
  readonly prevLogTerm: number;
  readonly leaderCommit: number;
  readonly readRound: number;
  readonly entries: readonly Entry[];
}

const MAX_ID = 64;
const MAX_COMMAND = 1 << 20;
const ENTRIES: ListLimits = { maxCount: 65_536, minItemBytes: 3 };

const writer = new ByteWriter();

export function encodeVote(vote: Vote): Uint8Array {
  writer.reset();
  writeU8(writer, vote.type);
  writeVarint(writer, vote.group);
  writeVarint(writer, vote.boot);
  writeVarint(writer, vote.term);
  writeString(writer, vote.candidateId, MAX_ID);
  writeVarint(writer, vote.lastLogIndex);
  writeVarint(writer, vote.lastLogTerm);
  writeBool(writer, vote.preVote);
  return writer.finish();
}

export function decodeVote(bytes: Uint8Array): Vote {
  const reader = new ByteReader(bytes);
  const type = readU8(reader, 'type');
  if (type !== 1) throw reader.invalid('type', '1', type);
  const vote: Vote = {
    type,
    group: readVarint(reader, 'group'),
    boot: readVarint(reader, 'boot'),
    term: readVarint(reader, 'term'),
    candidateId: readString(reader, 'candidateId', MAX_ID),
    lastLogIndex: readVarint(reader, 'lastLogIndex'),
    lastLogTerm: readVarint(reader, 'lastLogTerm'),
    preVote: readBool(reader, 'preVote'),
  };
  reader.end();
  return vote;
}

const writeEntry: Write<Entry> = (w, { term, kind, command }) => {
  writeVarint(w, term);
  writeU8(w, kind);
  writeBytes(w, command, MAX_COMMAND);
};

const readEntry: Read<Entry> = (r) => ({
  term: readVarint(r, 'term'),
  kind: readU8(r, 'kind'),
  command: readBytes(r, 'command', MAX_COMMAND),
});

export function encodeAppend(append: Append): Uint8Array {
  writer.reset();
  writeU8(writer, append.type);
  writeVarint(writer, append.group);
  writeVarint(writer, append.boot);
  writeVarint(writer, append.term);
  writeString(writer, append.leaderId, MAX_ID);
  writeVarint(writer, append.prevLogIndex);
  writeVarint(writer, append.prevLogTerm);
  writeVarint(writer, append.leaderCommit);
  writeVarint(writer, append.readRound);
  writeList(writer, append.entries, writeEntry);
  return writer.finish();
}

export function decodeAppend(bytes: Uint8Array): Append {
  const reader = new ByteReader(bytes);
  const type = readU8(reader, 'type');
  if (type !== 3) throw reader.invalid('type', '3', type);
  const append: Append = {
    type,
    group: readVarint(reader, 'group'),
    boot: readVarint(reader, 'boot'),
    term: readVarint(reader, 'term'),
    leaderId: readString(reader, 'leaderId', MAX_ID),
    prevLogIndex: readVarint(reader, 'prevLogIndex'),
    prevLogTerm: readVarint(reader, 'prevLogTerm'),
    leaderCommit: readVarint(reader, 'leaderCommit'),
    readRound: readVarint(reader, 'readRound'),
    entries: readList(reader, 'entries', ENTRIES, readEntry),
  };
  reader.end();
  return append;
}

/** Different in every number, as those of a running cluster are. */
export function makeVote(i: number): Vote {
  return {
    type: 1,
    group: 0,
    boot: 3,
    term: 12_000 + (i % 50),
    candidateId: `node-${i % 5}`,
    lastLogIndex: 1_200_000 + i,
    lastLogTerm: 11_999,
    preVote: i % 2 === 0,
  };
}

export function makeAppend(i: number, entryCount: number, entryBytes: number): Append {
  const entries = Array.from({ length: entryCount }, (_, k) => ({
    term: 12_000,
    kind: 0,
    command: Uint8Array.from({ length: entryBytes }, (_, b) => i + k + b),
  }));
  return {
    type: 3,
    group: 0,
    boot: 3,
    term: 12_000 + (i % 50),
    leaderId: `node-${i % 5}`,
    prevLogIndex: 1_200_000 + i,
    prevLogTerm: 12_000,
    leaderCommit: 1_199_000 + i,
    readRound: 70 + i,
    entries,
  };
}
