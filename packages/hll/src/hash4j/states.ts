/** A state is registers and nothing else: what hash4j's sketches have in memory, and ours. */
import { ByteReader, readFixedBytes, wrongType } from '@dsys/codec';
import { checkRanks } from '../hll-bytes.js';
import { HyperLogLog } from '../hyperloglog.js';
import { type HashSource, registersOf } from '../parts.js';
import { Registers, registerBytes } from '../registers.js';
import { isRegister, UltraRegisters } from '../ultra-registers.js';
import { UltraLogLog } from '../ultraloglog.js';

/** How a state is to be continued. */
export interface Hash4jOptions {
  /** `xxh64` (the default) if the Java side hashes by XXH64 with seed 0; `other` if not: keys can't be added then, hashes can. */
  readonly hash?: HashSource;
}

/** A copy of the state that hash4j's `wrap` takes: 2^p bytes, or 0.75 · 2^p. Exact and sparse sketches are spread out for it. */
export function hash4jState(sketch: HyperLogLog | UltraLogLog): Uint8Array<ArrayBuffer> {
  const name = sketch?.dialect?.name;
  if (name !== 'ultraloglog' && name !== 'dsys') throw wrongType('sketch', 'a HyperLogLog or UltraLogLog', sketch);
  return 'bytes' in sketch.parts
    ? new Uint8Array(sketch.parts.bytes)
    : new Uint8Array(registersOf(sketch.parts).bytes.subarray(0, -1));
}

/** Reads a state of 2^3 to 2^26 bytes. It has no martingale. Throws `DecodeError`. */
export function ultraLogLogOfHash4j(state: Uint8Array, { hash = 'xxh64' }: Hash4jOptions = {}): UltraLogLog {
  const reader = new ByteReader(state);
  const precision = Math.log2(state.length);
  if (!Number.isInteger(precision) || precision < 3 || precision > 26)
    throw reader.invalid('state', '2^3 to 2^26 bytes', state.length);
  const registers = new UltraRegisters(precision, readFixedBytes(reader, 'state', state.length));
  const bad = registers.histogram().findIndex((count, register) => count > 0 && !isRegister(register, precision));
  if (bad >= 0) throw reader.invalid('state', `registers of precision ${precision}`, bad);
  registers.own();
  registers.martingale = registers.bytes.some((register) => register !== 0) ? Number.NaN : 0;
  return new UltraLogLog(registers, hash);
}

/** Reads a state of 0.75 · 2^4 to 0.75 · 2^18 bytes. It has no martingale. Throws `DecodeError`. */
export function hyperLogLogOfHash4j(state: Uint8Array, { hash = 'xxh64' }: Hash4jOptions = {}): HyperLogLog {
  const reader = new ByteReader(state);
  const precision = Math.log2(state.length / 3) + 2;
  if (!Number.isInteger(precision) || precision < 4 || precision > 18)
    throw reader.invalid('state', '0.75 * 2^p bytes with p of 4..18', state.length);
  const sketch = HyperLogLog.create({ precision, hash });
  if (state.every((byte) => byte === 0)) return sketch;
  const registers = new Registers(precision);
  registers.bytes.set(readFixedBytes(reader, 'state', registerBytes(precision)));
  checkRanks(reader, registers, sketch.maxRank);
  Object.assign(sketch.parts, { hashes: null, tokens: null, registers });
  return sketch;
}
