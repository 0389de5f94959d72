import { outOfRange, wrongType } from '@dsys/codec';
import type { NodeId } from './transport.js';

/** Longest id, in bytes of UTF-8. */
export const MAX_ID_BYTES = 255;

/** Refuses what names no node: nothing, more than 255 bytes, half a surrogate pair. */
export function checkNodeId(option: string, id: NodeId): void {
  if (typeof id !== 'string') throw wrongType(option, 'a string', id);
  if (!isNodeId(id)) throw outOfRange(option, `1 to ${MAX_ID_BYTES} bytes of UTF-8`, id);
}

function isNodeId(id: string): boolean {
  if (id.length === 0 || id.length > MAX_ID_BYTES) return false;
  let bytes = 0;
  for (const character of id) {
    const point = character.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) return false; // half a pair: a whole one is above 0xffff
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes <= MAX_ID_BYTES;
}
