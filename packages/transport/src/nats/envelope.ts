/**
 * What is put in front of each message of a line, 12 bytes:
 *
 *     version u8 │ 1 from who dialled, else 0 │ number of the line u48 │ number of the message u32
 *
 * A broker drops what it can't get rid of, and tells nobody. The numbers of the messages show it: where one is missing the
 * line ends, since what comes after a gap would be out of order for whoever counts on what came before.
 */

/** Bytes of it. */
export const HEAD_BYTES = 12;

const VERSION = 1;

/** Which message of which line this is. */
export interface Head {
  /** Who sends it is who dialled. */
  readonly isByDialler: boolean;
  /** Below 2^48, random. */
  readonly line: number;
  /** From 0, for each direction of its own; starts again after 2^32 - 1. */
  readonly sequence: number;
}

/** The head, and behind it a copy of the message. */
export function wrap({ isByDialler, line, sequence }: Head, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + message.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, isByDialler ? 1 : 0);
  view.setUint16(2, Math.floor(line / 2 ** 32));
  view.setUint32(4, line >>> 0);
  view.setUint32(8, sequence);
  bytes.set(message, HEAD_BYTES);
  return bytes;
}

/** `null` when the bytes begin with no such head. What comes after it is the message, at least one byte. */
export function readHead(bytes: Uint8Array): Head | null {
  if (bytes.length <= HEAD_BYTES || bytes[0] !== VERSION || bytes[1]! > 1) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
  return {
    isByDialler: bytes[1] === 1,
    line: view.getUint16(2) * 2 ** 32 + view.getUint32(4),
    sequence: view.getUint32(8),
  };
}
