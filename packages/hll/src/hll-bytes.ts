/** The stored form of a HyperLogLog, kind `hll`, version 1. Its table is in the README, and it is a promise. */
import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readF64,
  readFixedBytes,
  readU8,
  readU32,
  readU64Lanes,
  readVarint,
  sealEnvelope,
  writeF64,
  writeFixedBytes,
  writeU8,
  writeU32,
  writeU64Lanes,
  writeVarint,
} from '@dsys/codec';
import type { HashSource, Parts } from './parts.js';
import { MOST_ZEROS } from './place.js';
import { Registers, registerBytes } from './registers.js';
import { exactCapacity, Hashes, LEAST_PRECISION, MOST_PRECISION, Tokens, tokenCapacity } from './small.js';

const KIND = 'hll';
const VERSION = 1;
const HEAD_BYTES = 11;
const MAX_BYTES = HEAD_BYTES + 10 + registerBytes(MOST_PRECISION);

const EXACT = 0;
const SPARSE = 1;
const DENSE = 2;

/** Ids that all sketches here share: 1 is XXH64 with the seed that follows, 255 a function of the caller's. */
const HASH_IDS: Record<HashSource, number> = { xxh64: 1, other: 255 };

/** The common head of all our sketches: which hash, its seed, and what a key is: 1, the rules of `@dsys/hash`, or 0, hashes. */
export function writeHead(writer: ByteWriter, hash: HashSource): void {
  writeU8(writer, HASH_IDS[hash]);
  writeU32(writer, 0);
  writeU32(writer, 0);
  writeU8(writer, hash === 'xxh64' ? 1 : 0);
}

export function readHead(reader: ByteReader): HashSource {
  const id = readU8(reader, 'hash');
  const hash = id === 1 ? 'xxh64' : 'other';
  if (id !== HASH_IDS[hash]) throw reader.invalid('hash', "1 (XXH64) or 255 (the caller's own)", id);
  if (readU32(reader, 'seed') !== 0 || readU32(reader, 'seed') !== 0) throw reader.invalid('seed', '0', 'another');
  const domain = readU8(reader, 'keyDomain');
  if (domain !== (id === 1 ? 1 : 0)) throw reader.invalid('keyDomain', id === 1 ? '1' : '0', domain);
  return hash;
}

export function encodeParts({ precision, hash, hashes, tokens, registers }: Parts): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter({ maxBytes: MAX_BYTES });
  writeHead(writer, hash);
  writeU8(writer, precision);
  if (registers !== null) {
    writeU8(writer, DENSE);
    writeF64(writer, registers.martingale);
    writeFixedBytes(writer, registers.bytes.subarray(0, registerBytes(precision)), registerBytes(precision));
  } else if (tokens !== null) {
    writeU8(writer, SPARSE);
    writeVarint(writer, tokens.count);
    let before = -1;
    for (const token of tokens.sorted()) {
      writeVarint(writer, token - before - 1);
      before = token;
    }
  } else {
    writeU8(writer, EXACT);
    writeU8(writer, hashes!.count);
    for (const lanes of inOrder(hashes!)) writeU64Lanes(writer, lanes);
  }
  return sealEnvelope({ kind: KIND, version: VERSION }, writer.finish());
}

/** By value, so that the order of arrival doesn't show. */
function inOrder({ lanes, count }: Hashes): Uint32Array[] {
  const pairs = Array.from({ length: count }, (_, i) => lanes.subarray(2 * i, 2 * i + 2));
  return pairs.sort((a, b) => a[1]! - b[1]! || a[0]! - b[0]!);
}

/** Throws `DecodeError`. With `asView` the registers stay where they are until the sketch changes. */
export function decodeParts(bytes: Uint8Array, asView: boolean): Parts {
  const { payload } = openEnvelope(bytes, { kind: KIND, versions: [VERSION], maxBytes: MAX_BYTES });
  const reader = new ByteReader(payload);
  const hash = readHead(reader);
  const precision = readU8(reader, 'precision');
  if (precision < LEAST_PRECISION || precision > MOST_PRECISION)
    throw reader.invalid('precision', `${LEAST_PRECISION}..${MOST_PRECISION}`, precision);
  const parts: Parts = { precision, hash, hashes: null, tokens: null, registers: null };
  const representation = readU8(reader, 'representation');
  if (representation === DENSE) parts.registers = readRegisters(reader, precision, asView);
  else if (representation === SPARSE) parts.tokens = readTokens(reader, precision);
  else if (representation === EXACT) parts.hashes = readHashes(reader, precision);
  else throw reader.invalid('representation', '0 (exact), 1 (sparse) or 2 (dense)', representation);
  reader.end();
  return parts;
}

function readRegisters(reader: ByteReader, precision: number, asView: boolean): Registers {
  const martingale = readMartingale(reader);
  const stored = readFixedBytes(reader, 'registers', registerBytes(precision));
  // The checksum follows the payload: the byte after the registers, which `Registers` reads and ignores, is there.
  const view = new Uint8Array(stored.buffer, stored.byteOffset, stored.length + 1);
  const registers = new Registers(precision, view);
  if (!asView) registers.own();
  registers.martingale = martingale;
  checkRanks(reader, registers, 65 - precision);
  return registers;
}

/** An estimate, or NaN where a merge has ended it. */
export function readMartingale(reader: ByteReader): number {
  const martingale = readF64(reader, 'martingale');
  if (martingale < 0 || martingale === Infinity || Object.is(martingale, -0))
    throw reader.invalid('martingale', '0 or more, or NaN', martingale);
  return martingale;
}

/** Refuses registers above the highest rank that a hash of 64 bits can have. */
export function checkRanks(reader: ByteReader, registers: Registers, most: number): void {
  const counts = registers.histogram();
  for (let rank = 63; rank > most; rank--)
    if (counts[rank]! > 0) throw reader.invalid('registers', `ranks of at most ${most}`, rank);
}

function readTokens(reader: ByteReader, precision: number): Tokens {
  const count = readVarint(reader, 'count');
  if (count > tokenCapacity(precision))
    throw reader.invalid('count', `at most ${tokenCapacity(precision)}`, count, 'decode-too-large');
  if (count > reader.remaining) throw reader.truncated('tokens', count);
  const tokens = new Tokens();
  let token = -1;
  for (let i = 0; i < count; i++) {
    token += readVarint(reader, 'token', 0xffff_ffff) + 1;
    if (token > 0xffff_ffff || (token & 63) > MOST_ZEROS)
      throw reader.invalid('token', `26 bits, then 0..${MOST_ZEROS} in six`, token);
    tokens.add(token);
  }
  return tokens;
}

function readHashes(reader: ByteReader, precision: number): Hashes {
  const capacity = exactCapacity(precision);
  const count = readU8(reader, 'count');
  if (capacity === 0 || count > capacity)
    throw reader.invalid('count', `at most ${capacity}`, count, 'decode-too-large');
  const hashes = new Hashes(capacity);
  const lanes = new Uint32Array(2);
  let low = 0;
  let high = -1;
  for (let i = 0; i < count; i++) {
    readU64Lanes(reader, 'hash', lanes);
    if (lanes[1]! < high || (lanes[1] === high && lanes[0]! <= low))
      throw reader.invalid('hash', 'more than the one before', 'less', 'decode-not-canonical');
    low = lanes[0]!;
    high = lanes[1]!;
    hashes.push(low, high);
  }
  return hashes;
}
