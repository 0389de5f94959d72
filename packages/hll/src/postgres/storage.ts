/**
 * What postgresql-hll stores (STORAGE.md of aggregateknowledge/hll-storage-spec, version 1), big-endian throughout:
 *
 *     ┌─────────────────┬─────────────────────┬─────────────────────────────┬──────
 *     │ version 1, type │ width − 1, log2m    │ 0, sparse on, threshold     │ data
 *     │   4 bits each   │ 3 bits and 5 bits   │ 1 bit, 1 bit and 6 bits     │
 *     └─────────────────┴─────────────────────┴─────────────────────────────┴──────
 *
 *     type 1  EMPTY      nothing
 *          2  EXPLICIT   hashes of 64 bits, ascending as signed integers
 *          3  SPARSE     for every register above 0: its index in log2m bits, its value in `width`
 *          4  FULL       every register in `width` bits
 *
 * The threshold says up to how many hashes are kept whole: 63 as many as take no more room than registers would, 0 none,
 * n up to 2^(n−1).
 */
import { ByteReader, readFixedBytes, readU8 } from '@dsys/codec';
import { Registers } from '../registers.js';
import { BitReader, BitWriter } from './bits.js';

/** What all sketches of one column have in common; two can be joined only if all four are the same. */
export interface PostgresParameters {
  /** Bits of the index, `log2m`: 4..17. */
  readonly precision: number;
  /** Bits of a register, `regwidth`: 1..7. */
  readonly registerBits: number;
  /** `expthresh`: `'auto'` is −1; else 0 or a power of two up to 8192. */
  readonly explicitThreshold: number | 'auto';
  /** `sparseon`. */
  readonly sparse: boolean;
}

/** What the extension stores: nothing, whole hashes, the registers above 0, or all registers. */
export type PostgresRepresentation = 'empty' | 'explicit' | 'sparse' | 'full';

/** Exactly one of the two is there; no hashes is EMPTY. */
export interface PostgresState {
  readonly explicit: Set<bigint> | null;
  readonly registers: Registers | null;
}

const HEADER_BYTES = 3;
const AUTO = 63;
/** Most hashes that the extension's buffer of 128 kB holds. */
const MOST_EXPLICIT = 16_383;
const TYPES: readonly PostgresRepresentation[] = ['empty', 'explicit', 'sparse', 'full'];

/** Up to how many hashes are kept whole. */
export function explicitCapacity({ precision, registerBits, explicitThreshold }: PostgresParameters): number {
  if (explicitThreshold !== 'auto') return Math.min(explicitThreshold, MOST_EXPLICIT);
  return Math.min(Math.floor(fullBytes(precision, registerBits) / 8), MOST_EXPLICIT);
}

const fullBytes = (precision: number, registerBits: number): number => Math.ceil((registerBits * 2 ** precision) / 8);

/** Throws `DecodeError` for what the extension would refuse, and for what it would never write. */
export function readStorage(bytes: Uint8Array): {
  parameters: PostgresParameters;
  state: PostgresState;
  type: PostgresRepresentation;
} {
  const reader = new ByteReader(bytes);
  const head = readU8(reader, 'version');
  if (head >>> 4 !== 1) throw reader.invalid('version', '1', head >>> 4, 'decode-unknown-version');
  const type = TYPES[(head & 15) - 1];
  if (type === undefined) throw reader.invalid('type', '1 (empty) to 4 (full)', head & 15);
  const shape = readU8(reader, 'log2m');
  const registerBits = (shape >>> 5) + 1;
  const precision = shape & 31;
  if (precision < 4 || precision > 17) throw reader.invalid('log2m', '4..17', precision);
  if (registerBits > 7) throw reader.invalid('regwidth', '1..7', registerBits);
  const flags = readU8(reader, 'expthresh');
  const threshold = flags & 63;
  if (flags > 127 || (threshold > 14 && threshold !== AUTO)) throw reader.invalid('expthresh', '0..14, or 63', flags);
  const parameters: PostgresParameters = {
    precision,
    registerBits,
    explicitThreshold: threshold === AUTO ? 'auto' : threshold === 0 ? 0 : 2 ** (threshold - 1),
    sparse: (flags & 64) !== 0,
  };
  return { parameters, state: readState(reader, type, parameters), type };
}

function readState(reader: ByteReader, type: PostgresRepresentation, parameters: PostgresParameters): PostgresState {
  const { precision, registerBits } = parameters;
  const data = readFixedBytes(reader, 'data', reader.remaining);
  reader.fieldOffset = HEADER_BYTES;
  if (type === 'empty') {
    if (data.length > 0) throw reader.invalid('data', 'nothing', `${data.length} bytes`, 'decode-trailing-bytes');
    return { explicit: new Set(), registers: null };
  }
  if (type === 'explicit')
    return { explicit: readExplicit(reader, data, explicitCapacity(parameters)), registers: null };
  const registers = new Registers(precision);
  const bits = new BitReader(data);
  if (type === 'full') {
    const byteCount = fullBytes(precision, registerBits);
    if (data.length !== byteCount) throw reader.invalid('data', `${byteCount} bytes`, data.length);
    for (let index = 0; index < 2 ** precision; index++) put(reader, registers, index, bits.read(registerBits));
  } else {
    const chunk = precision + registerBits;
    const count = Math.floor((data.length * 8) / chunk);
    if (data.length !== Math.ceil((count * chunk) / 8) || count > 2 ** precision)
      throw reader.invalid('data', `registers of ${chunk} bits`, `${data.length} bytes`);
    let before = -1;
    for (let i = 0; i < count; i++) {
      const index = bits.read(precision);
      if (index <= before) throw reader.invalid('data', 'registers in ascending order', index, 'decode-not-canonical');
      before = index;
      const value = bits.read(registerBits);
      if (value === 0) throw reader.invalid('data', 'registers above 0', value, 'decode-not-canonical');
      put(reader, registers, index, value);
    }
  }
  bits.end(reader);
  return { explicit: null, registers };
}

function put(reader: ByteReader, registers: Registers, index: number, value: number): void {
  if (value > 65 - registers.precision) throw reader.invalid('data', `values up to ${65 - registers.precision}`, value);
  if (value > 0) registers.raise(index, value);
}

function readExplicit(reader: ByteReader, data: Uint8Array, capacity: number): Set<bigint> {
  const count = data.length / 8;
  if (!Number.isInteger(count)) throw reader.invalid('data', 'hashes of 8 bytes', `${data.length} bytes`);
  if (count > capacity) throw reader.invalid('data', `at most ${capacity} hashes`, count, 'decode-too-large');
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const hashes = new Set<bigint>();
  let before: bigint | null = null;
  for (let i = 0; i < count; i++) {
    const hash = view.getBigInt64(8 * i);
    if (before !== null && hash <= before)
      throw reader.invalid('data', 'hashes in ascending order', hash, 'decode-not-canonical');
    before = hash;
    hashes.add(hash);
  }
  return hashes;
}

/** In the representation that is asked for, which must be able to hold the state. */
export function writeStorage(
  type: PostgresRepresentation,
  { precision, registerBits, explicitThreshold, sparse }: PostgresParameters,
  { explicit, registers }: PostgresState,
): Uint8Array<ArrayBuffer> {
  const filled = registers === null ? 0 : 2 ** precision - registers.histogram()[0]!;
  const dataBytes =
    type === 'explicit'
      ? 8 * explicit!.size
      : type === 'sparse'
        ? Math.ceil((filled * (precision + registerBits)) / 8)
        : type === 'full'
          ? fullBytes(precision, registerBits)
          : 0;
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes);
  const threshold =
    explicitThreshold === 'auto' ? AUTO : explicitThreshold === 0 ? 0 : Math.log2(explicitThreshold) + 1;
  bytes[0] = 0x10 | (TYPES.indexOf(type) + 1);
  bytes[1] = ((registerBits - 1) << 5) | precision;
  bytes[2] = (sparse ? 64 : 0) | threshold;
  const data = bytes.subarray(HEADER_BYTES);
  if (type === 'explicit') {
    const view = new DataView(bytes.buffer);
    let at = HEADER_BYTES;
    for (const hash of BigInt64Array.from(explicit!).sort()) {
      view.setBigInt64(at, hash);
      at += 8;
    }
  }
  if (type === 'sparse' || type === 'full') {
    const bits = new BitWriter(data);
    for (let index = 0; index < 2 ** precision; index++) {
      const value = registers!.get(index);
      if (type === 'sparse' && value === 0) continue;
      if (type === 'sparse') bits.write(index, precision);
      bits.write(value, registerBits);
    }
  }
  return bytes;
}

/** Whether the extension would choose SPARSE over FULL for so many registers above 0. */
export function isSparse({ precision, registerBits, sparse }: PostgresParameters, filled: number): boolean {
  return sparse && filled * (precision + registerBits) < 2 ** precision * registerBits;
}
