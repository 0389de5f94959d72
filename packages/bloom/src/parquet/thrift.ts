/**
 * As much of Thrift's compact protocol as it takes to find a few fields in a file's metadata and to skip all others
 * (Apache Thrift, "Thrift Compact protocol"). A struct is fields, each a byte of type and step of the id, ended by 0:
 *
 *     15 80 10     0x15: id 0 + 1, type 5 (i32); varint 0x800, zigzag of 1024
 *     00           the end
 */
import { type ByteReader, readFixedBytes, readU8, readVarint, readVarint64, readZigzag } from '@dsys/codec';

export const I32 = 5;
export const I64 = 6;
export const BINARY = 8;
export const LIST = 9;
export const STRUCT = 12;

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const DOUBLE = 7;
const SET = 10;
const MAP = 11;
/** Deeper than Parquet's metadata goes, and shallow enough for any stack. */
const MAX_DEPTH = 32;

/**
 * Calls `field` for each field of a struct, with its id and type. What it doesn't want to read (it returns false, having
 * read nothing) is skipped.
 */
export function readStruct(
  reader: ByteReader,
  name: string,
  field: (id: number, type: number) => boolean,
  depth = 0,
): void {
  if (depth > MAX_DEPTH) throw reader.invalid(name, `at most ${MAX_DEPTH} structs in each other`, 'more');
  let id = 0;
  for (;;) {
    const head = readU8(reader, name);
    if (head === 0) return;
    const step = head >>> 4;
    id = step === 0 ? readZigzag(reader, name) : id + step;
    if (!field(id, head & 15)) skip(reader, name, head & 15, depth);
  }
}

/** Calls `item` for each item of a list of that type. */
export function readItems(reader: ByteReader, name: string, type: number, item: () => void): void {
  const [found, count] = readListHead(reader, name);
  if (found !== type && count > 0) throw reader.invalid(name, `a list of type ${type}`, found);
  for (let i = 0; i < count; i++) item();
}

/** Text or bytes. */
export function readBinary(reader: ByteReader, name: string): Uint8Array {
  return readFixedBytes(reader, name, readVarint(reader, name));
}

function readListHead(reader: ByteReader, name: string): [type: number, count: number] {
  const head = readU8(reader, name);
  const count = head >>> 4 === 15 ? readVarint(reader, name) : head >>> 4;
  // Every item takes a byte at least.
  if (count > reader.remaining) throw reader.truncated(name, count);
  return [head & 15, count];
}

function skip(reader: ByteReader, name: string, type: number, depth: number): void {
  if (depth > MAX_DEPTH) throw reader.invalid(name, `at most ${MAX_DEPTH} structs in each other`, 'more');
  switch (type) {
    case TRUE:
    case FALSE:
      return; // A field that is a boolean has its value in its type.
    case BYTE:
      reader.take(1, name);
      return;
    case I16:
    case I32:
    case I64:
      readVarint64(reader, name);
      return;
    case DOUBLE:
      reader.take(8, name);
      return;
    case BINARY:
      reader.take(readVarint(reader, name), name);
      return;
    case LIST:
    case SET: {
      const [item, count] = readListHead(reader, name);
      for (let i = 0; i < count; i++) skipItem(reader, name, item, depth + 1);
      return;
    }
    case MAP: {
      const count = readVarint(reader, name);
      if (count === 0) return;
      if (2 * count > reader.remaining) throw reader.truncated(name, 2 * count);
      const types = readU8(reader, name);
      for (let i = 0; i < count; i++) {
        skipItem(reader, name, types >>> 4, depth + 1);
        skipItem(reader, name, types & 15, depth + 1);
      }
      return;
    }
    case STRUCT:
      readStruct(reader, name, () => false, depth + 1);
      return;
    default:
      throw reader.invalid(name, 'a type of the compact protocol, 1..12', type);
  }
}

/** In a collection a boolean is a byte. */
function skipItem(reader: ByteReader, name: string, type: number, depth: number): void {
  if (type === TRUE || type === FALSE) reader.take(1, name);
  else skip(reader, name, type, depth);
}
