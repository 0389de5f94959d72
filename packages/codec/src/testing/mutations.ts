/** The ways in which good bytes are made bad. Each has an id, by which a failure can be run again. */
import type { Random } from './random.js';

/** Good bytes made bad. */
export interface Mutation {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Above so many, positions are a seeded choice: all at the beginning, where lengths are, some at the end, some between. */
const MOST_POSITIONS = 2048;

function* positions(length: number, random: Random): Generator<number> {
  if (length <= MOST_POSITIONS) {
    for (let at = 0; at < length; at++) yield at;
    return;
  }
  for (let at = 0; at < MOST_POSITIONS / 2; at++) yield at;
  for (let at = length - MOST_POSITIONS / 8; at < length; at++) yield at;
  for (let left = (MOST_POSITIONS * 3) / 8; left > 0; left--) yield random.below(length);
}

/** Cut short, at every byte. */
export function* cuts(bytes: Uint8Array, random: Random): Generator<Mutation> {
  for (const at of positions(bytes.length, random)) yield { id: `${at}`, bytes: bytes.slice(0, at) };
}

/** Every bit turned over. */
export function* flips(bytes: Uint8Array, random: Random): Generator<Mutation> {
  for (const at of positions(bytes.length, random))
    for (let bit = 0; bit < 8; bit++) {
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << bit;
      yield { id: `${at}.${bit}`, bytes: flipped };
    }
}

/** At every byte, a varint that may end there made longer by a byte that adds nothing. */
export function* paddings(bytes: Uint8Array, random: Random): Generator<Mutation> {
  for (const at of positions(bytes.length, random))
    yield { id: `${at}`, bytes: splice(bytes, at, 1, [bytes[at]! | 0x80, 0]) };
}

/** Something behind the end. */
export function* tails(bytes: Uint8Array): Generator<Mutation> {
  for (const tail of [[0], [1], [0xff], [0, 0, 0, 0, 0, 0, 0, 0], [...bytes]])
    if (tail.length > 0) yield { id: `${tail.slice(0, 8)}`, bytes: splice(bytes, bytes.length, 0, tail) };
}

/** Numbers that a length could be exaggerated to, in every encoding that is common. */
const VARINTS: readonly [name: string, bytes: readonly number[]][] = [
  ['varint 2^14', [0x80, 0x80, 1]],
  ['varint 2^24', [0x80, 0x80, 0x80, 8]],
  ['varint 2^31-1', [0xff, 0xff, 0xff, 0xff, 7]],
  ['varint 2^32-1', [0xff, 0xff, 0xff, 0xff, 0xf]],
  ['varint 2^40', [0x80, 0x80, 0x80, 0x80, 0x80, 0x20]],
  ['varint 2^53-1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf]],
  ['varint 2^63', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]],
  ['varint 2^64-1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
];
const FIXED: readonly [name: string, bytes: readonly number[]][] = [
  ['u16', [0xff, 0xff]],
  ['u24 le', [0, 0, 0x40]],
  ['i32 le', [0xff, 0xff, 0xff, 0x7f]],
  ['i32 be', [0x7f, 0xff, 0xff, 0xff]],
  ['u32', [0xff, 0xff, 0xff, 0xff]],
  ['2^28 le', [0, 0, 0, 0x10]],
  ['2^28 be', [0x10, 0, 0, 0]],
  ['2^53-1 le', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0]],
  ['2^53-1 be', [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['2^32 le', [0, 0, 0, 0, 1, 0, 0, 0]],
  ['2^32 be', [0, 0, 0, 1, 0, 0, 0, 0]],
  ['u64', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
];

/** At every byte, whatever begins there taken for a length: a varint is replaced whole, a fixed width overwritten. */
export function* exaggerations(bytes: Uint8Array, random: Random): Generator<Mutation> {
  for (const at of positions(bytes.length, random)) {
    let end = at;
    while (end < bytes.length - 1 && bytes[end]! > 0x7f) end++;
    for (const [name, huge] of VARINTS) yield { id: `${at} ${name}`, bytes: splice(bytes, at, end + 1 - at, huge) };
    for (const [name, huge] of FIXED)
      if (at + huge.length <= bytes.length) yield { id: `${at} ${name}`, bytes: splice(bytes, at, huge.length, huge) };
  }
}

/** One to eight edits at random: a byte set, bytes put in, taken out, doubled, or grafted from another sample. */
export function edited(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let edit = bytes;
  for (let left = 1 + random.below(8); left > 0; left--) {
    const at = random.below(edit.length + 1);
    const count = random.below(9);
    const from = random.below(other.length + 1);
    switch (random.below(5)) {
      case 0:
        edit = splice(edit, at, 1, [random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)])]);
        break;
      case 1:
        edit = splice(edit, at, 0, random.bytes(count));
        break;
      case 2:
        edit = splice(edit, at, count, []);
        break;
      case 3:
        edit = splice(edit, at, 0, edit.slice(at, at + count));
        break;
      default:
        edit = splice(edit, at, edit.length, other.slice(from));
    }
  }
  return edit;
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: ArrayLike<number>): Uint8Array {
  const tail = bytes.subarray(Math.min(at + remove, bytes.length));
  const spliced = new Uint8Array(at + insert.length + tail.length);
  spliced.set(bytes.subarray(0, at));
  spliced.set(insert, at);
  spliced.set(tail, at + insert.length);
  return spliced;
}
