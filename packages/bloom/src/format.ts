/**
 * What the payloads of all sketches begin with, and how words lie in them. The head says by which rules a key became a
 * hash, so that bytes of other rules are refused rather than asked in vain:
 *
 *     0   hash id      u8     1: XXH64
 *     1   seed         u64    0
 *     9   key domain   u8     1: keys are the bytes that `@dsys/hash` says
 *     10  parameters of the structure, then its data
 *
 * All integers are little-endian, as the memory of every machine that we run on is: words are copied as they lie.
 */
import {
  ByteReader,
  ByteWriter,
  type EnvelopeKind,
  openEnvelope,
  readFixedBytes,
  readU8,
  readU64Number,
  sealEnvelope,
  writeFixedBytes,
  writeU8,
  writeU64Number,
} from '@dsys/codec';

const XXH64 = 1;
const SEED = 0;
const KEYS_OF_HASH = 1;

/** Bytes of the head. */
export const HEAD_BYTES = 10;

/** What an envelope can hold behind the head. */
export const MAX_PAYLOAD_BYTES: number = 2 ** 32 - 1 - HEAD_BYTES;

/** A payload of exactly `byteCount` bytes behind the head, in its envelope. */
export function sealSketch(
  kind: string,
  byteCount: number,
  write: (writer: ByteWriter) => void,
): Uint8Array<ArrayBuffer> {
  const payloadBytes = HEAD_BYTES + byteCount;
  const writer = new ByteWriter({ chunkBytes: payloadBytes, maxBytes: payloadBytes });
  writeU8(writer, XXH64);
  writeU64Number(writer, SEED);
  writeU8(writer, KEYS_OF_HASH);
  write(writer);
  return sealEnvelope({ kind, version: 1 } satisfies EnvelopeKind, writer.view());
}

/** A reader behind the head of an intact envelope of this kind. Throws `DecodeError`. */
export function openSketch(bytes: Uint8Array, kind: string, maxBytes: number): ByteReader {
  const { payload } = openEnvelope(bytes, { kind, versions: [1], maxBytes: HEAD_BYTES + maxBytes });
  const reader = new ByteReader(payload);
  const expect = (field: string, expected: number, found: number): void => {
    if (found !== expected) throw reader.invalid(field, `${expected}`, found);
  };
  expect('hashId', XXH64, readU8(reader, 'hashId'));
  expect('seed', SEED, readU64Number(reader, 'seed'));
  expect('keyDomain', KEYS_OF_HASH, readU8(reader, 'keyDomain'));
  return reader;
}

/** Words as they lie in memory. */
export function writeWords(writer: ByteWriter, words: Uint32Array): void {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  writeFixedBytes(writer, bytes, bytes.length);
}

/** So many words, copied: memory is given for them only when they are there. */
export function readWords(reader: ByteReader, field: string, wordCount: number): Uint32Array<ArrayBuffer> {
  const words = new Uint8Array(readFixedBytes(reader, field, 4 * wordCount));
  return new Uint32Array(words.buffer);
}
