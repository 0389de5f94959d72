/**
 * Numbers as long as they need to be: LEB128, seven bits a byte, low ones first, the top bit set while more follow.
 *
 *     1            01
 *     300          ac 02              0101100, 0000010
 *     2^53 − 1     ff ff ff ff ff ff ff 0f
 *
 * 300 could be padded to `ac 82 00` as well. Readers refuse that: one value, one spelling, or a checksum and a signature
 * would not say the same of the same value.
 */
import type { ByteReader } from './reader.js';
import { atMost } from './reader.js';
import { type ByteWriter, notEncodable } from './writer.js';

/** A safe integer from 0, 1 to 8 bytes. */
export function writeVarint(writer: ByteWriter, value: number): void {
  if (value >>> 0 !== value && !(Number.isSafeInteger(value) && value >= 0))
    throw notEncodable('varint', '0..2^53-1', value);
  // Room for all of it at once: a claim for each byte took a sixth longer.
  let byteCount = 1;
  for (let bound = 0x80; value >= bound; bound *= 0x80) byteCount++;
  let at = writer.claim(byteCount);
  const { buffer } = writer;
  let rest = value;
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest = rest > 0xffff_ffff ? Math.floor(rest / 0x80) : rest >>> 7;
  }
  buffer[at] = rest;
}

/** Refuses what is above `max`, and above 2^53−1 in any case. */
export function readVarint(reader: ByteReader, field: string, max: number = Number.MAX_SAFE_INTEGER): number {
  const start = reader.offset;
  const byte = reader.bytes[start]!; // undefined past the end, and then below nothing
  if (byte < 0x80 && byte <= max) {
    reader.fieldOffset = start;
    reader.offset = start + 1;
    return byte;
  }
  return atMost(reader, field, Math.min(max, Number.MAX_SAFE_INTEGER), septets(reader, field, start));
}

/** A bigint 0..2^64−1, 1 to 10 bytes: those that `writeVarint` has where it can. */
export function writeVarint64(writer: ByteWriter, value: bigint): void {
  if (BigInt.asUintN(64, value) !== value) throw notEncodable('varint64', '0..2^64-1', value);
  let rest = value;
  for (; rest > 0x1f_ffff_ffff_ffffn; rest >>= 7n) put(writer, Number(rest & 0x7fn) | 0x80);
  writeVarint(writer, Number(rest));
}

/** Refuses what is above 2^64−1. */
export function readVarint64(reader: ByteReader, field: string): bigint {
  const start = reader.offset;
  let value = 0n;
  let shift = 0n;
  let byte = 0x80;
  for (; byte > 0x7f && shift < 70n; shift += 7n) {
    byte = reader.bytes[reader.offset++]!;
    value |= BigInt(byte & 0x7f) << shift;
  }
  checkLast(reader, field, start, byte);
  if (byte > 0x7f || value >> 64n > 0n) throw reader.invalid(field, 'at most 2^64-1', 'more', 'decode-too-large');
  return value;
}

/** A safe integer of either sign, 1 to 8 bytes: 0, −1, 1, −2, 2 … are written as 0, 1, 2, 3, 4 … ("zigzag"). */
export function writeZigzag(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value)) throw notEncodable('zigzag', '-(2^53-1)..2^53-1', value);
  const magnitude = value < 0 ? -1 - value : value;
  // Doubled, it may pass 2^53: the lowest seven bits are taken off first.
  const low = (magnitude % 64) * 2 + (value < 0 ? 1 : 0);
  put(writer, magnitude < 64 ? low : low | 0x80);
  if (magnitude >= 64) writeVarint(writer, Math.floor(magnitude / 64));
}

/** Refuses what is beyond ±(2^53−1). */
export function readZigzag(reader: ByteReader, field: string): number {
  const start = reader.take(1, field);
  const low = reader.bytes[start]!;
  const high = low > 0x7f ? septets(reader, field, start) : 0;
  const magnitude = high * 64 + ((low & 0x7f) >>> 1);
  atMost(reader, field, Number.MAX_SAFE_INTEGER, magnitude + (low & 1));
  return low & 1 ? -1 - magnitude : magnitude;
}

function put(writer: ByteWriter, byte: number): void {
  const at = writer.claim(1);
  writer.buffer[at] = byte;
}

/** The rest of a varint that began at `start`. What is past 2^53 comes out as a number past it. */
function septets(reader: ByteReader, field: string, start: number): number {
  let value = 0;
  let scale = 1;
  let byte = 0x80;
  for (; byte > 0x7f && scale < 2 ** 63; scale *= 0x80) {
    byte = reader.bytes[reader.offset++]!;
    value += (byte & 0x7f) * scale;
  }
  checkLast(reader, field, start, byte);
  return byte > 0x7f ? Infinity : value;
}

/** Refuses a varint that the bytes cut short (its last byte is then undefined), and one whose last byte adds nothing. */
function checkLast(reader: ByteReader, field: string, start: number, byte: number): void {
  reader.fieldOffset = start;
  if (byte === undefined) {
    reader.offset = start;
    throw reader.truncated(field, reader.remaining + 1);
  }
  if (byte === 0 && reader.offset > start + 1)
    throw reader.invalid(field, 'the shortest varint', 'a padded one', 'decode-not-canonical');
}
