import { wrongType } from './bad-option.js';
import { type DecodeCode, DecodeError } from './errors.js';

/**
 * How one value comes out of bytes: `readU8`, `readVarint`, and your own. `field` names it for the error that may come,
 * and is empty inside `readList`, `readNullable` and `readNested`, whose field is in the path already.
 */
export type Read<T> = (reader: ByteReader, field: string) => T;

/** What a reader is inside of: knows the path to it. */
export interface Scope {
  /** The path of a field in it. */
  path(field: string): string;
}

/**
 * A place in untrusted bytes. All reads are functions over `take`, so an application carries those that it uses, and
 * one of your own is like ours. Names of fields are constants, put together to a path only when an error needs it.
 * A reader that threw is done with.
 */
export class ByteReader {
  /** The input, not a copy of it: what `readBytes` gives are views into it. */
  readonly bytes: Uint8Array;
  /** Where the next read begins. */
  offset = 0;
  /** Where the latest one began: what an error says. */
  fieldOffset = 0;
  scope: Scope | null = null;

  constructor(bytes: Uint8Array) {
    // Not `instanceof`, which fails for the arrays of another realm: an iframe, `node:vm`, some test runners.
    if (bytes?.BYTES_PER_ELEMENT !== 1) throw wrongType('bytes', 'a Uint8Array', bytes);
    this.bytes = bytes;
  }

  /** Bytes that are left. */
  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Moves past `byteCount` bytes and returns where they begin, if so many are left. */
  take(byteCount: number, field: string): number {
    const at = this.offset;
    this.fieldOffset = at;
    if (!(byteCount <= this.bytes.length - at)) throw this.truncated(field, byteCount);
    this.offset = at + byteCount;
    return at;
  }

  /** Refuses what is left over: the last call of a decoder. */
  end(): void {
    this.fieldOffset = this.offset;
    if (this.remaining > 0) throw this.invalid('end', 'no more bytes', this.remaining, 'decode-trailing-bytes');
  }

  /**
   * The error for a value of the field that was just read, for the caller to throw:
   * `default: throw reader.invalid('type', 'a message type 1..6', type)`.
   */
  invalid(field: string, expected: string, found: unknown, code: DecodeCode = 'decode-invalid-value'): DecodeError {
    return new DecodeError(code, {
      offset: this.fieldOffset,
      field: this.scope?.path(field) ?? field,
      expected,
      // It may be hostile: cut short, with control characters escaped.
      found: JSON.stringify(String(found).slice(0, 60)).slice(1, -1) || 'nothing',
    });
  }

  /** The error for a field that the bytes left can't hold. */
  truncated(field: string, byteCount: number): DecodeError {
    return this.invalid(field, `${byteCount} byte${byteCount === 1 ? '' : 's'}`, this.remaining, 'decode-truncated');
  }
}

/** Returns the value, or refuses it when it is above its maximum. A maximum of NaN refuses everything. */
export function atMost(reader: ByteReader, field: string, max: number, value: number, unit = ''): number {
  if (value <= max) return value;
  throw reader.invalid(field, `at most ${max}${unit}`, value, 'decode-too-large');
}
