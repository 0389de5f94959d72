import type { CheckOptions } from './codec-under-test.js';

/** What a `CodecLawBroken` is made of. */
export interface BrokenDetails {
  readonly law: string;
  readonly case: string;
  readonly what: string;
  readonly options: CheckOptions;
  /** The bytes of the case, where there are some. */
  readonly bytes: Uint8Array | null;
}

/** A codec broke a law. The message has the case, its bytes, and a line that runs it again. */
export class CodecLawBroken extends Error {
  override readonly name: string = 'CodecLawBroken';
  readonly code = 'codec-law-broken';
  /** The law, as a sentence. */
  readonly law: string;
  /** Which case: what to give as `only`, with the same seed. */
  readonly case: string;
  readonly seed: number;
  readonly bytes: Uint8Array | null;

  constructor({ law, case: id, what, options, bytes }: BrokenDetails) {
    const lines = [
      `${law}: broken`,
      `  what    ${what}`,
      `  case    ${id}`,
      ...(bytes === null ? [] : [`  bytes   ${toHex(bytes)}`]),
      `  seed    ${options.seed}`,
      `  replay  checkCodec(codec, ${JSON.stringify({ ...options, only: id })})`,
    ];
    super(lines.join('\n'));
    this.law = law;
    this.case = id;
    this.seed = options.seed ?? 0;
    this.bytes = bytes;
  }
}

/** The first bytes in hexadecimal, and how many there are if that is not all. */
export function toHex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 256), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > 256 ? `${shown} … (${bytes.length} bytes)` : shown || 'none';
}
