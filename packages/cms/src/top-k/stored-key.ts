/**
 * Keys that are kept, to be named again. Two keys are one when they stand for the same bytes, as everywhere: the string
 * 'a' and its byte 0x61, 42 and 42n. The one that came first is the one that is named.
 */
import {
  type ByteReader,
  type ByteWriter,
  readBytesCopy,
  readF64,
  readString,
  readU8,
  readU64,
  writeBytes,
  writeF64,
  writeU8,
  writeU64,
} from '@dsys/codec';
import { type Key, keyBytes } from '@dsys/hash';
import { outOfRange, wrongType } from '../errors.js';

/** Longest key that is kept, in bytes. */
export const MAX_KEY_BYTES: number = 64 * 1024;

const STRING = 0;
const BYTES = 1;
const INTEGER = 2;
const FLOAT = 3;

/** The key itself, or a copy of its bytes, which are the caller's to reuse. Throws when it is too long, or has been hashed. */
export function storedKey(key: Key): Key {
  if (typeof key === 'string') {
    // A UTF-16 unit takes three bytes at most: most strings need not be measured.
    if (3 * key.length > MAX_KEY_BYTES && keyBytes(key).length > MAX_KEY_BYTES) throw tooLong(key);
    return key;
  }
  if (typeof key !== 'object') return key;
  if (!ArrayBuffer.isView(key)) throw wrongType('key', 'a key itself, since it will have to be named', key);
  if (key.length > MAX_KEY_BYTES) throw tooLong(key);
  return Uint8Array.from(key);
}

const tooLong = (key: string | Uint8Array): RangeError =>
  outOfRange('key', `at most ${MAX_KEY_BYTES} bytes long`, `one of ${key.length}`);

export function writeKey(writer: ByteWriter, key: Key): void {
  if (typeof key === 'string') {
    writeU8(writer, STRING);
    // Not `writeString`, which refuses half a surrogate pair: as a key it is U+FFFD.
    writeBytes(writer, keyBytes(key), MAX_KEY_BYTES);
  } else if (typeof key === 'object') {
    writeU8(writer, BYTES);
    writeBytes(writer, key, MAX_KEY_BYTES);
  } else if (typeof key === 'bigint' || Number.isSafeInteger(key)) {
    writeU8(writer, INTEGER);
    writeU64(writer, BigInt.asUintN(64, BigInt(key)));
  } else {
    writeU8(writer, FLOAT);
    writeF64(writer, key);
  }
}

/** An integer comes back as a number where that is safe, else as a bigint of −2^63..2^63−1. */
export function readKey(reader: ByteReader): Key {
  const kind = readU8(reader, 'key.kind');
  if (kind === STRING) return readString(reader, 'key', MAX_KEY_BYTES);
  if (kind === BYTES) return readBytesCopy(reader, 'key', MAX_KEY_BYTES);
  if (kind === INTEGER) {
    const value = BigInt.asIntN(64, readU64(reader, 'key'));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (kind !== FLOAT) throw reader.invalid('key.kind', '0 (string), 1 (bytes), 2 (integer) or 3 (float)', kind);
  const value = readF64(reader, 'key');
  if (Number.isSafeInteger(value)) throw reader.invalid('key', 'a number that is no safe integer', value);
  return value;
}
