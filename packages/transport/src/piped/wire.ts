/**
 * What goes through a pipe, which carries whole messages in order: a port, a WebSocket.
 *
 *     hello    1 │ "dsys" │ version u8 │ cluster │ from │ to │ session │ maxFrameBytes │ windowBytes │ silentMs │ token
 *     goodbye  2 │ reason u8 │ detail
 *     batch    3 │ batches received so far │ ( length · 2 + lane │ the frame's bytes )*
 *
 * A batch without frames is an acknowledgement, or a sign of life; it is not counted.
 */
import {
  ByteReader,
  ByteWriter,
  readFixedBytes,
  readNullable,
  readString,
  readU8,
  readVarint,
  writeFixedBytes,
  writeNullable,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import { LARGEST_FRAME_BYTES } from '../limits.js';
import { MAX_ID_BYTES } from '../node-id.js';
import type { Lane, NodeId } from '../transport.js';
import { PIPE_REASONS, type PipeReason } from './reason.js';

const MAGIC = /* @__PURE__ */ Uint8Array.of(0x64, 0x73, 0x79, 0x73); // "dsys"
const VERSION = 1;
const HELLO = 1;
const GOODBYE = 2;
const BATCH = 3;
const MAX_DETAIL_BYTES = 1024;
const PRINTABLE = /^[\x20-\x7e]*$/;
/** Longest token, in bytes. */
export const MAX_TOKEN_BYTES: number = 4096;

/** How one side introduces itself. */
export interface PipeHello {
  readonly clusterId: string;
  readonly from: NodeId;
  /** Whom it takes the other side for; empty when it can't know. */
  readonly to: NodeId;
  /** A random number for each transport that was opened: tells two of one id apart. */
  readonly session: number;
  /** The largest frame that it takes. */
  readonly maxFrameBytes: number;
  /** As many bytes of frames may be under way to it at a time, or one batch. */
  readonly windowBytes: number;
  /** It gives the connection up when it has heard nothing for so long. 0: never. */
  readonly silentMs: number;
  readonly token: string | null;
}

/** The head of a message, with a reader that stands behind it. */
export type PipeMessage =
  | { readonly kind: 'hello'; readonly hello: PipeHello }
  | { readonly kind: 'goodbye'; readonly reason: PipeReason; readonly detail: string }
  | { readonly kind: 'batch'; readonly received: number; readonly reader: ByteReader }
  /** The first bytes are none of ours, or of another version. */
  | { readonly kind: 'stranger'; readonly reason: 'not-dsys' | 'other-carrier-version'; readonly detail: string };

export function encodeHello(hello: PipeHello): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeU8(writer, HELLO);
  writeFixedBytes(writer, MAGIC, MAGIC.length);
  writeU8(writer, VERSION);
  writeString(writer, hello.clusterId, MAX_ID_BYTES);
  writeString(writer, hello.from, MAX_ID_BYTES);
  writeString(writer, hello.to, MAX_ID_BYTES);
  writeVarint(writer, hello.session);
  writeVarint(writer, hello.maxFrameBytes);
  writeVarint(writer, hello.windowBytes);
  writeVarint(writer, hello.silentMs);
  writeNullable(writer, hello.token, (to, token) => writeString(to, token, MAX_TOKEN_BYTES));
  return writer.view().slice();
}

export function encodeGoodbye(reason: PipeReason, detail: string): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeU8(writer, GOODBYE);
  writeU8(writer, PIPE_REASONS.indexOf(reason));
  // ASCII, since it may quote what a stranger said: as many bytes as characters, and nothing that can't be encoded.
  writeString(writer, detail.slice(0, MAX_DETAIL_BYTES).replace(/[^\x20-\x7e]/g, '?'), MAX_DETAIL_BYTES);
  return writer.view().slice();
}

/** Whether it is a goodbye, as far as its first byte says. */
export const isGoodbye = (message: Uint8Array): boolean => message[0] === GOODBYE;

/** Throws `DecodeError`. */
export function decodeMessage(bytes: Uint8Array): PipeMessage {
  const reader = new ByteReader(bytes);
  const kind = readU8(reader, 'kind');
  if (kind === BATCH) return { kind: 'batch', received: readVarint(reader, 'received'), reader };
  if (kind === GOODBYE) {
    const reason = PIPE_REASONS[readU8(reader, 'reason')] ?? 'broken';
    const detail = readString(reader, 'detail', MAX_DETAIL_BYTES);
    // It goes into logs, and may be a stranger's.
    if (!PRINTABLE.test(detail)) throw reader.invalid('detail', 'printable ASCII', detail);
    reader.end();
    return { kind: 'goodbye', reason, detail };
  }
  if (kind !== HELLO || !startsWithMagic(bytes))
    return { kind: 'stranger', reason: 'not-dsys', detail: 'it does not begin with a hello' };
  reader.offset += MAGIC.length;
  const version = readU8(reader, 'version');
  if (version !== VERSION)
    return { kind: 'stranger', reason: 'other-carrier-version', detail: `version ${version}, here ${VERSION}` };
  const hello = readHello(reader);
  reader.end();
  return { kind: 'hello', hello };
}

const startsWithMagic = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[1 + i] === byte);

function readHello(reader: ByteReader): PipeHello {
  const clusterId = readString(reader, 'clusterId', MAX_ID_BYTES);
  const from = readString(reader, 'from', MAX_ID_BYTES);
  if (from === '') throw reader.invalid('from', 'an id', from);
  return {
    clusterId,
    from,
    to: readString(reader, 'to', MAX_ID_BYTES),
    session: readVarint(reader, 'session'),
    maxFrameBytes: readVarint(reader, 'maxFrameBytes', LARGEST_FRAME_BYTES),
    windowBytes: readVarint(reader, 'windowBytes'),
    silentMs: readVarint(reader, 'silentMs', 2 ** 31 - 1),
    token: readNullable(reader, 'token', (from, field) => readString(from, field, MAX_TOKEN_BYTES)),
  };
}

/** A frame that goes into a batch. */
export interface LanedFrame {
  readonly frame: Uint8Array;
  readonly lane: Lane;
}

/** In an `ArrayBuffer` of its own, since some pipes transfer it. */
export function encodeBatch(received: number, frames: readonly LanedFrame[]): Uint8Array<ArrayBuffer> {
  let size = 1 + varintBytes(received);
  for (const { frame } of frames) size += varintBytes(frame.length * 2) + frame.length;
  const bytes = new Uint8Array(size);
  bytes[0] = BATCH;
  let at = putVarint(bytes, 1, received);
  for (const { frame, lane } of frames) {
    at = putVarint(bytes, at, frame.length * 2 + (lane === 'bulk' ? 1 : 0));
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

/** The next frame of a batch, as a view; `null` at the end. Throws `DecodeError`; too large a length is `decode-too-large`. */
export function readFrame(reader: ByteReader, maxFrameBytes: number): LanedFrame | null {
  if (reader.remaining === 0) return null;
  const head = readVarint(reader, 'length', maxFrameBytes * 2 + 1);
  const lane = head % 2 === 1 ? 'bulk' : 'control';
  return { lane, frame: readFixedBytes(reader, 'frame', (head - (head % 2)) / 2) };
}

/** What `writeVarint` would write, into bytes that are there: a batch is one allocation. */
function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7f) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) count++;
  return count;
}
