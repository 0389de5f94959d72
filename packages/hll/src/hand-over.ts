/**
 * A sketch goes to another thread without a copy: its bytes are transferred, and with them the right to change them.
 *
 *     const { message, transfer } = handOver(sketch);      the sketch is empty now
 *     worker.postMessage(message, transfer);
 *     const sketch = takeOver(message);                    in the worker
 *
 * Messages are for threads that run the same version of this package; what is stored or sent goes through `toBytes`.
 */
import { outOfRange, wrongType } from './errors.js';
import { HyperLogLog } from './hyperloglog.js';
import type { HashSource, Parts } from './parts.js';
import { Registers, registerBytes } from './registers.js';
import { exactCapacity, Hashes, Tokens, tokenCapacity } from './small.js';
import { UltraLogLog } from './ultraloglog.js';

/** A HyperLogLog as plain data. */
export interface HyperLogLogMessage {
  readonly kind: 'hll';
  readonly precision: number;
  readonly hash: HashSource;
  readonly representation: 'exact' | 'sparse' | 'dense';
  readonly count: number;
  readonly martingale: number;
  /** Hashes or tokens; or registers. */
  readonly state: Uint32Array | Uint8Array;
}

/** An UltraLogLog as plain data. */
export interface UltraLogLogMessage {
  readonly kind: 'ull';
  readonly precision: number;
  readonly hash: HashSource;
  readonly martingale: number;
  /** Registers. */
  readonly state: Uint8Array;
}

/** What `postMessage` wants: the message, and the buffers that move with it. */
export interface HandedOver<M = HyperLogLogMessage> {
  readonly message: M;
  readonly transfer: ArrayBufferLike[];
}

/** Takes the state out of a sketch, which is empty afterwards. Copies only what was read as a view of your bytes. */
export function handOver(sketch: HyperLogLog): HandedOver;
export function handOver(sketch: UltraLogLog): HandedOver<UltraLogLogMessage>;
export function handOver(sketch: HyperLogLog | UltraLogLog): HandedOver<HyperLogLogMessage | UltraLogLogMessage> {
  const message = isUltra(sketch) ? ultraMessage(sketch) : messageOf(sketch);
  sketch.clear();
  return { message, transfer: [message.state.buffer] };
}

/** Not `instanceof`: two installed copies share no classes. */
const isUltra = (sketch: HyperLogLog | UltraLogLog): sketch is UltraLogLog => sketch.dialect.name === 'ultraloglog';

function messageOf({ precision, hash, representation, parts }: HyperLogLog): HyperLogLogMessage {
  const { hashes, tokens, registers } = parts;
  registers?.own();
  return {
    kind: 'hll',
    precision,
    hash,
    representation,
    count: hashes?.count ?? tokens?.count ?? 0,
    martingale: registers?.martingale ?? Number.NaN,
    state: hashes?.lanes ?? tokens?.table ?? registers!.bytes,
  };
}

function ultraMessage({ precision, hash, parts }: UltraLogLog): UltraLogLogMessage {
  parts.own();
  return { kind: 'ull', precision, hash, martingale: parts.martingale, state: parts.bytes };
}

/** The sketch again. Throws `TypeError` or `RangeError` for what `handOver` does not make. */
export function takeOver(message: HyperLogLogMessage): HyperLogLog;
export function takeOver(message: UltraLogLogMessage): UltraLogLog;
export function takeOver(message: HyperLogLogMessage | UltraLogLogMessage): HyperLogLog | UltraLogLog {
  if (message?.kind === 'hll') return takePlain(message);
  if (message?.kind !== 'ull') throw wrongType('message', 'one of handOver', message);
  const { precision, hash, martingale, state } = message;
  const sketch = UltraLogLog.create({ precision, hash });
  expectState(state, 1, 2 ** precision);
  sketch.parts.bytes = state;
  sketch.parts.martingale = martingale;
  return sketch;
}

function takePlain(message: HyperLogLogMessage): HyperLogLog {
  const { precision, hash, representation, count, martingale, state } = message;
  // Checks precision and hash.
  const sketch = HyperLogLog.create({ precision, hash });
  const parts: Parts = { precision, hash, hashes: null, tokens: null, registers: null };
  if (representation === 'dense') {
    expectState(state, 1, registerBytes(precision) + 1);
    parts.registers = new Registers(precision);
    parts.registers.bytes = state as Uint8Array;
    parts.registers.martingale = martingale;
  } else if (representation === 'sparse') {
    expectState(state, 4, state.length);
    if (
      !(count <= tokenCapacity(precision) && 4 * count <= 3 * state.length) ||
      (state.length & (state.length - 1)) !== 0
    )
      throw outOfRange('count', `0..${tokenCapacity(precision)}, and at most three quarters of the table`, count);
    parts.tokens = new Tokens();
    parts.tokens.table = state as Uint32Array;
    parts.tokens.count = count;
  } else {
    expectState(state, 4, 2 * exactCapacity(precision));
    if (!(count <= exactCapacity(precision))) throw outOfRange('count', `0..${exactCapacity(precision)}`, count);
    parts.hashes = new Hashes(0);
    (parts.hashes as { lanes: Uint32Array }).lanes = state as Uint32Array;
    parts.hashes.count = count;
  }
  Object.assign(sketch.parts, parts);
  return sketch;
}

function expectState(state: Uint8Array | Uint32Array, elementBytes: number, length: number): void {
  if (state?.BYTES_PER_ELEMENT !== elementBytes || state.length !== length)
    throw wrongType('message.state', `${length} elements of ${elementBytes} bytes`, state);
}
