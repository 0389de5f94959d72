/**
 * Streams as frames. Which stream is said by the boot of the node that opened it, and its number there.
 *
 *     opener                              acceptor
 *     open   head                ──►
 *                                ◄──      credit   up to which offset may be sent
 *     chunk  offset, bytes       ──►               in an envelope, which has a checksum
 *     end    how many bytes      ──►
 *                                ◄──      done     the handler has read all, and is content
 *     abort  reason              ──►  or
 *                                ◄──      refuse   code, reason
 *
 *     │ kind u8 │ boot │ number │ …
 */
import {
  ByteReader,
  ByteWriter,
  openEnvelope,
  readFixedBytes,
  readString,
  readU8,
  readVarint,
  sealEnvelope,
  writeFixedBytes,
  writeString,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import { type CallErrorCode, MAX_REASON_BYTES, TOLD } from '../calls/failure.js';
import type { CallId } from '../calls/message.js';

/** Longest head of a stream, in bytes: what it is, not what is in it. */
export const MAX_STREAM_HEAD_BYTES: number = 4096;
/** What a chunk's frame has beside the chunk: kind, boot, number; the envelope; the offset. */
export const CHUNK_OVERHEAD_BYTES: number = 17 + 24 + 8;

/** What goes over the wire. */
export type StreamMessage =
  | { readonly kind: 'open'; readonly id: CallId; readonly head: Uint8Array }
  | { readonly kind: 'chunk'; readonly id: CallId; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end' | 'credit'; readonly id: CallId; readonly offset: number }
  | { readonly kind: 'done'; readonly id: CallId }
  | { readonly kind: 'abort' | 'refuse'; readonly id: CallId; readonly code: CallErrorCode; readonly reason: string };

const KINDS = ['open', 'chunk', 'end', 'credit', 'done', 'abort', 'refuse'] as const;
const ENVELOPE = { kind: 'stream', version: 1 } as const;

export function encodeStreamMessage(message: StreamMessage): Uint8Array {
  const writer = new ByteWriter();
  writeU8(writer, KINDS.indexOf(message.kind));
  writeVarint(writer, message.id.boot);
  writeVarint(writer, message.id.number);
  switch (message.kind) {
    case 'open':
      writeFixedBytes(writer, message.head, message.head.length);
      break;
    case 'chunk': {
      const sealed = sealChunk(message.offset, message.bytes);
      writeFixedBytes(writer, sealed, sealed.length);
      break;
    }
    case 'end':
    case 'credit':
      writeVarint(writer, message.offset);
      break;
    case 'abort':
    case 'refuse':
      writeU8(writer, TOLD.indexOf(message.code));
      writeString(writer, message.reason, MAX_REASON_BYTES);
  }
  return writer.finish();
}

/** Throws `DecodeError`, for a chunk that was altered too. Bytes are views into the frame. */
export function decodeStreamMessage(frame: Uint8Array): StreamMessage {
  const reader = new ByteReader(frame);
  const kind = KINDS[readU8(reader, 'kind')];
  if (kind === undefined) throw reader.invalid('kind', `0..${KINDS.length - 1}`, frame[0]);
  const id = { boot: readVarint(reader, 'boot'), number: readVarint(reader, 'number') };
  if (kind === 'chunk') return { kind, id, ...openChunk(readFixedBytes(reader, 'chunk', reader.remaining)) };
  const message = readRest(reader, kind, id);
  reader.end();
  return message;
}

function readRest(reader: ByteReader, kind: Exclude<StreamMessage['kind'], 'chunk'>, id: CallId): StreamMessage {
  switch (kind) {
    case 'open': {
      if (reader.remaining > MAX_STREAM_HEAD_BYTES)
        throw reader.invalid('head', `at most ${MAX_STREAM_HEAD_BYTES} bytes`, reader.remaining, 'decode-too-large');
      return { kind, id, head: readFixedBytes(reader, 'head', reader.remaining) };
    }
    case 'end':
    case 'credit':
      return { kind, id, offset: readVarint(reader, 'offset') };
    case 'done':
      return { kind, id };
    case 'abort':
    case 'refuse': {
      const code = TOLD[readU8(reader, 'code')];
      if (code === undefined) throw reader.invalid('code', `0..${TOLD.length - 1}`, 'another');
      return { kind, id, code, reason: readString(reader, 'reason', MAX_REASON_BYTES) };
    }
  }
}

/** The offset is under the checksum too: a chunk can't be taken for another. */
function sealChunk(offset: number, bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter({ maxBytes: bytes.length + 8, chunkBytes: bytes.length + 8 });
  writeVarint(writer, offset);
  writeFixedBytes(writer, bytes, bytes.length);
  return sealEnvelope(ENVELOPE, writer.view());
}

function openChunk(sealed: Uint8Array): { offset: number; bytes: Uint8Array } {
  const { payload } = openEnvelope(sealed, { kind: ENVELOPE.kind, versions: [1], maxBytes: sealed.length });
  const reader = new ByteReader(payload);
  const offset = readVarint(reader, 'offset');
  return { offset, bytes: readFixedBytes(reader, 'bytes', reader.remaining) };
}
