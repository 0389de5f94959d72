/** Fields of a fixed width, little-endian. Each way of writing stands beside its way of reading. */
import type { ByteReader } from './reader.js';
import { atMost } from './reader.js';
import { type ByteWriter, notEncodable } from './writer.js';

const TWO_32 = 2 ** 32;

/** An integer 0..255. */
export function writeU8(writer: ByteWriter, value: number): void {
  if ((value & 0xff) !== value) throw notEncodable('u8', '0..255', value);
  const at = writer.claim(1);
  writer.buffer[at] = value;
}

/** One byte. */
export function readU8(reader: ByteReader, field: string): number {
  const at = reader.take(1, field);
  return reader.bytes[at]!;
}

/** An integer 0..65535. */
export function writeU16(writer: ByteWriter, value: number): void {
  if ((value & 0xffff) !== value) throw notEncodable('u16', '0..65535', value);
  const at = writer.claim(2);
  writer.buffer[at] = value;
  writer.buffer[at + 1] = value >>> 8;
}

/** Two bytes. */
export function readU16(reader: ByteReader, field: string): number {
  const at = reader.take(2, field);
  return reader.bytes[at]! | (reader.bytes[at + 1]! << 8);
}

/** An integer 0..2^32−1. */
export function writeU32(writer: ByteWriter, value: number): void {
  if (value >>> 0 !== value) throw notEncodable('u32', '0..2^32-1', value);
  writeWord(writer, value);
}

/** Four bytes, unsigned. */
export function readU32(reader: ByteReader, field: string): number {
  return readI32(reader, field) >>> 0;
}

/** An integer −2^31..2^31−1, in two's complement. */
export function writeI32(writer: ByteWriter, value: number): void {
  if ((value | 0) !== value) throw notEncodable('i32', '-2^31..2^31-1', value);
  writeWord(writer, value);
}

/** Four bytes, signed. */
export function readI32(reader: ByteReader, field: string): number {
  const at = reader.take(4, field);
  return wordAt(reader.bytes, at);
}

/** A bigint 0..2^64−1, in eight bytes. */
export function writeU64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asUintN(64, value) !== value) throw notEncodable('u64', '0..2^64-1', value);
  writeWord(writer, Number(value & 0xffff_ffffn));
  writeWord(writer, Number(value >> 32n));
}

/** Eight bytes, as a bigint. */
export function readU64(reader: ByteReader, field: string): bigint {
  const at = reader.take(8, field);
  return (BigInt(wordAt(reader.bytes, at + 4) >>> 0) << 32n) | BigInt(wordAt(reader.bytes, at) >>> 0);
}

/** Eight bytes from `[low, high]`, as the hashes leave their results: no BigInt on the way. */
export function writeU64Lanes(writer: ByteWriter, lanes: Uint32Array): void {
  writeWord(writer, lanes[0]!);
  writeWord(writer, lanes[1]!);
}

/** Eight bytes, put into `out` as `[low, high]`. */
export function readU64Lanes(reader: ByteReader, field: string, out: Uint32Array): void {
  const at = reader.take(8, field);
  out[0] = wordAt(reader.bytes, at);
  out[1] = wordAt(reader.bytes, at + 4);
}

/** A safe integer from 0, in eight bytes: those that `writeU64` has for it. */
export function writeU64Number(writer: ByteWriter, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) throw notEncodable('u64', '0..2^53-1', value);
  writeWord(writer, value);
  writeWord(writer, value / TWO_32);
}

/** Refuses what is above `max`, and above 2^53−1 in any case. */
export function readU64Number(reader: ByteReader, field: string, max: number = Number.MAX_SAFE_INTEGER): number {
  const at = reader.take(8, field);
  const value = (wordAt(reader.bytes, at + 4) >>> 0) * TWO_32 + (wordAt(reader.bytes, at) >>> 0);
  return atMost(reader, field, Math.min(max, Number.MAX_SAFE_INTEGER), value);
}

/** One float64, to be taken apart or put together: a view for each message would cost more than its numbers. */
const cell = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** A float64. −0 stays −0; a NaN is written as the one without a payload, since an engine need not keep others apart. */
export function writeF64(writer: ByteWriter, value: number): void {
  cell.setFloat64(0, value, true);
  const nan = Number.isNaN(value);
  writeWord(writer, nan ? 0 : cell.getInt32(0, true));
  writeWord(writer, nan ? 0x7ff8_0000 : cell.getInt32(4, true));
}

/** Refuses every NaN but the one that `writeF64` writes. */
export function readF64(reader: ByteReader, field: string): number {
  const at = reader.take(8, field);
  const low = wordAt(reader.bytes, at);
  const high = wordAt(reader.bytes, at + 4);
  cell.setInt32(0, low, true);
  cell.setInt32(4, high, true);
  const value = cell.getFloat64(0, true);
  if (Number.isNaN(value) && (low !== 0 || high !== 0x7ff8_0000))
    throw reader.invalid(field, 'the NaN without a payload', 'another', 'decode-not-canonical');
  return value;
}

/** One byte, 0 or 1. */
export function writeBool(writer: ByteWriter, value: boolean): void {
  writeU8(writer, value ? 1 : 0);
}

/** Refuses every byte but 0 and 1. */
export function readBool(reader: ByteReader, field: string): boolean {
  const value = readU8(reader, field);
  if (value > 1) throw reader.invalid(field, '0 or 1', value);
  return value === 1;
}

function writeWord(writer: ByteWriter, value: number): void {
  const at = writer.claim(4);
  const { buffer } = writer;
  buffer[at] = value;
  buffer[at + 1] = value >>> 8;
  buffer[at + 2] = value >>> 16;
  buffer[at + 3] = value >>> 24;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
