/**
 * Commands of sessions, as bytes:
 *
 *     e4 73 73 │ version 1 │ kind │ …
 *                            1 open
 *                            2 command      session │ sequence │ firstUnanswered │ payload to the end
 *                            3 keep alive   session │ firstUnanswered
 *                            4 close        session
 *                            5 plain        payload to the end
 *
 * All other bytes are commands without a session, and pass through as they are; one of those that happens to begin with
 * the same three bytes is sent as `plain`. Numbers are varints.
 */
import {
  ByteReader,
  ByteWriter,
  isDecodeError,
  readU8,
  readVarint,
  writeFixedBytes,
  writeU8,
  writeVarint,
} from '@dsys/codec';

/** What a client asks of a session. Numbers are safe integers. */
export type SessionCommand =
  | { readonly type: 'open' }
  /**
   * `sequence` counts the client's commands in this session from 1. All below `firstUnanswered` were answered to the client,
   * which will not ask for them again; at most `sequence`.
   */
  | {
      readonly type: 'command';
      readonly session: number;
      readonly sequence: number;
      readonly firstUnanswered: number;
      readonly payload: Uint8Array;
    }
  /** Nothing but a sign of life. */
  | { readonly type: 'keepAlive'; readonly session: number; readonly firstUnanswered: number }
  | { readonly type: 'close'; readonly session: number }
  /** Without a session: may be applied twice when it is asked for twice. */
  | { readonly type: 'plain'; readonly payload: Uint8Array };

const MARK = [0xe4, 0x73, 0x73] as const;
const VERSION = 1;
const KIND = { open: 1, command: 2, keepAlive: 3, close: 4, plain: 5 } as const;

/** The bytes to propose. */
export function encodeCommand(command: SessionCommand): Uint8Array {
  const payload = 'payload' in command ? command.payload : null;
  const writer = new ByteWriter({ chunkBytes: 32 + (payload?.length ?? 0) });
  for (const byte of MARK) writeU8(writer, byte);
  writeU8(writer, VERSION);
  writeU8(writer, KIND[command.type]);
  if ('session' in command) writeVarint(writer, command.session);
  if ('sequence' in command) writeVarint(writer, command.sequence);
  if ('firstUnanswered' in command) writeVarint(writer, command.firstUnanswered);
  if (payload !== null) writeFixedBytes(writer, payload, payload.length);
  return writer.finish();
}

/**
 * What was proposed: a command of this module, `malformed`, or null where the bytes are a command without a session. Throws
 * where it is of a later version: nodes that know it apply it, so one that doesn't must stop and not go another way.
 */
export function decodeCommand(bytes: Uint8Array): SessionCommand | 'malformed' | null {
  for (let i = 0; i < MARK.length; i++) if (bytes[i] !== MARK[i]) return null;
  const reader = new ByteReader(bytes);
  reader.offset = MARK.length;
  try {
    const version = readU8(reader, 'version');
    if (version > VERSION)
      throw new Error(
        `A command of sessions of version ${version}; this release knows up to ${VERSION}: update this node.`,
      );
    const command = readCommand(reader);
    reader.end();
    return version === VERSION ? command : 'malformed';
  } catch (error) {
    if (isDecodeError(error)) return 'malformed';
    throw error;
  }
}

function readCommand(reader: ByteReader): SessionCommand {
  const kind = readU8(reader, 'kind');
  switch (kind) {
    case KIND.open:
      return { type: 'open' };
    case KIND.command: {
      const session = readVarint(reader, 'session');
      const sequence = readVarint(reader, 'sequence');
      if (sequence === 0) throw reader.invalid('sequence', '1..2^53-1', 0);
      const firstUnanswered = readVarint(reader, 'firstUnanswered', sequence);
      return { type: 'command', session, sequence, firstUnanswered, payload: rest(reader) };
    }
    case KIND.keepAlive:
      return {
        type: 'keepAlive',
        session: readVarint(reader, 'session'),
        firstUnanswered: readVarint(reader, 'firstUnanswered'),
      };
    case KIND.close:
      return { type: 'close', session: readVarint(reader, 'session') };
    case KIND.plain:
      return { type: 'plain', payload: rest(reader) };
    default:
      throw reader.invalid('kind', 'a kind of command 1..5', kind);
  }
}

function rest(reader: ByteReader): Uint8Array {
  const { bytes, remaining } = reader;
  const at = reader.take(remaining, 'payload');
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, remaining);
}
