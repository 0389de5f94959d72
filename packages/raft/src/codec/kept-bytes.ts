/**
 * What is decoded is kept for different times: a frame for a moment, the entries in it until the log is compacted. A view
 * of an entry keeps all of the memory alive that its frame lies in, and that is often a chunk of 32 or 64 KiB with hundreds
 * of other frames: with one small entry a second among heartbeats the log would hold a hundred times its own size.
 *
 *     entries that are most of the memory they lie in      views of it: nothing is wasted
 *     all others                                           views of one copy, in a chunk where only entries are
 *
 * So entries that came together lie together, and are let go of together. Copying takes no memory of its own for small
 * ones, which is what would cost: a `Uint8Array` in a new `ArrayBuffer` takes half a microsecond.
 */
const CHUNK_BYTES = 64 * 1024;
/** More than this gets memory of its own: it would leave too much of a chunk unused. */
const SHARED_BYTES = CHUNK_BYTES / 4;

let chunk: Uint8Array<ArrayBuffer> | undefined;
let used = 0;

/** Where bytes are that may be kept for long: those at `i` are at `shift + i` of `buffer`. */
export interface Kept {
  readonly buffer: ArrayBufferLike;
  readonly shift: number;
}

/** A place to keep the bytes from `start` on: theirs, or a copy's. */
export function keepFrom(bytes: Uint8Array, start: number): Kept {
  const { buffer, byteOffset } = bytes;
  const length = bytes.length - start;
  if (length * 2 > buffer.byteLength) return { buffer, shift: byteOffset };
  if (length > SHARED_BYTES) return { buffer: new Uint8Array(bytes.subarray(start)).buffer, shift: -start };
  if (chunk === undefined || length > CHUNK_BYTES - used) {
    chunk = new Uint8Array(CHUNK_BYTES);
    used = 0;
  }
  const at = used;
  used += length;
  // For so few bytes faster than `set`, which takes a view of them.
  if (length <= 64) for (let i = 0; i < length; i++) chunk[at + i] = bytes[start + i]!;
  else chunk.set(bytes.subarray(start), at);
  return { buffer: chunk.buffer, shift: at - start };
}
