/** The header of a dump and the bits behind it: see `redis-bloom-filter.ts` for how they lie. */
import {
  ByteReader,
  ByteWriter,
  readF64,
  readU8,
  readU32,
  readU64Number,
  writeF64,
  writeU8,
  writeU32,
  writeU64Number,
} from '@dsys/codec';
import { MAX_BITS } from '../sizing.js';
import type { RedisBloomChunk } from './redis-bloom-filter.js';

/** One of the filters that make a scalable one. */
export interface Layer {
  readonly bytes: Uint8Array;
  readonly bits: number;
  readonly error: number;
  readonly bitsPerEntry: number;
  readonly hashes: number;
  /** How many items it is for. */
  readonly entries: number;
  /** Above 0: `bits` is this power of two. */
  readonly log2: number;
  /** How many items it has. */
  size: number;
}

/** All that a dump says. */
export interface Dump {
  readonly layers: Layer[];
  readonly options: number;
  readonly growth: number;
}

/** Options of RedisBloom's: bits not rounded up to a power of two; entries are given as bits; 64-bit hashes; one layer only. */
export const NO_ROUND = 1;
const ENTRIES_ARE_BITS = 2;
export const FORCE_64 = 4;
export const NO_SCALING = 8;
const ALL_OPTIONS: number = NO_ROUND | ENTRIES_ARE_BITS | FORCE_64 | NO_SCALING;

const HEADER_BYTES = 20;
const LAYER_BYTES = 53;
const MAX_LAYERS = 64;
const MAX_HASHES = 1024;

export function writeHeader({ layers, options, growth }: Dump): Uint8Array {
  const writer = new ByteWriter({ chunkBytes: HEADER_BYTES + LAYER_BYTES * layers.length });
  writeU64Number(
    writer,
    layers.reduce((sum, { size }) => sum + size, 0),
  );
  writeU32(writer, layers.length);
  writeU32(writer, options);
  writeU32(writer, growth);
  for (const { bytes, bits, size, error, bitsPerEntry, hashes, entries, log2 } of layers) {
    writeU64Number(writer, bytes.length);
    writeU64Number(writer, bits);
    writeU64Number(writer, size);
    writeF64(writer, error);
    writeF64(writer, bitsPerEntry);
    writeU32(writer, hashes);
    writeU64Number(writer, entries);
    writeU8(writer, log2);
  }
  return writer.finish();
}

/** Reads a whole dump. Memory is given for the bits when all of them are there, and no more are. */
export function readDump(chunks: Iterable<RedisBloomChunk>): Dump {
  let header: Uint8Array | undefined;
  const pieces: Uint8Array[] = [];
  let iterator = 1;
  for (const chunk of chunks) {
    if (chunk.iterator === 0 && chunk.data.length === 0) continue;
    if (header !== undefined) {
      pieces.push(chunk.data);
      iterator += chunk.data.length;
    }
    if (chunk.iterator !== iterator)
      throw new ByteReader(chunk.data).invalid('iterator', `${iterator}, in the order of the dump`, chunk.iterator);
    header ??= chunk.data;
  }
  const reader = new ByteReader(header ?? new Uint8Array());
  const dump = readHeader(reader, iterator - 1);
  let piece = 0;
  let from = 0;
  for (const { bytes } of dump.layers)
    for (let at = 0; at < bytes.length; ) {
      const taken = pieces[piece]!.subarray(from, from + bytes.length - at);
      bytes.set(taken, at);
      at += taken.length;
      from += taken.length;
      if (from === pieces[piece]!.length) {
        piece++;
        from = 0;
      }
    }
  return dump;
}

function readHeader(reader: ByteReader, bitBytes: number): Dump {
  const size = readU64Number(reader, 'size');
  const layerCount = readU32(reader, 'layers');
  if (layerCount < 1 || layerCount > MAX_LAYERS) throw reader.invalid('layers', `1..${MAX_LAYERS}`, layerCount);
  const options = readU32(reader, 'options');
  if ((options & ~ALL_OPTIONS) !== 0 || (options & FORCE_64) === 0)
    throw reader.invalid('options', `64-bit hashes (${FORCE_64}), and none beyond ${ALL_OPTIONS}`, options);
  const growth = readU32(reader, 'growth');
  if (growth < 1 || growth > 32_768) throw reader.invalid('growth', '1..32768', growth);
  const shapes: Omit<Layer, 'bytes'>[] = [];
  const lengths: number[] = [];
  for (let i = 0; i < layerCount; i++) {
    const bytes = readU64Number(reader, 'bytes', MAX_BITS / 8);
    lengths.push(bytes);
    shapes.push(readLayer(reader, bytes));
  }
  reader.end();
  const expected = lengths.reduce((sum, bytes) => sum + bytes, 0);
  if (bitBytes < expected) throw reader.truncated('bits', expected - bitBytes);
  if (bitBytes > expected) throw reader.invalid('bits', `${expected} bytes in all`, bitBytes, 'decode-trailing-bytes');
  const sizes = shapes.reduce((sum, layer) => sum + layer.size, 0);
  if (sizes !== size) throw reader.invalid('size', `${sizes}, the sum of the layers`, size);
  return { layers: shapes.map((layer, i) => ({ ...layer, bytes: new Uint8Array(lengths[i]!) })), options, growth };
}

function readLayer(reader: ByteReader, bytes: number): Omit<Layer, 'bytes'> {
  const bits = readU64Number(reader, 'bits');
  if (!(bits >= 1 && bits <= 8 * bytes)) throw reader.invalid('bits', `1..${8 * bytes}`, bits);
  const size = readU64Number(reader, 'size');
  const error = readF64(reader, 'error');
  if (!(error > 0 && error < 1)) throw reader.invalid('error', 'above 0 and below 1', error);
  const bitsPerEntry = readF64(reader, 'bitsPerEntry');
  if (!(bitsPerEntry > 0)) throw reader.invalid('bitsPerEntry', 'above 0', bitsPerEntry);
  const hashes = readU32(reader, 'hashes');
  if (hashes < 1 || hashes > MAX_HASHES) throw reader.invalid('hashes', `1..${MAX_HASHES}`, hashes);
  const entries = readU64Number(reader, 'entries');
  if (entries < 1) throw reader.invalid('entries', '1 or more', entries);
  const log2 = readU8(reader, 'log2');
  if (log2 !== 0 && 2 ** log2 !== bits) throw reader.invalid('log2', `that of ${bits}, or 0`, log2);
  return { bits, size, error, bitsPerEntry, hashes, entries, log2 };
}
