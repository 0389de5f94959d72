/**
 * Keys of an array into the lanes of a batch, in runs of one kind, each hashed in one go where there
 * is a kernel (without one, keys are hashed one by one):
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
import { BYTES, CAPACITY } from '../kernel.js';
import { highOfInteger, type Key } from '../key.js';
import type { Kernel, Scratch } from './scratch.js';

type Keys = ArrayLike<Key | HashedKey>;

/** A UTF-16 unit takes 3 bytes at most, so that a text of so many units always has room. */
const MAX_TEXT: number = Math.floor(CAPACITY / 3);
/** A text of fewer keys is not worth encoding. */
export const FEW = 4;

let encoder: InstanceType<typeof TextEncoder> | undefined;

/** Hashes `count` keys from `from` on into the lanes of a scratch, from the first lane on, and returns how many. */
export function hashKeys(scratch: Scratch, keys: Keys, from: number, count: number): number {
  const to = from + count;
  const { kernel } = scratch;
  if (kernel === null) oneByOne(scratch, keys, from, to, from);
  else {
    kernel.ends[0] = 0;
    for (let i = from; i < to; ) {
      const key = keys[i]!;
      let end = i;
      if (typeof key === 'string') end = texts(scratch, kernel, keys, i, to, from);
      else if (typeof key === 'number') end = words(scratch, kernel, keys, i, to, from);
      else if (isBytes(key)) end = packed(kernel, keys, i, to, from);
      // What fits into no run: a huge key, another number, a bigint, a hashed key, or no key at all.
      if (end === i) oneByOne(scratch, keys, i, ++end, from);
      i = end;
    }
  }
  return count;
}

/** Hashes `keys[start, end)`; a key has the lane `index - from`. */
function oneByOne({ lanes, pair }: Scratch, keys: Keys, start: number, end: number, from: number): void {
  for (let i = start; i < end; i++) {
    hashedLanes(keys[i]!, pair);
    lanes[2 * (i - from)] = pair[0]!;
    lanes[2 * (i - from) + 1] = pair[1]!;
  }
}

/** Hashes the strings from `start` on, as many as there are before `to` and have room; returns where they end. */
function texts(scratch: Scratch, kernel: Kernel, keys: Keys, start: number, to: number, from: number): number {
  const { ends } = kernel;
  let text = '';
  let i = start;
  for (; i < to; i++) {
    const key = keys[i]!;
    if (typeof key !== 'string' || text.length + key.length > MAX_TEXT) break;
    text += key;
    ends[i - start + 1] = text.length;
  }
  const count = i - start;
  if (count >= FEW && encode(kernel, text, count)) kernel.hashRanges(start - from, count, BYTES);
  else oneByOne(scratch, keys, start, i, from);
  return i;
}

/** The same for integers. */
function words({ lanes }: Scratch, kernel: Kernel, keys: Keys, start: number, to: number, from: number): number {
  let i = start;
  for (; i < to; i++) {
    const key = keys[i]!;
    if (typeof key !== 'number' || !Number.isSafeInteger(key)) break;
    lanes[2 * (i - from)] = key;
    lanes[2 * (i - from) + 1] = highOfInteger(key);
  }
  kernel.hashWords(start - from, i - from);
  return i;
}

/** The same for bytes. */
function packed({ ends, bytes, hashRanges }: Kernel, keys: Keys, start: number, to: number, from: number): number {
  let i = start;
  let end = 0;
  for (; i < to; i++) {
    const key = keys[i]!;
    if (!isBytes(key) || end + key.length > CAPACITY) break;
    bytes.set(key, end);
    ends[i - start + 1] = end += key.length;
  }
  hashRanges(start - from, i - start, BYTES);
  return i;
}

/**
 * Puts the UTF-8 bytes of a text into the memory and makes byte positions of its ends, which count UTF-16 units. False
 * when a key ends in half of a surrogate pair and the next begins with the other: put together they are another character.
 */
export function encode({ ends, bytes }: Kernel, text: string, count: number): boolean {
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
