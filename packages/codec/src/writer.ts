import { outOfRange } from './bad-option.js';
import { EncodeError } from './errors.js';

/** How one value goes to bytes: `writeU8`, `writeVarint`, and your own. */
export type Write<T> = (writer: ByteWriter, value: T) => void;

/** Both in bytes. */
export interface ByteWriterOptions {
  /** Largest message, in bytes: a write that would pass it throws `EncodeError`. Default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * Size of the first chunk, in bytes. Default 256; later ones double up to 32 KiB, or are as large as a message needs.
   * Given the exact size of a message, the bytes of `finish` fill an `ArrayBuffer` of their own.
   */
  readonly chunkBytes?: number;
}

const LARGEST_CHUNK = 32 * 1024;

/**
 * Writes messages one after the other into chunks of memory, and hands each over without copying it:
 *
 *     chunk   │ handed over │ handed over │ being written ··▸ │ free            │
 *                                         start               end             limit
 *
 * A `Uint8Array` of its own costs V8 some 600 ns once it is longer than 64 bytes, a view into a chunk 20 ns. So keep one
 * writer, and begin each message with `reset()`: it throws away what a failed one may have left.
 */
export class ByteWriter {
  /** The chunk. A write may replace it: look at it after `claim`. */
  buffer: Uint8Array<ArrayBuffer>;
  readonly maxBytes: number;
  /** Bytes before it have been handed over and are never written again. */
  #start = 0;
  #end = 0;
  #limit = 0;
  #chunkBytes: number;

  constructor({ maxBytes = 64 * 1024 * 1024, chunkBytes = 256 }: ByteWriterOptions = {}) {
    checkOption('maxBytes', maxBytes);
    checkOption('chunkBytes', chunkBytes);
    this.maxBytes = maxBytes;
    this.#chunkBytes = chunkBytes;
    this.buffer = new Uint8Array(chunkBytes);
    this.reset();
  }

  /** Bytes of the message so far. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Moves past `byteCount` bytes and returns where they begin in `buffer`. */
  claim(byteCount: number): number {
    if (byteCount > this.#limit - this.#end) this.#grow(byteCount);
    const at = this.#end;
    this.#end = at + byteCount;
    return at;
  }

  /** The message so far, without a copy: good until the next call. */
  view(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer.buffer, this.#start, this.length);
  }

  /**
   * Hands the message over, without a copy, and begins the next. The bytes are the caller's: the writer never touches
   * them again. But messages share an `ArrayBuffer`: don't transfer it, and know that a small one which is kept for long
   * keeps its chunk in memory. For those, take `view().slice()`.
   */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = this.view();
    this.#start = this.#end;
    // A chunk made for one large message is that message's alone: a small one in it would keep it all in memory.
    if (this.buffer.length > this.#chunkBytes) {
      this.buffer = new Uint8Array();
      this.#start = 0;
    }
    this.reset();
    return bytes;
  }

  /** Throws away what was written since the last `finish`. */
  reset(): void {
    this.#end = this.#start;
    this.#limit = Math.min(this.buffer.length, this.#start + this.maxBytes);
  }

  /** Takes a new chunk and moves the unfinished message into it. */
  #grow(byteCount: number): void {
    const message = this.view();
    const needed = message.length + byteCount;
    checkLength('message', this.maxBytes, needed);
    this.#chunkBytes = Math.max(this.#chunkBytes, Math.min(this.#chunkBytes * 2, LARGEST_CHUNK));
    this.buffer = new Uint8Array(Math.max(this.#chunkBytes, Math.min(needed * 2, this.maxBytes)));
    this.buffer.set(message);
    this.#start = 0;
    this.reset();
    this.#end = message.length;
  }
}

/** Refuses what is longer than its maximum, or has a maximum of NaN. */
export function checkLength(what: string, maxBytes: number, byteCount: number): void {
  if (byteCount <= maxBytes) return;
  throw new EncodeError('encode-too-large', `${what} must be at most ${maxBytes} bytes, got ${byteCount}`);
}

/** The error for a number that is not in its range. */
export function notEncodable(what: string, range: string, value: number | bigint): EncodeError {
  return new EncodeError('encode-out-of-range', `${what} must be ${range}, got ${value}`);
}

function checkOption(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw outOfRange(option, 'an integer from 0', value);
}
