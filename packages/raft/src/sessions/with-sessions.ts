/**
 * Exactly once. A client that got no answer asks again, and without more the command is applied twice. Wrapped in this, a
 * state machine applies each command of a session once however often it is asked for, and the same answer comes each time:
 *
 *     client ── open ──────────────────► opened, session 17
 *            ── 17, command 1, "x += 1" ─► applied: 1
 *            ── 17, command 1, "x += 1" ─► applied: 1        nothing was applied again
 *
 * What was answered is part of the state: it is in every snapshot, in front of the state machine's own bytes.
 */
import { DecodeError, outOfRange, wrongType } from '@dsys/codec';
import type { Entry, StateMachine } from '@dsys/core';
import { judgeAll, resultsOf } from './batch.js';
import { MAX_TABLE_BYTES, type SessionSettings, SessionTable } from './table.js';

/** The same on all nodes, for as long as the log lives: a snapshot that was taken with others is refused. */
export interface SessionOptions {
  /** A session that no entry names for so long, by the time that entries carry, ms, is gone. Default an hour. */
  readonly expireAfterMs?: number;
  /** Beyond, a new session takes the place of the one that was longest not heard of: 1..1,000,000. Default 10,000. */
  readonly maxSessions?: number;
  /** Answers of one session that its client has not acknowledged; beyond, it must do that first: 1..65,536. Default 1024. */
  readonly maxUnanswered?: number;
}

/**
 * The state machine with sessions. Commands come from `encodeCommand`, their results are read by `decodeResult`; commands
 * that are not of a session pass through. Costs a lookup a command, and memory for each answer that is not acknowledged.
 *
 * Throws `RangeError` or `TypeError` for bad options, and for a state machine that is durable by itself: what it has applied
 * would come back without the answers. Such a one must keep them itself.
 */
export function withSessions(stateMachine: StateMachine, options: SessionOptions = {}): StateMachine {
  if (stateMachine.appliedIndex !== undefined)
    throw wrongType(
      'stateMachine',
      'one without appliedIndex: a durable one has to keep the sessions itself',
      stateMachine,
    );
  let table = new SessionTable(sessionSettings(options));
  const wrapped: StateMachine & { readonly [HAS_SESSIONS]: true } = {
    [HAS_SESSIONS]: true,
    apply(entries: readonly Entry[]): readonly Uint8Array[] | Promise<readonly Uint8Array[]> {
      const batch = judgeAll(table, entries);
      const applied = batch.toApply.length === 0 ? [] : stateMachine.apply(batch.toApply);
      return 'then' in applied ? applied.then((results) => resultsOf(batch, results)) : resultsOf(batch, applied);
    },
    snapshot: () => joined(frameTable(table.encode()), stateMachine.snapshot()),
    async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
      const { head, rest } = await splitTable(chunks);
      const restored = SessionTable.decode(head, table.settings);
      await stateMachine.restore(rest);
      table = restored;
    },
  };
  return wrapped;
}

/** By name: two installed copies of this package know each other's. */
const HAS_SESSIONS: unique symbol = /* @__PURE__ */ Symbol.for('@dsys/raft has sessions');

/** Was it wrapped by `withSessions`? */
export const hasSessions = (stateMachine: StateMachine): boolean => HAS_SESSIONS in stateMachine;

/** Fills in the defaults. */
export function sessionSettings(options: SessionOptions): SessionSettings {
  const of = (name: keyof SessionSettings, byDefault: number, max: number): number => {
    const value = options[name] ?? byDefault;
    if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
    throw outOfRange(name, `1..${max}`, value);
  };
  return {
    expireAfterMs: of('expireAfterMs', 3_600_000, Number.MAX_SAFE_INTEGER),
    maxSessions: of('maxSessions', 10_000, 1_000_000),
    maxUnanswered: of('maxUnanswered', 1024, 65_536),
  };
}

/** `e4 73 73 74`, version 1, then the length of the table, u32 little-endian. */
const HEAD = [0xe4, 0x73, 0x73, 0x74, 1] as const;
const HEAD_BYTES = 9;

/** The table as it stands in front of a snapshot. */
export function frameTable(table: Uint8Array): Uint8Array {
  const framed = new Uint8Array(HEAD_BYTES + table.length);
  framed.set(HEAD);
  new DataView(framed.buffer).setUint32(5, table.length, true);
  framed.set(table, HEAD_BYTES);
  return framed;
}

/** The length of the table behind this head. Throws `DecodeError`. */
export function tableBytes(head: Uint8Array): number {
  for (let i = 0; i < HEAD.length; i++)
    if (head[i] !== HEAD[i])
      throw refusal(i === 4 ? 'decode-unknown-version' : 'decode-invalid-value', i, 'head', `${HEAD[i]}`, `${head[i]}`);
  const length = new DataView(head.buffer, head.byteOffset).getUint32(5, true);
  if (length > MAX_TABLE_BYTES)
    throw refusal('decode-too-large', 5, 'table', `at most ${MAX_TABLE_BYTES} bytes`, `${length}`);
  return length;
}

export { HEAD_BYTES };

const PIECE_BYTES = 64 * 1024;

async function* joined(table: Uint8Array, machine: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const chunks = machine[Symbol.asyncIterator]();
  try {
    // At once: a state machine may capture its state in the first `next`, and entries are applied while the table is read.
    const first = chunks.next();
    first.catch(() => undefined);
    for (let at = 0; at < table.length; at += PIECE_BYTES) yield table.subarray(at, at + PIECE_BYTES);
    for (let next = await first; next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}

/** Reads the table off the front; `rest` is what follows, to be read once. */
async function splitTable(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly rest: AsyncIterable<Uint8Array> }> {
  const chunks = stream[Symbol.asyncIterator]();
  // Grown by what is really there, not by what the head says.
  let pieces: Uint8Array[] = [];
  let length = 0;
  const fill = async (byteCount: number): Promise<Uint8Array> => {
    while (length < byteCount) {
      const next = await chunks.next();
      if (next.done === true) throw refusal('decode-truncated', length, 'table', `${byteCount} bytes`, `${length}`);
      pieces.push(next.value);
      length += next.value.length;
    }
    const all = pieces.length === 1 ? pieces[0]! : concat(pieces, length);
    pieces = [all];
    return all;
  };
  const end = HEAD_BYTES + tableBytes(await fill(HEAD_BYTES));
  const all = await fill(end);
  return { head: all.subarray(HEAD_BYTES, end), rest: following(all.subarray(end), chunks) };
}

async function* following(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.();
  }
}

function concat(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const refusal = (
  code: ConstructorParameters<typeof DecodeError>[0],
  offset: number,
  field: string,
  expected: string,
  found: string,
): DecodeError => new DecodeError(code, { offset, field, expected, found });
