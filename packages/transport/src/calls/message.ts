/**
 * Requests and replies as frames. The requester's boot and number are in all of them: a reply that was meant for an earlier
 * life of a node, which counted from 1 too, is known for what it is.
 *
 *     │ kind u8 │ boot │ number │ request, reply: the body    failure: code u8, message    cancel: nothing
 */
import {
  ByteReader,
  ByteWriter,
  readFixedBytes,
  readString,
  readU8,
  readVarint,
  writeFixedBytes,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import { type CallErrorCode, MAX_REASON_BYTES, TOLD } from './failure.js';

/** Most bytes that go before a body. */
export const CALL_HEAD_BYTES: number = 1 + 8 + 8;

/** Which request: the requester's boot, and its number in it. */
export interface CallId {
  readonly boot: number;
  readonly number: number;
}

/** What goes over the wire. */
export type CallMessage =
  | { readonly kind: 'request' | 'reply'; readonly id: CallId; readonly body: Uint8Array }
  | { readonly kind: 'failure'; readonly id: CallId; readonly code: CallErrorCode; readonly reason: string }
  | { readonly kind: 'cancel'; readonly id: CallId };

const KINDS = ['request', 'reply', 'failure', 'cancel'] as const;

export function encodeCall(writer: ByteWriter, message: CallMessage): Uint8Array {
  writer.reset();
  writeU8(writer, KINDS.indexOf(message.kind));
  writeVarint(writer, message.id.boot);
  writeVarint(writer, message.id.number);
  if (message.kind === 'failure') {
    writeU8(writer, TOLD.indexOf(message.code));
    writeString(writer, message.reason, MAX_REASON_BYTES);
  } else if (message.kind !== 'cancel') writeFixedBytes(writer, message.body, message.body.length);
  return writer.finish();
}

/** Throws `DecodeError`. The body is a view into the frame. */
export function decodeCall(frame: Uint8Array): CallMessage {
  const reader = new ByteReader(frame);
  const kind = KINDS[readU8(reader, 'kind')];
  if (kind === undefined) throw reader.invalid('kind', `0..${KINDS.length - 1}`, frame[0]);
  const id = { boot: readVarint(reader, 'boot'), number: readVarint(reader, 'number') };
  if (kind === 'request' || kind === 'reply')
    return { kind, id, body: readFixedBytes(reader, 'body', reader.remaining) };
  if (kind === 'cancel') {
    reader.end();
    return { kind, id };
  }
  const code = TOLD[readU8(reader, 'code')];
  if (code === undefined) throw reader.invalid('code', `0..${TOLD.length - 1}`, 'another');
  const reason = readString(reader, 'message', MAX_REASON_BYTES);
  reader.end();
  return { kind, id, code, reason };
}

/** A writer for frames up to this size. */
export const frameWriter = (maxFrameBytes: number): ByteWriter => new ByteWriter({ maxBytes: maxFrameBytes });
