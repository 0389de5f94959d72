/**
 * A sketch goes to another thread without a copy: its counters are transferred, and with them the right to change them.
 *
 *     const { message, transfer } = handOver(sketch);      the sketch is empty now
 *     worker.postMessage(message, transfer);
 *     const sketch = takeOver(message);                    in the worker
 *
 * Messages are for threads that run the same version of this package; what is stored or sent goes through `toBytes`. Lists
 * of keys (`TopK`) have to be copied in any case, and go as bytes.
 */
import { ConservativeCountMin } from './conservative.js';
import { CountMinSketch } from './count-min-sketch.js';
import { DyadicCountMin } from './dyadic.js';
import { outOfRange, wrongType } from './errors.js';
import { checkCounterBits, checkShape } from './shape.js';
import { emptyCells, type Table } from './table.js';
import { WindowedCountMin } from './windowed.js';

/** What can be handed over. */
export type Transferable = CountMinSketch | ConservativeCountMin | WindowedCountMin | DyadicCountMin;

/** A sketch as plain data. What is in it is between `handOver` and `takeOver`. */
export interface CountMinMessage<S extends Transferable = Transferable> {
  readonly kind: S extends CountMinSketch
    ? 'plain'
    : S extends ConservativeCountMin
      ? 'conservative'
      : S extends WindowedCountMin
        ? 'windowed'
        : 'dyadic';
  readonly tables: readonly (Table | null)[];
  /** Of a window its newest pane, of a dyadic sketch its bits. */
  readonly own: number;
  readonly shape: Omit<Table, 'cells'>;
}

/** What `postMessage` wants: the message, and the buffers that move with it. */
export interface HandedOver<S extends Transferable = Transferable> {
  readonly message: CountMinMessage<S>;
  readonly transfer: ArrayBufferLike[];
}

/** Takes the state out of a sketch, which is empty afterwards. Copies only what was read as a view of your bytes. */
export function handOver<S extends Transferable>(sketch: S): HandedOver<S> {
  const message = messageOf(sketch) as CountMinMessage<S>;
  const transfer: ArrayBufferLike[] = [];
  for (const table of message.tables) {
    if (table === null) continue;
    if (table.cells.byteLength !== table.cells.buffer.byteLength) table.cells = table.cells.slice();
    transfer.push(table.cells.buffer);
  }
  return { message, transfer };
}

function messageOf(sketch: Transferable): CountMinMessage {
  if (sketch instanceof WindowedCountMin) {
    const { shape, newest, tables } = sketch.release();
    return { kind: 'windowed', tables, own: newest, shape };
  }
  if (sketch instanceof DyadicCountMin) {
    const { width, depth, counterBits, bits } = sketch;
    return {
      kind: 'dyadic',
      tables: sketch.release(),
      own: bits,
      shape: { width, depth, counterBits, total: 0, rounding: 0 },
    };
  }
  if (!(sketch instanceof CountMinSketch || sketch instanceof ConservativeCountMin))
    throw wrongType('sketch', 'a count-min sketch, a window or a dyadic sketch', sketch);
  const { cells, ...shape } = sketch.table;
  const message = { kind: sketch.update, tables: [{ ...shape, cells }], own: 0, shape } as const;
  sketch.table.cells = emptyCells(sketch.table);
  sketch.clear();
  return message;
}

/** The sketch again. Throws `TypeError` or `RangeError` for what `handOver` does not make. */
export function takeOver<S extends Transferable>(message: CountMinMessage<S>): S {
  return sketchOf(message) as S;
}

function sketchOf(message: CountMinMessage): Transferable {
  if (typeof message !== 'object' || message === null || !Array.isArray(message.tables))
    throw wrongType('message', 'one of handOver', message);
  const { kind, tables, own, shape } = message;
  for (const table of tables) if (table !== null) checkTable(table);
  if (kind === 'windowed') return WindowedCountMin.adopt(shape, own, [...tables]);
  const whole = tables.filter((table) => table !== null);
  if (whole.length === 0 || whole.length !== tables.length) throw wrongType('message.tables', 'tables', tables);
  if (kind === 'dyadic') return DyadicCountMin.adopt(own, shape, whole);
  if (kind === 'plain') return new CountMinSketch(whole[0]!);
  if (kind === 'conservative') return new ConservativeCountMin(whole[0]!);
  throw wrongType('message.kind', 'one of handOver', kind);
}

function checkTable(table: Table): void {
  checkShape(table);
  checkCounterBits(table.counterBits);
  const { cells, width, depth, counterBits, total, rounding } = table;
  if (cells?.BYTES_PER_ELEMENT !== (counterBits === 32 ? 4 : 8) || cells.length !== width * depth)
    throw wrongType('message.tables', `tables of ${width * depth} counters`, cells);
  if (!(Number.isSafeInteger(total) && total >= 0 && rounding >= 0))
    throw outOfRange('message.tables', 'tables with a total of 0..2^53-1', total);
}
