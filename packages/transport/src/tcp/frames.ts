/**
 * Frames on a stream: a length of 32 bits, little-endian, then so many bytes. Lengths that no frame can have are signals:
 *
 *     0 .. 0xfffffeff   a frame
 *     0xffffff00 + r    goodbye, for reason r
 *     0xfffffff0        a beat: "I am here", when there was nothing else to say
 *
 * **Memory.** A length is only a promise: what is held of an unfinished frame are the chunks that came.
 *
 * **Who pins what.** A frame is a view, and a view keeps all of its `ArrayBuffer` alive: a vote of 40 bytes kept by its
 * receiver would hold on to the 64 KiB that it was read with. An `ArrayBuffer` for each frame is no way out, since each costs
 * V8 more than half a microsecond. So small frames out of large chunks are copied in runs of up to 8 KiB, one buffer
 * a run: a frame that is kept pins at most four times its own size, or 16 KiB, whichever is more.
 */
import type { Reason } from './reason.js';
import { REASONS, reasonOf } from './reason.js';

export const LENGTH_BYTES = 4;
const FIRST_SIGNAL = 0xffff_ff00;
const BEAT = 0xffff_fff0;
const UNPINNED_BYTES = 16 * 1024;
const RUN_BYTES = 8 * 1024;

/** Where what was read goes. */
export interface FrameSink {
  onFrame(frame: Uint8Array): void;
  onGoodbye(reason: Reason): void;
}

/** Writes a length where it belongs. */
export function writeLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = length;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 24;
}

function signal(word: number): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES);
  writeLength(bytes, 0, word);
  return bytes;
}

export const beat = (): Uint8Array => signal(BEAT);
export const goodbye = (reason: Reason): Uint8Array => signal(FIRST_SIGNAL + REASONS.indexOf(reason));

/** Takes a stream apart. After a fault, or `stop`, it does nothing any more. */
export class FrameReader {
  /** Why the stream can't be read on. */
  fault: Reason | null = null;
  private readonly maxFrameBytes: number;
  private readonly sink: FrameSink;
  private isStopped = false;
  /** The length of the frame under way, as far as it came. */
  private readonly head = new Uint8Array(LENGTH_BYTES);
  private headBytes = 0;
  /** The parts of its body, and how many bytes are missing. */
  private parts: Uint8Array[] = [];
  private missing = 0;
  /** The copied run: it begins at `runStart` of the chunk that is being read. */
  private run: Uint8Array | null = null;
  private runStart = 0;

  constructor(maxFrameBytes: number, sink: FrameSink) {
    this.maxFrameBytes = maxFrameBytes;
    this.sink = sink;
  }

  /** True in the middle of a frame. */
  get isUnfinished(): boolean {
    return this.headBytes > 0;
  }

  /** Nothing is handed out any more. */
  stop(): void {
    this.isStopped = true;
    this.parts = [];
  }

  push(chunk: Uint8Array): void {
    if (this.isStopped) return;
    const end = chunk.length;
    let at = this.headBytes > 0 ? this.resume(chunk) : 0;
    this.run = null;
    while (!this.isStopped && end - at >= LENGTH_BYTES) {
      const length = lengthAt(chunk, at);
      if (length > this.maxFrameBytes) {
        this.onSignal(length);
        at += LENGTH_BYTES;
        continue;
      }
      const stop = at + LENGTH_BYTES + length;
      if (stop > end) break;
      this.sink.onFrame(this.take(chunk, at + LENGTH_BYTES, length));
      at = stop;
    }
    this.run = null;
    if (!this.isStopped && at < end) this.begin(chunk, at);
  }

  /** Keeps the beginning of a frame whose end has not come. */
  private begin(chunk: Uint8Array, at: number): void {
    const rest = chunk.length - at;
    this.headBytes = Math.min(rest, LENGTH_BYTES);
    for (let i = 0; i < this.headBytes; i++) this.head[i] = chunk[at + i]!;
    if (rest < LENGTH_BYTES) return;
    this.missing = lengthAt(this.head, 0) - (rest - LENGTH_BYTES);
    if (rest > LENGTH_BYTES) this.keep(chunk, at + LENGTH_BYTES, chunk.length);
  }

  /** Goes on with a frame that an earlier chunk began; gives back where this one goes on after it. */
  private resume(chunk: Uint8Array): number {
    let at = 0;
    if (this.headBytes < LENGTH_BYTES) {
      while (this.headBytes < LENGTH_BYTES && at < chunk.length) this.head[this.headBytes++] = chunk[at++]!;
      if (this.headBytes < LENGTH_BYTES) return at;
      const length = lengthAt(this.head, 0);
      if (length > this.maxFrameBytes) {
        this.headBytes = 0;
        this.onSignal(length);
        return at;
      }
      this.missing = length;
    }
    const taken = Math.min(this.missing, chunk.length - at);
    this.missing -= taken;
    if (this.missing > 0) {
      if (taken > 0) this.keep(chunk, at, at + taken);
      return chunk.length;
    }
    const frame = new Uint8Array(lengthAt(this.head, 0));
    let filled = 0;
    for (const part of this.parts) {
      frame.set(part, filled);
      filled += part.length;
    }
    frame.set(chunk.subarray(at, at + taken), filled);
    this.parts = [];
    this.headBytes = 0;
    this.sink.onFrame(frame);
    return at + taken;
  }

  /** Part of an unfinished frame. Trickled bytes are copied together, or each would hold its own chunk. */
  private keep(chunk: Uint8Array, from: number, to: number): void {
    const bytes = to - from;
    const last = this.parts.at(-1);
    if (last !== undefined && last.length + bytes <= RUN_BYTES) {
      const joined = new Uint8Array(last.length + bytes);
      joined.set(last);
      joined.set(chunk.subarray(from, to), last.length);
      this.parts[this.parts.length - 1] = joined;
    } else this.parts.push(bytes * 4 < chunk.buffer.byteLength ? copy(chunk, from, to) : chunk.subarray(from, to));
  }

  private take(chunk: Uint8Array, from: number, length: number): Uint8Array {
    const { buffer, byteOffset } = chunk;
    const pinned = buffer.byteLength;
    if (pinned <= UNPINNED_BYTES || length * 4 >= pinned) return new Uint8Array(buffer, byteOffset + from, length);
    if (length > RUN_BYTES) return copy(chunk, from, from + length);
    if (this.run === null || from + length - this.runStart > this.run.length) {
      this.run = copy(chunk, from, Math.min(from + RUN_BYTES, chunk.length));
      this.runStart = from;
    }
    return new Uint8Array(this.run.buffer, from - this.runStart, length);
  }

  private onSignal(word: number): void {
    if (word === BEAT) return;
    if (word < FIRST_SIGNAL) this.fault = 'oversized-frame';
    else if (word > BEAT) this.fault = 'malformed-frame';
    this.stop();
    if (this.fault === null) this.sink.onGoodbye(reasonOf(word - FIRST_SIGNAL));
  }
}

/** A copy in a buffer of its own (`slice` of a `Buffer` would be a view). */
const copy = (chunk: Uint8Array, from: number, to: number): Uint8Array =>
  Uint8Array.prototype.slice.call(chunk, from, to);

function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
