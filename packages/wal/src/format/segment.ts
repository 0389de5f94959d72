/**
 * A segment: one preallocated file of fixed size. Its first block says what it is and never changes while the segment
 * holds records; records begin in the second block, so that no flush ever rewrites the header.
 *
 *     0        8      12     16        32       40          48
 *     │ magic  │ ver. │ size │ log id  │ number │ checksum  │ zeros …  4096 │ records …            size │
 *
 * Segments are numbered 1, 2, 3 … and a number is used once. Files are recycled under a new number; what they held
 * before is still in them. So the checksum of every record is seeded with log and number (`segmentSeed`), and bytes of
 * an earlier life never verify.
 */
import { assert } from '@dsys/codec';
import { xxh64Bytes } from '@dsys/hash';

/** Flushes are written in whole blocks: the size that file systems write in, so that none has to be read first. */
export const BLOCK_BYTES = 4096;

/** Where records begin: in the second block. */
export const RECORDS_OFFSET = 4096;

/** The version of the format that this release writes, and the highest that it reads. */
export const FORMAT_VERSION = 1;

export const LOG_ID_BYTES = 16;

/** Sizes that a segment may have: whole blocks. */
export const MIN_SEGMENT_BYTES: number = 4 * BLOCK_BYTES;
export const MAX_SEGMENT_BYTES: number = 1 << 30;

const MAGIC = 'dsyswal\n';
const HEADER_BYTES = 48;

/** What the first block says. */
export interface SegmentHeader {
  readonly version: number;
  readonly segmentBytes: number;
  /** 16 random bytes that all segments of a log share. */
  readonly logId: Uint8Array;
  readonly number: number;
}

/** Two lanes, `[low, high]`: what the checksums of one segment are seeded with. */
export type Seed = Uint32Array;

/** XXH64 of the log's id and the segment's number (u64). */
export function segmentSeed(logId: Uint8Array, number: number): Seed {
  assert(logId.length === LOG_ID_BYTES, 'a log id has 16 bytes');
  const bytes = new Uint8Array(LOG_ID_BYTES + 8);
  bytes.set(logId);
  setU64(new DataView(bytes.buffer), LOG_ID_BYTES, number);
  const seed = new Uint32Array(2);
  xxh64Bytes(bytes, 0, bytes.length, seed);
  return seed;
}

/** The first block of a segment, as it is on disk. */
export function encodeSegmentHeader({ logId, number, segmentBytes }: Omit<SegmentHeader, 'version'>): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, segmentBytes, true);
  bytes.set(logId, 16);
  setU64(view, 32, number);
  const sum = new Uint32Array(2);
  xxh64Bytes(bytes, 0, 40, sum);
  view.setUint32(40, sum[0]!, true);
  view.setUint32(44, sum[1]!, true);
  return bytes;
}

/** Why a first block is not a segment's: `foreign` was never one, `newer` is of a later release, `bad` is a damaged one. */
export type HeaderProblem = 'foreign' | 'newer' | 'bad';

/** Reads a first block. What is behind the checksum is not looked at. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeader | HeaderProblem {
  if (bytes.length < HEADER_BYTES) return 'bad';
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const sum = new Uint32Array(2);
  xxh64Bytes(bytes, 0, 40, sum);
  const intact = view.getUint32(40, true) === sum[0] && view.getUint32(44, true) === sum[1];
  let magic = true;
  for (let i = 0; i < MAGIC.length; i++) magic &&= bytes[i] === MAGIC.charCodeAt(i);
  if (!magic) return intact ? 'foreign' : 'bad';
  const version = view.getUint32(8, true);
  if (!intact) return 'bad';
  if (version > FORMAT_VERSION) return 'newer';
  const logId = bytes.slice(16, 32);
  return { version, segmentBytes: view.getUint32(12, true), logId, number: getU64(view, 32) };
}

/** A safe integer in eight bytes, little-endian. */
export function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

/** What `setU64` wrote; above 2^53 − 1 it comes out as a number above. */
export function getU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}
