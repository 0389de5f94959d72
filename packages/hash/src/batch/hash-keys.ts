/**
 * Keys of an array into the lanes of a batch, in runs of one kind, each hashed in one go:
 *
 *     'a' 'bc' 'd' 7 8 bytes 'e' …      texts: put together to one string, encoded once, cut again
 *     └── texts ─┘ └─┘ └───┘ └────      words: put into the lanes as they are
 *                words bytes texts      bytes: copied one behind the other
 *
 * Reading strings is what costs, not hashing them. For 16 characters, Node 20: appended to one string and encoded at once,
 * 11 ns each; read by `charCodeAt`, 29; by an `encodeInto` each, 52; by `join` instead of appending, 16.
 */
import { type HashedKey, hashedLanes } from '../hashed-key.js';
import { isBytes } from '../is-bytes.js';
import { highOfInteger, type Key } from '../key.js';
import { BYTES, CAPACITY, type Scratch } from './kernel.js';

type Keys = readonly (Key | HashedKey)[];

/** A UTF-16 unit takes 3 bytes at most, so that a text of so many units always has room. */
const MAX_TEXT: number = Math.floor(CAPACITY / 3);
/** A text of fewer keys is not worth encoding. */
const FEW = 4;

let encoder: InstanceType<typeof TextEncoder> | undefined;

/** Hashes `keys[from, to)` into the lanes of a scratch, from the first lane on. */
export function hashKeys(scratch: Scratch, keys: Keys, from: number, to: number): void {
  scratch.ends[0] = 0;
  for (let i = from; i < to; ) {
    const key = keys[i]!;
    let next = i;
    if (typeof key === 'string') next = texts(scratch, keys, i, to, i - from);
    else if (typeof key === 'number') next = words(scratch, keys, i, to, i - from);
    else if (isBytes(key)) next = packed(scratch, keys, i, to, i - from);
    // What fits into no run: a huge key, another number, a bigint, a hashed key, or no key at all.
    if (next === i) hashOne(scratch, keys[next++]!, i - from);
    i = next;
  }
}

/** Hashes the strings from `start` on into the lanes from `lane` on; returns where they end. */
function texts(scratch: Scratch, keys: Keys, start: number, to: number, lane: number): number {
  const { ends } = scratch;
  let text = '';
  let i = start;
  for (; i < to; i++) {
    const key = keys[i]!;
    if (typeof key !== 'string' || text.length + key.length > MAX_TEXT) break;
    text += key;
    ends[i - start + 1] = text.length;
  }
  const count = i - start;
  if (count >= FEW && encode(scratch, text, count)) scratch.ranges(lane, count, BYTES);
  else for (let k = 0; k < count; k++) hashOne(scratch, keys[start + k]!, lane + k);
  return i;
}

/** The same for integers. */
function words({ lanes, words }: Scratch, keys: Keys, start: number, to: number, lane: number): number {
  let i = start;
  let at = 2 * lane;
  for (; i < to; i++) {
    const key = keys[i]!;
    if (typeof key !== 'number' || !Number.isSafeInteger(key)) break;
    lanes[at++] = key;
    lanes[at++] = highOfInteger(key);
  }
  words(lane, lane + i - start);
  return i;
}

/** The same for bytes. */
function packed({ ends, bytes, ranges }: Scratch, keys: Keys, start: number, to: number, lane: number): number {
  let i = start;
  let end = 0;
  for (; i < to; i++) {
    const key = keys[i]!;
    if (!isBytes(key) || end + key.length > CAPACITY) break;
    // The way into `set` costs more than a few bytes.
    if (key.length > 32) bytes.set(key, end);
    else for (let k = 0; k < key.length; k++) bytes[end + k] = key[k]!;
    ends[i - start + 1] = end += key.length;
  }
  ranges(lane, i - start, BYTES);
  return i;
}

function hashOne({ lanes, pair }: Scratch, key: Key | HashedKey, lane: number): void {
  hashedLanes(key, pair);
  lanes[2 * lane] = pair[0]!;
  lanes[2 * lane + 1] = pair[1]!;
}

/**
 * Puts the UTF-8 bytes of a text into the scratch and makes byte positions of its ends, which count UTF-16 units. False
 * when a key ends in half of a surrogate pair and the next begins with the other: put together they are another character.
 */
function encode({ ends, bytes }: Scratch, text: string, count: number): boolean {
  encoder ??= new TextEncoder();
  // As many bytes as units: all is ASCII, since nothing else is as short.
  if (encoder.encodeInto(text, bytes).written === text.length) return true;
  let at = 0;
  let units = 0;
  for (let i = 1; i <= count; i++) {
    const end = ends[i]!;
    while (units < end) {
      const lead = bytes[at]!;
      at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      units += lead < 0xf0 ? 1 : 2;
    }
    if (units > end) return false;
    ends[i] = at;
  }
  return true;
}
