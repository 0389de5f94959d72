/**
 * The string in which Redis keeps a HyperLogLog (src/hyperloglog.c of Redis, "HLL representation"):
 *
 *     ┌──────┬──────────┬───────┬──────────────┬───────────
 *     │ HYLL │ encoding │ 0 0 0 │ cached count │ registers
 *     └──────┴──────────┴───────┴──────────────┴───────────
 *     0      4          5       8              16
 *
 * The count is 64 bits, low byte first; its top bit says that it is out of date. Dense registers (0) are 16,384 times six
 * bits, low bits first: 12,288 bytes. Sparse ones (1) are runs:
 *
 *     00xxxxxx             1..64 zeros
 *     01xxxxxx yyyyyyyy    1..16,384 zeros
 *     1vvvvvxx             1..4 registers of value 1..32
 *
 * so that a value above 32 needs the dense form, as do more than 3,000 bytes (`hll-sparse-max-bytes`).
 */
import { ByteReader, ByteWriter, readFixedBytes, readU8, writeFixedBytes, writeU8, writeU32 } from '@dsys/codec';
import { checkRanks } from '../hll-bytes.js';
import { Registers, registerBytes } from '../registers.js';
import { MAX_RANK, PRECISION } from './murmur.js';

const MAGIC = [0x48, 0x59, 0x4c, 0x4c];
const HEADER_BYTES = 16;
const COUNT = 2 ** PRECISION;
const DENSE_BYTES = registerBytes(PRECISION);
/** Largest value that a run can have. */
const MOST_IN_RUN = 32;
/** Redis' default of `hll-sparse-max-bytes`, header included. */
export const SPARSE_MAX_BYTES = 3000;

/** The two forms of a HyperLogLog string: registers in full, or runs of them. */
export type RedisEncoding = 'dense' | 'sparse';

/** What a string of Redis holds. */
export interface Hyll {
  readonly encoding: RedisEncoding;
  /** PFCOUNT's last answer, or null when an element has come since. */
  readonly cachedCount: bigint | null;
  readonly registers: Registers;
}

/** Throws `DecodeError` for what Redis would call no valid HyperLogLog string, and for ranks that no element has. */
export function readHyll(bytes: Uint8Array): Hyll {
  const reader = new ByteReader(bytes);
  const magic = readFixedBytes(reader, 'magic', 4);
  if (MAGIC.some((byte, i) => magic[i] !== byte))
    throw reader.invalid('magic', '"HYLL"', hex(magic), 'decode-not-an-envelope');
  const encoding = readU8(reader, 'encoding');
  if (encoding > 1) throw reader.invalid('encoding', '0 (dense) or 1 (sparse)', encoding, 'decode-unknown-version');
  // Redis never looks at these three.
  readFixedBytes(reader, 'unused', 3);
  const cached = readFixedBytes(reader, 'cachedCount', 8);
  const isStale = cached[7]! > 0x7f;
  const cachedCount = isStale ? null : cached.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const registers = new Registers(PRECISION);
  if (encoding === 0) registers.bytes.set(readFixedBytes(reader, 'registers', DENSE_BYTES));
  else readRuns(reader, registers);
  reader.end();
  checkRanks(reader, registers, MAX_RANK);
  return { encoding: encoding === 0 ? 'dense' : 'sparse', cachedCount, registers };
}

function readRuns(reader: ByteReader, registers: Registers): void {
  let index = 0;
  while (reader.remaining > 0) {
    const code = readU8(reader, 'run');
    const at = reader.fieldOffset;
    const isValue = code > 0x7f;
    const length = isValue
      ? (code & 3) + 1
      : code < 0x40
        ? code + 1
        : (((code & 0x3f) << 8) | readU8(reader, 'run')) + 1;
    reader.fieldOffset = at;
    if (index + length > COUNT) throw reader.invalid('run', `runs of ${COUNT} registers in all`, index + length);
    if (isValue) for (let i = index; i < index + length; i++) registers.raise(i, ((code >>> 2) & 31) + 1);
    index += length;
  }
  if (index !== COUNT) throw reader.invalid('run', `runs of ${COUNT} registers in all`, index);
}

/** `count` is what PFCOUNT is to answer without counting, or null to have Redis count. Null when the sparse form can't hold the values. */
export function writeHyll(
  registers: Registers,
  encoding: RedisEncoding,
  count: bigint | null,
): Uint8Array<ArrayBuffer> | null {
  const writer = new ByteWriter({ maxBytes: HEADER_BYTES + 2 * COUNT });
  for (const byte of MAGIC) writeU8(writer, byte);
  writeU32(writer, encoding === 'dense' ? 0 : 1);
  writeU32(writer, count === null ? 0 : Number(count & 0xffff_ffffn));
  writeU32(writer, count === null ? 0x8000_0000 : Number(count >> 32n));
  if (encoding === 'dense') writeFixedBytes(writer, registers.bytes.subarray(0, DENSE_BYTES), DENSE_BYTES);
  else if (!writeRuns(writer, registers)) return null;
  return writer.finish();
}

function writeRuns(writer: ByteWriter, registers: Registers): boolean {
  for (let index = 0; index < COUNT; ) {
    const value = registers.get(index);
    if (value > MOST_IN_RUN) return false;
    const longest = Math.min(COUNT - index, value === 0 ? COUNT : 4);
    let length = 1;
    while (length < longest && registers.get(index + length) === value) length++;
    if (value !== 0) writeU8(writer, 0x80 | ((value - 1) << 2) | (length - 1));
    else if (length <= 64) writeU8(writer, length - 1);
    else {
      writeU8(writer, 0x40 | ((length - 1) >>> 8));
      writeU8(writer, (length - 1) & 0xff);
    }
    index += length;
  }
  return true;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
