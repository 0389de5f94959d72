import { isDecodeError } from '../errors.js';
import { AllocationMeter, AllocationRefused } from './allocation.js';
import { CodecLawBroken, toHex } from './broken.js';
import type { CheckOptions, CodecUnderTest } from './codec-under-test.js';
import { deepEqual } from './equal.js';
import { Random } from './random.js';

/** A good value and its bytes. */
export interface Sample<T> {
  readonly value: T;
  readonly bytes: Uint8Array;
}

/** What became of the cases of a law, or of all laws. */
export interface Tally {
  /** Cases that were tried. */
  cases: number;
  /** Bad bytes that were refused. */
  refused: number;
  /** Bad bytes that turned out to spell another value. */
  accepted: number;
  /** Most bytes that a decoder asked for while it was given bad ones. */
  allocated: number;
}

/** One law being tried on one codec: runs its cases, counts them, and throws `CodecLawBroken` at the first that fails. */
export class Trial<T> {
  readonly codec: CodecUnderTest<T>;
  readonly tally: Tally = { cases: 0, refused: 0, accepted: 0, allocated: 0 };
  readonly #law: string;
  readonly #options: Required<Omit<CheckOptions, 'only'>>;
  readonly #only: string | undefined;
  readonly #meter = new AllocationMeter();

  constructor(law: string, codec: CodecUnderTest<T>, { seed = 1, runs = 1000, sampleCount = 25, only }: CheckOptions) {
    this.codec = codec;
    this.#law = law;
    this.#options = { seed, runs, sampleCount };
    this.#only = only;
  }

  get runs(): number {
    return this.#options.runs;
  }

  /** A generator that depends on the seed and on nothing else, so that each law meets the same samples. */
  random(): Random {
    return new Random(this.#options.seed);
  }

  samples(): readonly Sample<T>[] {
    const { samples } = this.codec;
    const random = this.random();
    const { sampleCount } = this.#options;
    const values = typeof samples === 'function' ? Array.from({ length: sampleCount }, () => samples(random)) : samples;
    if (values.length === 0) throw new RangeError('samples must not be empty: nothing would be tested');
    return values.map((value, i) => ({ value, bytes: this.#encoded(value, i) }));
  }

  /** Runs the law with the meter in place. */
  run(check: (trial: Trial<T>) => void): Tally {
    this.#meter.installed(() => check(this));
    return this.tally;
  }

  /** One case. It is skipped when another one is to be run again. */
  case(id: string, bytes: Uint8Array, check: (broken: (what: string) => never) => void): void {
    if (this.#only !== undefined && this.#only !== id) return;
    this.tally.cases++;
    check((what) => this.#broken(id, what, bytes));
  }

  /** Decodes good bytes: anything thrown breaks the law. */
  decode(bytes: Uint8Array, broken: (what: string) => never): T {
    try {
      return this.codec.decode(bytes);
    } catch (error) {
      return broken(`decode threw ${describe(error)}`);
    }
  }

  encode(value: T, broken: (what: string) => never): Uint8Array {
    try {
      return this.codec.encode(value);
    } catch (error) {
      return broken(`encode threw ${describe(error)}`);
    }
  }

  equal(a: T, b: T): boolean {
    return (this.codec.equal ?? deepEqual)(a, b);
  }

  /**
   * Decodes bad bytes. They must be refused with a `DecodeError`, and cheaply; or, where `mayAccept`, be the very bytes
   * that the value they decode to encodes to.
   */
  attack(id: string, bytes: Uint8Array, mayAccept: boolean): void {
    this.case(id, bytes, (broken) => {
      const limit = this.codec.maxAllocation ?? Math.max(2 ** 20, 16 * bytes.length);
      let value: T | undefined;
      let thrown: { readonly error: unknown } | null = null;
      try {
        value = this.#meter.within(limit, () => this.codec.decode(bytes.slice()));
      } catch (error) {
        thrown = { error };
      }
      const { asked } = this.#meter;
      this.tally.allocated = Math.max(this.tally.allocated, asked);
      if (asked > limit || thrown?.error instanceof AllocationRefused)
        broken(`decode asked for ${asked} bytes of memory, where ${limit} are allowed`);
      if (thrown !== null) {
        this.tally.refused++;
        checkRefusal(thrown.error, bytes.length, broken);
        return;
      }
      this.tally.accepted++;
      if (!mayAccept) broken('decode took them');
      const again = this.encode(value as T, broken);
      if (!sameBytes(again, bytes)) broken(`decode took them for a value that encodes to ${toHex(again)}`);
    });
  }

  #encoded(value: T, index: number): Uint8Array {
    try {
      return this.codec.encode(value).slice();
    } catch (error) {
      return this.#broken(`sample/${index}`, `encode threw ${describe(error)}`, null);
    }
  }

  #broken(id: string, what: string, bytes: Uint8Array | null): never {
    throw new CodecLawBroken({ law: this.#law, case: id, what, options: this.#options, bytes });
  }
}

function checkRefusal(error: unknown, byteCount: number, broken: (what: string) => never): void {
  if (!isDecodeError(error)) broken(`decode threw ${describe(error)} rather than a DecodeError`);
  const { offset, field, expected, found, message } = error;
  if (!(Number.isInteger(offset) && offset >= 0 && offset <= byteCount))
    broken(`the DecodeError names offset ${offset}, where there are ${byteCount} bytes: ${message}`);
  for (const [name, text] of Object.entries({ field, expected, found }))
    if (typeof text !== 'string' || text === '') broken(`the DecodeError does not say its ${name}: ${message}`);
}

/** Whether two byte strings are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
