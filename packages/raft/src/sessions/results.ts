/** What is answered to commands of sessions, as bytes: version 1 │ outcome │ the session as varint, or the result to the end. */
import { ByteReader, ByteWriter, readU8, readVarint, writeFixedBytes, writeU8, writeVarint } from '@dsys/codec';

/** What became of a command of a session. */
export type SessionResult =
  /** Applied, now or when it was first asked for: `result` is the state machine's, the same each time. */
  | { readonly outcome: 'applied'; readonly result: Uint8Array }
  /** This is the session's number. */
  | { readonly outcome: 'opened'; readonly session: number }
  | { readonly outcome: 'kept' }
  | { readonly outcome: 'closed' }
  /** No such session, not any more: nothing was applied now. Whether it was before, nobody knows any more. */
  | { readonly outcome: 'session-expired' }
  /** The client had said that it got the answer to this. Nothing was applied now. */
  | { readonly outcome: 'acknowledged' }
  /** Too many answers wait to be acknowledged. Nothing was applied: say `firstUnanswered`, and ask again. */
  | { readonly outcome: 'too-many-unanswered' }
  /** The bytes begin as a command of sessions, and are none. Nothing was applied. */
  | { readonly outcome: 'malformed' };

const VERSION = 1;
const OUTCOMES = [
  'applied',
  'opened',
  'kept',
  'closed',
  'session-expired',
  'acknowledged',
  'too-many-unanswered',
  'malformed',
] as const satisfies readonly SessionResult['outcome'][];

export function encodeResult(result: SessionResult): Uint8Array {
  const applied = result.outcome === 'applied' ? result.result : null;
  const writer = new ByteWriter({ chunkBytes: 10 + (applied?.length ?? 0) });
  writeU8(writer, VERSION);
  writeU8(writer, OUTCOMES.indexOf(result.outcome) + 1);
  if (result.outcome === 'opened') writeVarint(writer, result.session);
  if (applied !== null) writeFixedBytes(writer, applied, applied.length);
  return writer.finish();
}

/** What the bytes of an answer say that came for a command of `encodeCommand`. Throws `DecodeError` for any others. */
export function decodeResult(bytes: Uint8Array): SessionResult {
  const reader = new ByteReader(bytes);
  const version = readU8(reader, 'version');
  if (version !== VERSION) throw reader.invalid('version', `${VERSION}`, version, 'decode-unknown-version');
  const number = readU8(reader, 'outcome');
  const outcome = OUTCOMES[number - 1];
  if (outcome === undefined) throw reader.invalid('outcome', `1..${OUTCOMES.length}`, number);
  if (outcome === 'applied') {
    const at = reader.offset;
    return { outcome, result: new Uint8Array(bytes.buffer, bytes.byteOffset + at, bytes.length - at) };
  }
  const result: SessionResult =
    outcome === 'opened' ? { outcome, session: readVarint(reader, 'session') } : { outcome };
  reader.end();
  return result;
}
