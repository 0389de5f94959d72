/**
 * The stored form of a DataSketches HLL (serial version 1, family 7), little-endian; Java, C++ and Go write the same:
 *
 *     byte 0    2, 3 or 10: words of four bytes before the data            5    flags: empty 4, compact 8, out of order 16
 *          1    serial version, 1                                          6    list: count; HLL_4: the lowest value
 *          2    family, 7                                                  7    mode (list 0, set 1, hll 2)
 *          3    precision, lgK                                                  + 4 · type (HLL_4 0, HLL_6 1, HLL_8 2)
 *          4    log of the table's size
 *
 *     list      8 coupons …
 *     set       8 count (4 bytes)    12 coupons …
 *     hll       8 martingale (float64)    16, 24 Σ 2^−register below and from 32 (float64)    32 how many have the lowest value
 *               36 count of exceptions    40 registers, then exceptions (HLL_4)
 *
 * Compact tables hold the filled slots alone. "Out of order" means that a merge has ended the martingale.
 */
import {
  ByteReader,
  ByteWriter,
  readF64,
  readFixedBytes,
  readU8,
  readU32,
  writeF64,
  writeFixedBytes,
  writeU8,
  writeU32,
} from '@dsys/codec';
import { Registers, registerBytes } from '../registers.js';
import { type Coupons, couponOf, rankIn } from './coupons.js';
import { EXCEPTION, exceptionTable } from './exceptions.js';

/** Bits that a register takes in the stored form. */
export type DataSketchesType = 'HLL_4' | 'HLL_6' | 'HLL_8';

const TYPES: readonly DataSketchesType[] = ['HLL_4', 'HLL_6', 'HLL_8'];
const LIST = 0;
const SET = 1;
const HLL = 2;
const PREAMBLE_WORDS = [2, 3, 10];
const EMPTY_FLAG = 4;
const COMPACT_FLAG = 8;
const OUT_OF_ORDER_FLAG = 16;
/** Highest value of a register: 62 zeros and one. */
export const MAX_RANK = 63;

/** Exactly one of the two is there. */
export interface DataSketchesState {
  readonly coupons: Coupons | null;
  readonly registers: Registers | null;
}

export interface Stored {
  readonly precision: number;
  readonly type: DataSketchesType;
  /** In their stored order, to be added one by one. */
  readonly coupons: number[] | null;
  readonly registers: Registers | null;
}

/** Throws `DecodeError`. */
export function readSketch(bytes: Uint8Array): Stored {
  const reader = new ByteReader(bytes);
  const words = readU8(reader, 'preambleInts');
  const version = readU8(reader, 'serialVersion');
  if (version !== 1) throw reader.invalid('serialVersion', '1', version, 'decode-unknown-version');
  const family = readU8(reader, 'family');
  if (family !== 7) throw reader.invalid('family', '7 (HLL)', family, 'decode-other-kind');
  const precision = readU8(reader, 'lgK');
  if (precision < 4 || precision > 21) throw reader.invalid('lgK', '4..21', precision);
  const logSlots = readU8(reader, 'lgArr');
  const flags = readU8(reader, 'flags');
  const lowest = readU8(reader, 'curMin');
  const mode = readU8(reader, 'mode');
  const type = TYPES[mode >>> 2];
  if (type === undefined || (mode & 3) > HLL)
    throw reader.invalid('mode', 'list, set or hll, of HLL_4, HLL_6 or HLL_8', mode);
  reader.fieldOffset = 0;
  if (words !== PREAMBLE_WORDS[mode & 3])
    throw reader.invalid('preambleInts', `${PREAMBLE_WORDS[mode & 3]} in this mode`, words);
  const isCompact = (flags & COMPACT_FLAG) !== 0;
  if ((mode & 3) !== HLL)
    return {
      precision,
      type,
      coupons: readCoupons(reader, mode & 3, lowest, precision, logSlots, isCompact),
      registers: null,
    };
  const registers = readRegisters(reader, { precision, type, lowest, isCompact });
  registers.martingale = (flags & OUT_OF_ORDER_FLAG) !== 0 ? Number.NaN : registers.martingale;
  return { precision, type, coupons: null, registers };
}

function readCoupons(
  reader: ByteReader,
  mode: number,
  listCount: number,
  precision: number,
  logSlots: number,
  isCompact: boolean,
): number[] {
  const count = mode === LIST ? listCount : readU32(reader, 'count');
  // A table is at most three quarters full, and at most an eighth as large as the registers.
  const most = mode === LIST ? 8 : precision < 8 ? 0 : 0.75 * 2 ** (precision - 3) + 1;
  if (count > most) throw reader.invalid('count', `at most ${most}`, count, 'decode-too-large');
  const slots = isCompact || count === 0 ? count : mode === LIST ? 8 : 2 ** Math.min(logSlots, 20);
  if (4 * slots > reader.remaining) throw reader.truncated('coupons', 4 * slots);
  const coupons: number[] = [];
  const met = new Set<number>();
  for (let i = 0; i < slots; i++) {
    const coupon = readU32(reader, 'coupon');
    if (coupon === 0 && !isCompact) continue;
    if (rankIn(coupon) === 0 || met.has(coupon))
      throw reader.invalid('coupon', 'another one, with a value of 1..63', coupon);
    met.add(coupon);
    coupons.push(coupon);
  }
  if (coupons.length !== count) throw reader.invalid('count', `${coupons.length}, as many as there are`, count);
  // An empty sketch may keep its eight slots.
  if (count === 0 && !isCompact && reader.remaining === 32) readFixedBytes(reader, 'coupons', 32);
  reader.end();
  return coupons;
}

interface Shape {
  readonly precision: number;
  readonly type: DataSketchesType;
  readonly lowest: number;
  readonly isCompact: boolean;
}

function readRegisters(reader: ByteReader, shape: Shape): Registers {
  const { precision, type, lowest } = shape;
  const martingale = readF64(reader, 'hipAccum');
  if (!(martingale >= 0 && martingale < Infinity)) throw reader.invalid('hipAccum', '0 or more', martingale);
  // The sums and the number of lowest registers follow from the registers, and are made from them again.
  readFixedBytes(reader, 'kxq', 16);
  readU32(reader, 'numAtCurMin');
  const exceptionCount = readU32(reader, 'auxCount');
  const m = 2 ** precision;
  const registers = new Registers(precision);
  if (type === 'HLL_6') {
    // The same six bits, and a byte that only spares its reader a special case.
    registers.bytes.set(readFixedBytes(reader, 'registers', registerBytes(precision) + 1));
    registers.bytes[registerBytes(precision)] = 0;
  } else if (type === 'HLL_8') {
    const stored = readFixedBytes(reader, 'registers', m);
    for (let index = 0; index < m; index++) {
      if (stored[index]! > MAX_RANK) throw reader.invalid('registers', `values up to ${MAX_RANK}`, stored[index]);
      if (stored[index]! > 0) registers.raise(index, stored[index]!);
    }
  } else readNibbles(reader, registers, shape, exceptionCount);
  if (type !== 'HLL_4' && (exceptionCount !== 0 || lowest !== 0)) {
    reader.fieldOffset = 36;
    throw reader.invalid('auxCount', `0, and a curMin of 0, in ${type}`, exceptionCount);
  }
  reader.end();
  registers.martingale = martingale;
  return registers;
}

function readNibbles(
  reader: ByteReader,
  registers: Registers,
  { precision, lowest, isCompact }: Shape,
  count: number,
): void {
  const m = 2 ** precision;
  if (lowest > MAX_RANK) throw reader.invalid('curMin', `0..${MAX_RANK}`, lowest);
  if (count > m) throw reader.invalid('auxCount', `at most ${m}`, count, 'decode-too-large');
  const nibbles = readFixedBytes(reader, 'registers', m / 2);
  const nibbleAt = (index: number): number => (nibbles[index >>> 1]! >>> (4 * (index & 1))) & 15;
  let expected = 0;
  for (let index = 0; index < m; index++) {
    const nibble = nibbleAt(index);
    if (nibble === EXCEPTION) {
      expected++;
      continue;
    }
    if (nibble + lowest > MAX_RANK) throw reader.invalid('registers', `values up to ${MAX_RANK}`, nibble + lowest);
    if (nibble + lowest > 0) registers.raise(index, nibble + lowest);
  }
  if (expected !== count) throw reader.invalid('auxCount', `${expected}, as many as there are registers of 15`, count);
  let found = 0;
  while (isCompact ? found < count : reader.remaining > 0) {
    const pair = readU32(reader, 'aux');
    if (pair === 0 && !isCompact) continue;
    const index = pair & (m - 1);
    const value = rankIn(pair);
    if (
      (pair & (2 ** 26 - 1)) !== index ||
      nibbleAt(index) !== EXCEPTION ||
      value < lowest + EXCEPTION ||
      !registers.raise(index, value)
    )
      throw reader.invalid('aux', 'an exception for a register that is 15, once', pair);
    found++;
  }
  if (found !== count) throw reader.invalid('auxCount', `${found}, as many as there are`, count);
}

/** As DataSketches' `toCompactByteArray` does. */
export function writeSketch(
  precision: number,
  type: DataSketchesType,
  { coupons, registers }: DataSketchesState,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter({ maxBytes: 2 ** 24 });
  const mode = registers !== null ? HLL : coupons!.isTable ? SET : LIST;
  const head = (logSlots: number, flags: number, sixth: number): void => {
    for (const byte of [
      PREAMBLE_WORDS[mode]!,
      1,
      7,
      precision,
      logSlots,
      flags,
      sixth,
      mode | (TYPES.indexOf(type) << 2),
    ])
      writeU8(writer, byte);
  };
  if (registers === null) {
    const { count, slots, isTable } = coupons!;
    head(31 - Math.clz32(slots.length), COMPACT_FLAG | (count === 0 ? EMPTY_FLAG : 0), isTable ? 0 : count);
    if (isTable) writeU32(writer, count);
    for (const coupon of slots) if (coupon !== 0) writeU32(writer, coupon);
    return writer.finish();
  }
  const counts = registers.histogram();
  const lowest = type === 'HLL_4' ? counts.findIndex((count) => count > 0) : 0;
  const table = exceptionTable(type === 'HLL_4' ? exceptionsOf(registers, lowest) : [], precision);
  const outOfOrder = Number.isNaN(registers.martingale);
  head(table.logSlots, (type === 'HLL_4' ? COMPACT_FLAG : 0) | (outOfOrder ? OUT_OF_ORDER_FLAG : 0), lowest);
  writeF64(writer, outOfOrder ? 0 : registers.martingale);
  const { coarse, fine } = registers.sums();
  writeF64(writer, coarse);
  writeF64(writer, fine);
  writeU32(writer, counts[lowest]!);
  writeU32(writer, table.pairs.length);
  writeRegisters(writer, type, registers, lowest);
  for (const pair of table.pairs) writeU32(writer, pair);
  return writer.finish();
}

function exceptionsOf(registers: Registers, lowest: number): number[] {
  const pairs: number[] = [];
  for (let index = 0; index < 2 ** registers.precision; index++)
    if (registers.get(index) >= lowest + EXCEPTION) pairs.push(couponOf(index, registers.get(index)));
  return pairs;
}

function writeRegisters(writer: ByteWriter, type: DataSketchesType, registers: Registers, lowest: number): void {
  const m = 2 ** registers.precision;
  if (type === 'HLL_6') writeFixedBytes(writer, registers.bytes, registers.bytes.length);
  else if (type === 'HLL_8') for (let index = 0; index < m; index++) writeU8(writer, registers.get(index));
  else
    for (let index = 0; index < m; index += 2) {
      const [a, b] = [registers.get(index) - lowest, registers.get(index + 1) - lowest];
      writeU8(writer, Math.min(a, EXCEPTION) | (Math.min(b, EXCEPTION) << 4));
    }
}
