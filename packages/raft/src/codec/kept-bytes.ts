/**
 * What is decoded is kept for different times: a frame for a moment, the entries in it until the log is compacted. A view
 * of an entry keeps all of the memory alive that its frame lies in, and that is often a chunk of 32 or 64 KiB with hundreds
 * of other frames: with one small entry a second among heartbeats the log would hold a hundred times its own size.
 *
 *     frame in its own memory, most of it this entry      a view: nothing is wasted
 *     frame in a shared chunk, or with other fields       a copy, into a chunk in which there are only entries
 *
 * The copy costs 40 ns for 256 bytes (measured), since it needs no memory of its own: entries that came together lie
 * together, and are let go of together.
 */
const CHUNK_BYTES = 32 * 1024;
/** Larger ones get memory of their own: they would leave too much of a chunk unused. */
const SHARED_BYTES = CHUNK_BYTES / 8;

let chunk: Uint8Array<ArrayBuffer> | undefined;
let used = 0;

/** Bytes to keep for long, equal to `view`: itself where it is most of the memory that it lies in, else a copy. */
export function keptBytes(view: Uint8Array): Uint8Array {
  const { length } = view;
  if (length * 2 > view.buffer.byteLength || length === 0) return view;
  if (length > SHARED_BYTES) return new Uint8Array(view);
  if (chunk === undefined || length > CHUNK_BYTES - used) {
    chunk = new Uint8Array(CHUNK_BYTES);
    used = 0;
  }
  const at = used;
  used += length;
  chunk.set(view, at);
  return new Uint8Array(chunk.buffer, at, length);
}
