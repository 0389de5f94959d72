/** The stored form of both, kind `topk`, version 1. Its table is in the README, and it is a promise. */
import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readCount,
  readU32,
  readU64Number,
  sealEnvelope,
  writeU32,
  writeU64Number,
  writeVarint,
} from '@dsys/codec';
import { xxh64Lanes } from '@dsys/hash';
import { MAX_BYTES, readParameters, readTable, writeParameters, writeTable } from '../cms-bytes.js';
import { leastOf, type Table } from '../table.js';
import { Candidates, MAX_CAPACITY } from './candidates.js';
import type { CountMinTopK } from './count-min-top-k.js';
import type { SpaceSaving } from './space-saving.js';
import { MAX_KEY_BYTES, readKey, writeKey } from './stored-key.js';

const KIND = 'topk';
const VERSION = 1;
const SPACE_SAVING = 0;
const COUNT_MIN = 1;
/** Kind of key, an empty string, two counts. */
const MIN_ENTRY_BYTES = 18;

export function encodeTopK(summary: SpaceSaving | CountMinTopK): Uint8Array<ArrayBuffer> {
  const { candidates, total } = summary;
  const writer = new ByteWriter({ maxBytes: MAX_BYTES + candidates.size * (MAX_KEY_BYTES + 32) });
  if (summary.algorithm === 'space-saving') {
    writeParameters(writer, SPACE_SAVING, 53);
    writeU32(writer, candidates.capacity);
    writeU64Number(writer, total);
  } else {
    writeParameters(writer, COUNT_MIN, summary.table.counterBits);
    writeU32(writer, candidates.capacity);
    writeTable(writer, summary.table);
  }
  writeVarint(writer, candidates.size);
  for (const { key, count, extra } of candidates.sorted()) {
    writeKey(writer, key);
    writeU64Number(writer, count);
    writeU64Number(writer, extra);
  }
  return sealEnvelope({ kind: KIND, version: VERSION }, writer.view());
}

/** What was stored: candidates, and the sketch of a `CountMinTopK`. */
export interface StoredTopK {
  readonly candidates: Candidates;
  readonly total: number;
  readonly table: Table | null;
}

/** Throws `DecodeError`. */
export function decodeTopK(bytes: Uint8Array): StoredTopK {
  const { payload } = openEnvelope(bytes, { kind: KIND, versions: [VERSION], maxBytes: 2 ** 32 - 1 });
  const reader = new ByteReader(payload);
  const { own, counterBits } = readParameters(reader, 'algorithm', 1);
  const capacity = readU32(reader, 'capacity');
  if (capacity < 1 || capacity > MAX_CAPACITY) throw reader.invalid('capacity', `1..${MAX_CAPACITY}`, capacity);
  if (own === COUNT_MIN) {
    const table = readTable(reader, counterBits, true);
    if (table.rounding !== 0) throw reader.invalid('rounding', '0', table.rounding);
    const candidates = readCandidates(reader, capacity, table.total);
    checkAgainst(reader, candidates, (low, high) => leastOf(table, low, high));
    return { candidates, total: table.total, table };
  }
  if (counterBits !== 53) throw reader.invalid('counterBytes', '8', 4);
  const total = readU64Number(reader, 'total');
  const candidates = readCandidates(reader, capacity, total);
  let sum = 0;
  for (let slot = 0; slot < candidates.size; slot++) sum += candidates.counts[slot]!;
  if (sum > total) throw reader.invalid('entries', `counts of at most ${total} in all`, sum);
  return { candidates, total, table: null };
}

/** Highest first, each once: then there is one spelling. */
function readCandidates(reader: ByteReader, capacity: number, total: number): Candidates {
  const count = readCount(reader, 'entries', { maxCount: capacity, minItemBytes: MIN_ENTRY_BYTES });
  const candidates = new Candidates(capacity);
  const lanes = new Uint32Array(2);
  let before: readonly [count: number, high: number, low: number] = [Infinity, 0, 0];
  for (let i = 0; i < count; i++) {
    const key = readKey(reader);
    const estimate = readU64Number(reader, 'count', total);
    const extra = readU64Number(reader, 'extra', estimate);
    xxh64Lanes(key, lanes);
    const here = [estimate, lanes[1]!, lanes[0]!] as const;
    if (!isFalling(before, here))
      throw reader.invalid('count', 'falling counts, then hashes', estimate, 'decode-not-canonical');
    if (candidates.find(lanes[0]!, lanes[1]!) >= 0)
      throw reader.invalid('key', 'distinct keys', 'one for the second time');
    candidates.insert(lanes[0]!, lanes[1]!, key, estimate, extra);
    before = here;
  }
  reader.end();
  return candidates;
}

function isFalling(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((part, j) => part !== b[j]);
  return i >= 0 && a[i]! > b[i]!;
}

function checkAgainst(reader: ByteReader, candidates: Candidates, most: (low: number, high: number) => number): void {
  const lanes = new Uint32Array(2);
  for (let slot = 0; slot < candidates.size; slot++) {
    xxh64Lanes(candidates.keys[slot]!, lanes);
    const least = most(lanes[0]! | 0, lanes[1]! | 0);
    if (candidates.counts[slot]! > least)
      throw reader.invalid('count', `at most ${least}, as the sketch has it`, candidates.counts[slot]);
  }
}
