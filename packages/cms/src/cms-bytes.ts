/**
 * The stored form of a sketch, kind `cms`, version 1, and the parts that windows, dyadic levels and top-k lists are
 * stored with as well. The tables are in the README, and they are a promise.
 */
import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readF64,
  readFixedBytes,
  readU8,
  readU32,
  readU64,
  readU64Number,
  sealEnvelope,
  writeF64,
  writeU8,
  writeU32,
  writeU64,
  writeU64Number,
} from '@dsys/codec';
import type { ReadOptions, UpdateRule } from './base.js';
import { outOfRange } from './errors.js';
import { type CounterBits, MAX_CELLS, MAX_DEPTH } from './shape.js';
import type { Cells, Table } from './table.js';

const KIND = 'cms';
const VERSION = 1;
/** Largest payload: 2^28 counters of 8 bytes, and a little. */
export const MAX_BYTES: number = 8 * MAX_CELLS + 4096;

const XXH64 = 1;
const KEYS_OF_DSYS_HASH = 1;
const UPDATES: readonly UpdateRule[] = ['plain', 'conservative'];

/** The common head of all our sketches: which hash, its seed, and what a key is. 10 bytes. */
export function writeHead(writer: ByteWriter): void {
  writeU8(writer, XXH64);
  writeU64(writer, 0n);
  writeU8(writer, KEYS_OF_DSYS_HASH);
}

export function readHead(reader: ByteReader): void {
  const hash = readU8(reader, 'hash');
  if (hash !== XXH64) throw reader.invalid('hash', '1 (XXH64)', hash);
  const seed = readU64(reader, 'seed');
  if (seed !== 0n) throw reader.invalid('seed', '0', seed);
  const domain = readU8(reader, 'keyDomain');
  if (domain !== KEYS_OF_DSYS_HASH) throw reader.invalid('keyDomain', '1 (keys as @dsys/hash reads them)', domain);
}

/** The head, two bytes of the structure's own, and zeros up to 16. */
export function writeParameters(writer: ByteWriter, own: number, counterBits: CounterBits): void {
  writeHead(writer);
  writeU8(writer, own);
  writeU8(writer, bytesOf(counterBits));
  writeU32(writer, 0);
}

export function readParameters(
  reader: ByteReader,
  field: string,
  most: number,
): { readonly own: number; readonly counterBits: CounterBits } {
  readHead(reader);
  const own = readU8(reader, field);
  if (own > most) throw reader.invalid(field, `0..${most}`, own);
  const counterBytes = readU8(reader, 'counterBytes');
  if (counterBytes !== 4 && counterBytes !== 8) throw reader.invalid('counterBytes', '4 or 8', counterBytes);
  const zero = readU32(reader, 'reserved');
  if (zero !== 0) throw reader.invalid('reserved', '0', zero);
  return { own, counterBits: counterBytes === 4 ? 32 : 53 };
}

const bytesOf = (counterBits: CounterBits): 4 | 8 => (counterBits === 32 ? 4 : 8);

/** Width and depth, within what a sketch may have. */
export function readShape(reader: ByteReader): { readonly width: number; readonly depth: number } {
  const width = readU32(reader, 'width');
  const depth = readU32(reader, 'depth');
  if (depth < 1 || depth > MAX_DEPTH) throw reader.invalid('depth', `1..${MAX_DEPTH}`, depth);
  if (width < 1 || width * depth > MAX_CELLS) throw reader.invalid('width', 'at least 1, and 2^28 counters', width);
  return { width, depth };
}

export function writeTable(writer: ByteWriter, { width, depth, counterBits, total, rounding, cells }: Table): void {
  writeU32(writer, width);
  writeU32(writer, depth);
  writeU64Number(writer, total);
  writeF64(writer, rounding);
  writeCells(writer, cells, counterBits);
}

/** `exactSums`: an add raises every row by as much, so that all rows' sums are the total. */
export function readTable(reader: ByteReader, counterBits: CounterBits, exactSums: boolean, view = false): Table {
  const { width, depth } = readShape(reader);
  const total = readU64Number(reader, 'total');
  const rounding = readF64(reader, 'rounding');
  if (!(rounding >= 0 && rounding <= Number.MAX_SAFE_INTEGER) || Object.is(rounding, -0))
    throw reader.invalid('rounding', '0..2^53-1', rounding);
  const cells = readCells(reader, width * depth, counterBits, view);
  checkSums(reader, cells, width, total, exactSums && rounding === 0);
  return { width, depth, counterBits, cells, total, rounding };
}

export function writeCells(writer: ByteWriter, cells: Cells, counterBits: CounterBits): void {
  const counterBytes = bytesOf(counterBits);
  const at = writer.claim(cells.length * counterBytes);
  const view = new DataView(writer.buffer.buffer, writer.buffer.byteOffset + at, cells.length * counterBytes);
  if (counterBits === 32) for (let i = 0; i < cells.length; i++) view.setUint32(4 * i, cells[i]!, true);
  else
    for (let i = 0; i < cells.length; i++) {
      view.setUint32(8 * i, cells[i]! % 2 ** 32, true);
      view.setUint32(8 * i + 4, Math.floor(cells[i]! / 2 ** 32), true);
    }
}

export function readCells(reader: ByteReader, length: number, counterBits: CounterBits, view = false): Cells {
  const counterBytes = bytesOf(counterBits);
  const bytes = readFixedBytes(reader, 'counters', length * counterBytes);
  if (view) return viewOf(bytes, length, counterBits);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (counterBits === 32) {
    const cells = new Uint32Array(length);
    for (let i = 0; i < length; i++) cells[i] = data.getUint32(4 * i, true);
    return cells;
  }
  const cells = new Float64Array(length);
  for (let i = 0; i < length; i++) cells[i] = data.getUint32(8 * i, true) + data.getUint32(8 * i + 4, true) * 2 ** 32;
  return cells;
}

/** Counters of 53 bits are stored as integers and counted as float64: there is nothing to lay a view over. */
function viewOf(bytes: Uint8Array, length: number, counterBits: CounterBits): Cells {
  if (counterBits !== 32) throw outOfRange('view', 'false for counters of 53 bits', true);
  if (bytes.byteOffset % 4 !== 0)
    throw outOfRange('view', 'false for bytes that do not begin at a multiple of 8 in their buffer', true);
  const cells = new Uint32Array(bytes.buffer, bytes.byteOffset, length);
  if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1)
    throw outOfRange('view', 'false on a big-endian machine', true);
  return cells;
}

/** What no sketch can have come to is refused: it would break the bounds, or let a counter run over later. */
export function checkSums(reader: ByteReader, cells: Cells, width: number, total: number, exact: boolean): void {
  for (let row = 0; row < cells.length; row += width) {
    let sum = 0;
    for (let i = row; i < row + width; i++) sum += cells[i]!;
    if (exact ? sum !== total : sum > total)
      throw reader.invalid('counters', `a sum of ${exact ? '' : 'at most '}${total} in row ${row / width}`, sum);
  }
}

export function encodeSketch(update: UpdateRule, table: Table): Uint8Array<ArrayBuffer> {
  const byteCount = 40 + table.cells.length * bytesOf(table.counterBits);
  const writer = new ByteWriter({ chunkBytes: byteCount, maxBytes: byteCount });
  writeParameters(writer, UPDATES.indexOf(update), table.counterBits);
  writeTable(writer, table);
  return sealEnvelope({ kind: KIND, version: VERSION }, writer.view());
}

/** Throws `DecodeError`, also for a sketch of the other update rule. */
export function decodeSketch(bytes: Uint8Array, update: UpdateRule, { view = false }: ReadOptions = {}): Table {
  const { payload } = openEnvelope(bytes, { kind: KIND, versions: [VERSION], maxBytes: MAX_BYTES });
  const reader = new ByteReader(payload);
  const { own, counterBits } = readParameters(reader, 'update', 1);
  if (UPDATES[own] !== update)
    throw reader.invalid(
      'update',
      `${update}, which this class reads`,
      `${UPDATES[own]}: read it by ${update === 'plain' ? 'ConservativeCountMin' : 'CountMinSketch'}`,
    );
  const table = readTable(reader, counterBits, update === 'plain', view);
  reader.end();
  return table;
}
