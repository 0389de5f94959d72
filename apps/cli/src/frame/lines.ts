import { inputError } from './exit.js';

/**
 * Lines of a stream of bytes, in batches, in bounded memory, as bytes: a key need not be UTF-8, and hashing bytes
 * spares the decoding of millions of lines.
 *
 *     chunk 1   "alice\nbob\r\nca"      ──►  [alice, bob]       "ca" is carried over
 *     chunk 2   "rol\n\ndave"           ──►  [carol]            one empty line is counted; "dave" ends with the stream
 *
 * Node's own readline has no limit on the length of a line, also breaks at U+2028, and decodes; so this is ours.
 */
export class LineReader {
  /** Lines so far, empty ones included: the number of the last line. */
  lineCount = 0;
  /** Empty lines so far. They are passed over. */
  emptyCount = 0;
  /** Bytes read so far. */
  byteCount = 0;
  readonly #name: string;
  readonly #maxBytes: number;
  /** The beginning of a line whose end has not come yet: `#carriedBytes` of a buffer that grows by doubling. */
  #carried: Uint8Array = new Uint8Array(256);
  #carriedBytes = 0;

  /** `name` is how errors name the source; `maxBytes` is the longest line. */
  constructor(name: string, maxBytes: number = MAX_LINE_BYTES) {
    this.#name = name;
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines, without `\n` or `\r\n`. Each is a view: keep a copy, not the view, beyond the next batch. Throws
   * `CommandError` bad input at a line that is too long.
   */
  async *read(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[], void, undefined> {
    for await (const chunk of source) {
      const lines = this.#split(this.byteCount === 0 ? withoutByteOrderMark(chunk) : chunk);
      this.byteCount += chunk.length;
      if (lines.length > 0) yield lines;
    }
    const last: Uint8Array[] = [];
    if (this.#carriedBytes > 0) this.#push(last, this.#completed(EMPTY));
    if (last.length > 0) yield last;
  }

  #split(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const line = chunk.subarray(start, end);
      this.#push(lines, this.#carriedBytes > 0 ? this.#completed(line) : line);
      start = end + 1;
    }
    if (start < chunk.length) this.#carry(chunk.subarray(start));
    return lines;
  }

  #carry(beginning: Uint8Array): void {
    const bytes = this.#carriedBytes + beginning.length;
    // The last byte may be the \r of a line that is just short enough.
    this.#checkLength(bytes - 1);
    if (bytes > this.#carried.length) {
      const larger = new Uint8Array(Math.max(bytes, 2 * this.#carried.length));
      larger.set(this.#carried.subarray(0, this.#carriedBytes));
      this.#carried = larger;
    }
    this.#carried.set(beginning, this.#carriedBytes);
    this.#carriedBytes = bytes;
  }

  #push(lines: Uint8Array[], line: Uint8Array): void {
    const bare = line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
    this.#checkLength(bare.length);
    this.lineCount++;
    if (bare.length === 0) this.emptyCount++;
    else lines.push(bare);
  }

  #completed(end: Uint8Array): Uint8Array {
    // A copy: the rest of this chunk will be carried in the same buffer while the line is still being looked at.
    const line = Buffer.concat([this.#carried.subarray(0, this.#carriedBytes), end]);
    this.#carriedBytes = 0;
    return line;
  }

  #checkLength(bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    throw inputError(
      `${this.#name}:${this.lineCount + 1}: the line is longer than ${this.#maxBytes.toLocaleString('en-US')} bytes`,
      'Give one key a line; a file of another kind (JSON, an archive) has to be turned into lines first.',
    );
  }
}

/** 1 MiB: four times the longest key of any store that we know, and small enough to hold. */
export const MAX_LINE_BYTES: number = 1 << 20;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const EMPTY = new Uint8Array(0);

/** Some editors begin a UTF-8 file with U+FEFF; it belongs to no line. */
function withoutByteOrderMark(chunk: Uint8Array): Uint8Array {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
}
