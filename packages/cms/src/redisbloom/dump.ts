/**
 * What Redis' DUMP gives for a value of a module, and RESTORE takes: the value as in an RDB file, then a footer.
 *
 *     07 │ 81 08c4a4f9360f1000 │ 02 width │ 02 depth │ 02 counter │ 05 string │ 00 │ 0a 00 │ checksum, 8 bytes
 *     a module's value, its type │ unsigned numbers               │ bytes     │end │ RDB version, little-endian
 *
 * Source: Redis 7.0, rdb.c (lengths, LZF, module opcodes), module.c (type ids), cluster.c (footer), crc64.c.
 */
import {
  ByteReader,
  ByteWriter,
  readFixedBytes,
  readU8,
  writeFixedBytes,
  writeU8,
  writeU16,
  writeU64Lanes,
} from '@dsys/codec';
import { crc64 } from './crc64.js';
import { inflateLzf } from './lzf.js';

const MODULE = 7;
const UNSIGNED = 2;
const STRING = 5;
const END = 0;
const FOOTER_BYTES = 10;
/** The first RDB version that has this kind of module value (Redis 4.0). */
export const LEAST_RDB_VERSION = 8;

/** Six bits a character, then ten of the version of its encoding. */
const TYPE_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Id of a module's type, 9 characters, with the version of its encoding. */
export function typeId(name: string, version: number): bigint {
  let id = 0n;
  for (const character of name) id = (id << 6n) | BigInt(TYPE_CHARACTERS.indexOf(character));
  return (id << 10n) | BigInt(version);
}

/** The other way. */
function typeOf(id: bigint): { readonly name: string; readonly version: number } {
  let name = '';
  for (let shift = 58n; shift >= 10n; shift -= 6n) name += TYPE_CHARACTERS[Number((id >> shift) & 63n)]!;
  return { name, version: Number(id & 1023n) };
}

/** Checks footer and type; the reader stands at the value, and `end` is where it has to end. Throws `DecodeError`. */
export function openDump(bytes: Uint8Array, name: string, version: number): { reader: ByteReader; end: number } {
  const reader = new ByteReader(bytes);
  const kind = readU8(reader, 'type');
  if (kind !== MODULE)
    throw reader.invalid('type', `${MODULE}, a value of a module as DUMP gives it`, kind, 'decode-other-kind');
  const end = bytes.length - FOOTER_BYTES;
  if (end < 1) throw reader.truncated('footer', FOOTER_BYTES);
  const found = crc64(bytes, 0, bytes.length - 8);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  reader.fieldOffset = bytes.length - 8;
  if (stored.getUint32(0, true) !== found[0] || stored.getUint32(4, true) !== found[1])
    throw reader.invalid('checksum', 'that of the bytes before it', 'another', 'decode-damaged');
  reader.fieldOffset = end;
  const rdbVersion = bytes[end]! | (bytes[end + 1]! << 8);
  if (rdbVersion < LEAST_RDB_VERSION)
    throw reader.invalid('rdbVersion', `${LEAST_RDB_VERSION} or newer`, rdbVersion, 'decode-unknown-version');
  const type = typeOf(readLength(reader, 'module'));
  if (type.name !== name) throw reader.invalid('module', name, `${type.name}, another type`, 'decode-other-kind');
  if (type.version !== version)
    throw reader.invalid('module', `version ${version} of ${name}`, type.version, 'decode-unknown-version');
  return { reader, end };
}

/** What is left must be the end, and the footer that has been checked. */
export function closeDump(reader: ByteReader, end: number): void {
  const code = readU8(reader, 'end');
  if (code !== END) throw reader.invalid('end', String(END), code);
  if (reader.offset !== end) throw reader.invalid('end', 'no more bytes', end - reader.offset, 'decode-trailing-bytes');
}

/** An unsigned number that is safe as a number. */
export function readUnsigned(reader: ByteReader, field: string): number {
  const opcode = readU8(reader, field);
  if (opcode !== UNSIGNED) throw reader.invalid(field, `${UNSIGNED}, an unsigned number`, opcode);
  const value = readLength(reader, field);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw reader.invalid(field, 'at most 2^53-1', value, 'decode-too-large');
  return Number(value);
}

/** Bytes of a known number, compressed or not. */
export function readBlob(reader: ByteReader, field: string, byteCount: number): Uint8Array {
  const opcode = readU8(reader, field);
  if (opcode !== STRING) throw reader.invalid(field, `${STRING}, a string`, opcode);
  const first = reader.bytes[reader.offset];
  if (first !== 0xc3) {
    const length = readLength(reader, field);
    if (length !== BigInt(byteCount)) throw reader.invalid(field, `${byteCount} bytes`, length);
    return readFixedBytes(reader, field, byteCount);
  }
  reader.take(1, field);
  const packedBytes = readLength(reader, field);
  const length = readLength(reader, field);
  if (length !== BigInt(byteCount)) throw reader.invalid(field, `${byteCount} bytes`, length);
  if (packedBytes > BigInt(reader.remaining)) throw reader.truncated(field, Number(packedBytes));
  const packed = readFixedBytes(reader, field, Number(packedBytes));
  // Three bytes of LZF can stand for 264: what can't come to so many is refused before memory is given for it.
  const inflated = byteCount <= 88 * packed.length ? inflateLzf(packed, byteCount) : null;
  if (inflated === null) throw reader.invalid(field, `LZF of ${byteCount} bytes`, 'something else');
  return inflated;
}

/** 00 and six bits, 01 and fourteen, 0x80 and 32, 0x81 and 64; big-endian. */
function readLength(reader: ByteReader, field: string): bigint {
  const first = readU8(reader, field);
  if (first < 0x40) return BigInt(first);
  if (first < 0x80) return BigInt(((first & 0x3f) << 8) | readU8(reader, field));
  if (first !== 0x80 && first !== 0x81) throw reader.invalid(field, 'a length', `0x${first.toString(16)}`);
  let value = 0n;
  for (let i = first === 0x80 ? 4 : 8; i > 0; i--) value = (value << 8n) | BigInt(readU8(reader, field));
  return value;
}

/** Begins a value of a module. */
export function beginDump(byteCount: number, name: string, version: number): ByteWriter {
  // Type, up to five numbers, two opcodes, footer.
  const writer = new ByteWriter({ chunkBytes: byteCount + 64, maxBytes: byteCount + 64 });
  writeU8(writer, MODULE);
  writeLength(writer, typeId(name, version));
  return writer;
}

export function writeUnsigned(writer: ByteWriter, value: number): void {
  writeU8(writer, UNSIGNED);
  writeLength(writer, BigInt(value));
}

/** Not compressed: RESTORE takes both. */
export function writeBlob(writer: ByteWriter, bytes: Uint8Array): void {
  writeU8(writer, STRING);
  writeLength(writer, BigInt(bytes.length));
  writeFixedBytes(writer, bytes, bytes.length);
}

export function finishDump(writer: ByteWriter, rdbVersion: number): Uint8Array<ArrayBuffer> {
  writeU8(writer, END);
  writeU16(writer, rdbVersion);
  writeU64Lanes(writer, crc64(writer.buffer, 0, writer.length));
  return writer.view().slice();
}

/** As short as it can be, which is how Redis writes it. */
function writeLength(writer: ByteWriter, value: bigint): void {
  if (value < 0x40n) {
    writeU8(writer, Number(value));
    return;
  }
  if (value < 0x4000n) {
    writeU8(writer, 0x40 | Number(value >> 8n));
    writeU8(writer, Number(value & 0xffn));
    return;
  }
  const byteCount = value < 1n << 32n ? 4n : 8n;
  writeU8(writer, byteCount === 4n ? 0x80 : 0x81);
  for (let shift = 8n * (byteCount - 1n); shift >= 0n; shift -= 8n) writeU8(writer, Number((value >> shift) & 0xffn));
}
