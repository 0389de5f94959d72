/**
 * What both sides say before any frame. The one that dialled says `hello`; the other answers `welcome`, with all the same
 * fields about itself, or `refusal`, with the reason.
 *
 *     0         8        9      10       12
 *     │ magic   │version │ kind │ length │ body of so many bytes, at most 2048
 *     │dsystcp\n│ 1      │ 1..3 │ u16    │
 *
 * The first bytes that are wrong end it: nothing is kept of what a stranger sends but one body at most.
 */
import {
  ByteReader,
  ByteWriter,
  isDecodeError,
  readString,
  readU8,
  readU64Number,
  readVarint,
  writeString,
  writeU8,
  writeU64Number,
  writeVarint,
} from '@dsys/codec';
import type { Lane, NodeId } from '../transport.js';
import { codeOf, type Reason, reasonOf } from './reason.js';

const MAGIC = /* @__PURE__ */ Uint8Array.of(0x64, 0x73, 0x79, 0x73, 0x74, 0x63, 0x70, 0x0a); // "dsystcp\n"
const CARRIER_VERSION = 1;
const HEAD_BYTES = 12;
const MAX_BODY_BYTES = 2048;
const MAX_NAME_BYTES = 255;
const MAX_DETAIL_BYTES = 1024;

/** Nobody is less patient than this, so that beats are not asked for without end. */
export const LEAST_SILENT_MS = 20;

/** Which versions of the protocol above it a node speaks, `min..max`, both included. */
export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}

/** One side of an introduction. */
export interface Hello {
  readonly protocol: ProtocolRange;
  readonly clusterId: string;
  readonly from: NodeId;
  /** Whom it takes the other side for. */
  readonly to: NodeId;
  readonly lane: Lane;
  readonly incarnation: number;
  readonly boot: number;
  /** A random number for each transport that was opened: tells two of the same boot apart. */
  readonly session: number;
  /** Counts the hellos and welcomes that one transport said, so that the other side knows which came last. */
  readonly serial: number;
  /** The largest frame that it takes. */
  readonly maxFrameBytes: number;
  /** It gives a connection up when it has heard nothing for so long. */
  readonly silentMs: number;
}

/** What was said. */
export type Greeting =
  | { readonly kind: 'hello' | 'welcome'; readonly hello: Hello }
  | { readonly kind: 'refusal'; readonly reason: Reason; readonly detail: string };

const KINDS = ['hello', 'welcome', 'refusal'] as const;

export function encodeGreeting(greeting: Greeting): Uint8Array {
  const writer = new ByteWriter({ maxBytes: MAX_BODY_BYTES, chunkBytes: 128 });
  if (greeting.kind === 'refusal') {
    writeU8(writer, codeOf(greeting.reason));
    writeString(writer, shortened(greeting.detail), MAX_DETAIL_BYTES);
  } else writeHello(writer, greeting.hello);
  const body = writer.view();
  const bytes = new Uint8Array(HEAD_BYTES + body.length);
  bytes.set(MAGIC);
  bytes[8] = CARRIER_VERSION;
  bytes[9] = KINDS.indexOf(greeting.kind) + 1;
  new DataView(bytes.buffer).setUint16(10, body.length, true);
  bytes.set(body, HEAD_BYTES);
  return bytes;
}

/** A detail may quote what a stranger said: it is cut to what fits, and half a surrogate pair must not break the writer. */
const shortened = (detail: string): string => detail.slice(0, MAX_DETAIL_BYTES / 4).replace(/[\ud800-\udfff]/g, '?');

export function writeHello(writer: ByteWriter, hello: Hello): void {
  writeVarint(writer, hello.protocol.min);
  writeVarint(writer, hello.protocol.max);
  writeString(writer, hello.clusterId, MAX_NAME_BYTES);
  writeString(writer, hello.from, MAX_NAME_BYTES);
  writeString(writer, hello.to, MAX_NAME_BYTES);
  writeU8(writer, hello.lane === 'control' ? 0 : 1);
  writeU64Number(writer, hello.incarnation);
  writeU64Number(writer, hello.boot);
  writeU64Number(writer, hello.session);
  writeVarint(writer, hello.serial);
  writeVarint(writer, hello.maxFrameBytes);
  writeVarint(writer, hello.silentMs);
}

/** The whole of the reader; throws `DecodeError`. */
export function readHello(reader: ByteReader): Hello {
  const min = readVarint(reader, 'protocol.min');
  const max = readVarint(reader, 'protocol.max');
  if (max < min) throw reader.invalid('protocol.max', `at least protocol.min, ${min}`, max);
  const clusterId = readString(reader, 'clusterId', MAX_NAME_BYTES);
  const from = readString(reader, 'from', MAX_NAME_BYTES);
  if (from === '') throw reader.invalid('from', 'an id', from);
  const to = readString(reader, 'to', MAX_NAME_BYTES);
  const lane = readU8(reader, 'lane');
  if (lane > 1) throw reader.invalid('lane', '0 or 1', lane);
  const hello: Hello = {
    protocol: { min, max },
    clusterId,
    from,
    to,
    lane: lane === 0 ? 'control' : 'bulk',
    incarnation: readU64Number(reader, 'incarnation'),
    boot: readU64Number(reader, 'boot'),
    session: readU64Number(reader, 'session'),
    serial: readVarint(reader, 'serial'),
    maxFrameBytes: readVarint(reader, 'maxFrameBytes'),
    silentMs: readVarint(reader, 'silentMs'),
  };
  if (hello.silentMs < LEAST_SILENT_MS) throw reader.invalid('silentMs', `${LEAST_SILENT_MS} or more`, hello.silentMs);
  reader.end();
  return hello;
}

/** What a chunk did to a greeting that is being read. */
export type GreetingStep =
  | 'more'
  | { readonly greeting: Greeting; readonly rest: Uint8Array | null }
  | { readonly fault: 'not-dsys' | 'other-carrier-version' | 'malformed-hello'; readonly detail: string };

/** Reads one greeting from chunks of any size. */
export class GreetingReader {
  private readonly bytes = new Uint8Array(HEAD_BYTES + MAX_BODY_BYTES);
  private have = 0;

  /** Not to be called again once it gave something else than `more`. */
  push(chunk: Uint8Array): GreetingStep {
    const before = this.have;
    const taken = Math.min(chunk.length, this.bytes.length - before);
    this.bytes.set(taken === chunk.length ? chunk : chunk.subarray(0, taken), before);
    this.have += taken;
    const fault = this.faultOfHead();
    if (fault !== null) return fault;
    if (this.have < HEAD_BYTES) return 'more';
    const end = HEAD_BYTES + this.bytes[10]! + this.bytes[11]! * 256;
    if (this.have < end) return 'more';
    try {
      const greeting = this.decode(this.bytes.subarray(HEAD_BYTES, end));
      const used = end - before;
      return { greeting, rest: used < chunk.length ? chunk.subarray(used) : null };
    } catch (error) {
      if (!isDecodeError(error)) throw error;
      return { fault: 'malformed-hello', detail: error.message };
    }
  }

  private faultOfHead(): GreetingStep | null {
    const { bytes, have } = this;
    for (let i = 0; i < Math.min(have, MAGIC.length); i++)
      if (bytes[i] !== MAGIC[i])
        return { fault: 'not-dsys', detail: `byte ${i} is ${hex(bytes[i]!)}, not ${hex(MAGIC[i]!)}` };
    if (have > 8 && bytes[8] !== CARRIER_VERSION)
      return { fault: 'other-carrier-version', detail: `version ${bytes[8]}, here ${CARRIER_VERSION}` };
    if (have > 9 && (bytes[9]! < 1 || bytes[9]! > KINDS.length))
      return { fault: 'malformed-hello', detail: `kind ${bytes[9]}` };
    if (have < HEAD_BYTES) return null;
    const length = bytes[10]! + bytes[11]! * 256;
    return length > MAX_BODY_BYTES ? { fault: 'malformed-hello', detail: `a body of ${length} bytes` } : null;
  }

  private decode(body: Uint8Array): Greeting {
    const kind = KINDS[this.bytes[9]! - 1]!;
    const reader = new ByteReader(body);
    if (kind !== 'refusal') return { kind, hello: readHello(reader) };
    const reason = reasonOf(readU8(reader, 'reason'));
    const detail = readString(reader, 'detail', MAX_DETAIL_BYTES);
    reader.end();
    return { kind, reason, detail };
  }
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;
