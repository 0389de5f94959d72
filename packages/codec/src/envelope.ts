/**
 * The frame round every stored structure, so that no blob is taken for another one, for a newer one, or for a whole one:
 *
 *     ┌─────────────┬──────────────┬─────────┬────────┬─────────┬──────────┐
 *     │ e4 73 79 73 │ "ring" 00 …  │ version │ length │ payload │ checksum │
 *     └─────────────┴──────────────┴─────────┴────────┴─────────┴──────────┘
 *     0             4              11        12       16        16 + length, 8 bytes
 *
 * The payload begins at a multiple of eight, so that typed arrays can be laid over it. The first byte is a "d" with its
 * top bit set: no text begins like that, and a transfer that strips the bit shows. The checksum (XXH64, seed 0, over
 * all before it) finds damage, not malice.
 */
import { xxh64Bytes } from '@dsys/hash';
import { readFixedBytes, writeFixedBytes } from './bytes.js';
import { EncodeError } from './errors.js';
import { readU8, readU32, writeU8, writeU32, writeU64Lanes } from './fixed.js';
import { atMost, ByteReader } from './reader.js';
import { ByteWriter } from './writer.js';

const MAGIC = 0x737973e4;
const KIND_OFFSET = 4;
const VERSION_OFFSET = 11;
const HEADER_BYTES = 16;
const CHECKSUM_BYTES = 8;

/** What an envelope holds. */
export interface EnvelopeKind {
  /**
   * Which structure it is: 1 to 7 of `a`-`z`, `0`-`9` and `-`. Kinds that begin with `x-` are free for all and never
   * ours; every other one belongs to this family of packages.
   */
  readonly kind: string;
  /** Version of the payload's layout, 1..255. */
  readonly version: number;
}

/** What the first 16 bytes say, true or not. */
export interface EnvelopeHead extends EnvelopeKind {
  readonly payloadBytes: number;
  /** Header, payload and checksum. */
  readonly totalBytes: number;
}

/** What the caller of `openEnvelope` is ready for. */
export interface OpenEnvelopeOptions {
  readonly kind: string;
  /** The versions that the caller can read. */
  readonly versions: readonly number[];
  /** Largest payload that is accepted, in bytes. */
  readonly maxBytes: number;
}

/** What was in an intact envelope of the expected kind. */
export interface Envelope {
  readonly version: number;
  /** A view into the bytes that were opened. */
  readonly payload: Uint8Array;
}

/** Puts a payload of less than 4 GiB into an envelope: 24 bytes more, in an `ArrayBuffer` of its own. */
export function sealEnvelope({ kind, version }: EnvelopeKind, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!/^[a-z0-9-]{1,7}$/.test(kind) || !(version > 0))
    throw new EncodeError(
      'encode-out-of-range',
      `kind must be 1 to 7 of a-z, 0-9 and -, version 1..255, got ${kind}, ${version}`,
    );
  const totalBytes = HEADER_BYTES + payload.length + CHECKSUM_BYTES;
  const writer = new ByteWriter({ chunkBytes: totalBytes, maxBytes: totalBytes });
  writeU32(writer, MAGIC);
  for (let i = 0; i < VERSION_OFFSET - KIND_OFFSET; i++) writeU8(writer, kind.charCodeAt(i) || 0);
  writeU8(writer, version);
  writeU32(writer, payload.length);
  writeFixedBytes(writer, payload, payload.length);
  writeU64Lanes(writer, checksumOf(writer.buffer, writer.length));
  return writer.finish();
}

/**
 * Takes the payload out, or throws a `DecodeError` whose code tells apart: not an envelope, cut short, above `maxBytes`,
 * damaged, followed by more, of another kind, of a newer version, of an unknown one. Kind and version are judged after
 * the checksum, so that a flipped bit is never reported as "upgrade". Reads every byte once and copies none.
 */
export function openEnvelope(bytes: Uint8Array, { kind, versions, maxBytes }: OpenEnvelopeOptions): Envelope {
  const reader = new ByteReader(bytes);
  if (readU32(reader, 'magic') !== MAGIC)
    throw reader.invalid('magic', 'e4 73 79 73', hex(bytes.subarray(0, 4)), 'decode-not-an-envelope');
  const head = readHead(reader);
  atMost(reader, 'length', maxBytes, head.payloadBytes, ' bytes');
  const payload = readFixedBytes(reader, 'payload', head.payloadBytes);
  const computed = checksumOf(bytes, reader.offset);
  if (readU32(reader, 'checksum') !== computed[0] || readU32(reader, 'checksum') !== computed[1])
    throw reader.invalid('checksum', 'that of the bytes before it', 'another', 'decode-damaged');
  reader.end();
  const { version } = head;
  reader.fieldOffset = KIND_OFFSET;
  if (head.kind !== kind) throw reader.invalid('kind', kind, head.kind, 'decode-other-kind');
  reader.fieldOffset = VERSION_OFFSET;
  const understood = `${kind} in version ${versions.join(' or ')}`;
  if (version > Math.max(...versions))
    throw reader.invalid(
      'version',
      understood,
      `${version}, by a newer release: upgrade to read it`,
      'decode-newer-version',
    );
  if (!versions.includes(version)) throw reader.invalid('version', understood, version, 'decode-unknown-version');
  return { version, payload };
}

/**
 * What an envelope says of itself, for programs that look at any blob, which may be cut short or damaged; `null` for
 * what is none. Needs no more than the first 16 bytes. In the kind, whatever no kind has is a "?".
 */
export function peekEnvelope(bytes: Uint8Array): EnvelopeHead | null {
  const reader = new ByteReader(bytes);
  return reader.remaining < HEADER_BYTES || readU32(reader, 'magic') !== MAGIC ? null : readHead(reader);
}

function readHead(reader: ByteReader): EnvelopeHead {
  let kind = '';
  for (const byte of readFixedBytes(reader, 'kind', VERSION_OFFSET - KIND_OFFSET)) kind += String.fromCharCode(byte);
  // Zeros at the end are padding; one in the middle is not, or "a" and "a", 0, "b" … could be taken for each other.
  kind = kind.replace(/\0+$/, '').replace(/[^a-z0-9-]/g, '?');
  const version = readU8(reader, 'version');
  const payloadBytes = readU32(reader, 'length');
  return { kind, version, payloadBytes, totalBytes: HEADER_BYTES + payloadBytes + CHECKSUM_BYTES };
}

function checksumOf(bytes: Uint8Array, end: number): Uint32Array {
  const lanes = new Uint32Array(2);
  xxh64Bytes(bytes, 0, end, lanes);
  return lanes;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
