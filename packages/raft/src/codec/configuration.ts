/**
 * A configuration as bytes: those of an entry of that kind, and part of a snapshot's record.
 *
 *     version │ voters │ 0, or 1 and the voters of before │ learners        a list: its count, then the members
 *     member: id │ incarnation │ address
 */
import {
  ByteReader,
  ByteWriter,
  type ListLimits,
  type Read,
  readList,
  readNullable,
  readString,
  readU8,
  readVarint,
  type Write,
  writeList,
  writeNullable,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import { type Configuration, configurationFault, type Member } from '../configuration.js';
import { MAX_ADDRESS_BYTES, MAX_ID_BYTES, MAX_MEMBERS, VERSION } from './limits.js';

const LIMITS: ListLimits = { maxCount: MAX_MEMBERS, minItemBytes: 4 };

/** The bytes of an entry of kind `configuration`. Throws `EncodeError` for what they could not hold. */
export function encodeConfiguration(configuration: Configuration): Uint8Array {
  const writer = new ByteWriter();
  writeConfiguration(writer, configuration);
  return writer.view().slice();
}

/** Throws `DecodeError` for all that `encodeConfiguration` doesn't give, and for a configuration that can't be one. */
export function decodeConfiguration(bytes: Uint8Array): Configuration {
  const reader = new ByteReader(bytes);
  const configuration = readConfiguration(reader);
  reader.end();
  return configuration;
}

export const writeConfiguration: Write<Configuration> = (writer, { voters, outgoing, learners }) => {
  writeU8(writer, VERSION);
  writeList(writer, voters, writeMember);
  writeNullable(writer, outgoing, writeMembers);
  writeList(writer, learners, writeMember);
};

export function readConfiguration(reader: ByteReader): Configuration {
  const version = readU8(reader, 'version');
  if (version !== VERSION) throw reader.invalid('version', `${VERSION}`, version, 'decode-unknown-version');
  const configuration: Configuration = {
    voters: readMembers(reader, 'voters'),
    outgoing: readNullable(reader, 'outgoing', readMembers),
    learners: readMembers(reader, 'learners'),
  };
  const fault = configurationFault(configuration);
  if (fault !== null) throw reader.invalid(fault.field, fault.expected, fault.found);
  return configuration;
}

const writeMembers: Write<readonly Member[]> = (writer, members) => writeList(writer, members, writeMember);

const writeMember: Write<Member> = (writer, { id, incarnation, address }) => {
  writeString(writer, id, MAX_ID_BYTES);
  writeVarint(writer, incarnation);
  writeString(writer, address, MAX_ADDRESS_BYTES);
};

const readMembers: Read<Member[]> = (reader, field) => readList(reader, field, LIMITS, readMember);

const readMember: Read<Member> = (reader) => {
  const id = readString(reader, 'id', MAX_ID_BYTES);
  if (id === '') throw reader.invalid('id', 'the id of a node', 'nothing');
  return { id, incarnation: readIncarnation(reader), address: readString(reader, 'address', MAX_ADDRESS_BYTES) };
};

/** From 1 on. */
export function readIncarnation(reader: ByteReader): number {
  const incarnation = readVarint(reader, 'incarnation');
  if (incarnation === 0) throw reader.invalid('incarnation', '1..2^53-1', 0);
  return incarnation;
}
