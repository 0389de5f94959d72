/**
 * Random numbers as plain data: a generator is four 32-bit words that a state can hold, a snapshot can store and a clone
 * can copy (`{ ...random }`). The functions that draw change it in place.
 *
 * The step is `sfc32` (Chris Doty-Humphrey, PractRand): additions, shifts, one rotation, and a counter because of which no
 * period is below 2^32, whatever the seed.
 *
 *     t = a + b + counter++;   a = b ^ b >>> 9;   b = c + (c << 3);   c = rotl(c, 21) + t;   draw t
 *
 * `split` gives a child by name *without* drawing: a simulation that splits one generator per concern can learn a new
 * fault, and all else in it stays as it was.
 *
 * Not for secrets.
 */
import { assert, outOfRange } from '@dsys/codec';

/** The state of a generator: words of 0..2^32−1. */
export interface Random {
  a: number;
  b: number;
  c: number;
  counter: number;
}

/** A generator from a seed, an integer 0..2^53−1. Throws `RangeError`. */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) throw outOfRange('seed', 'an integer 0..2^53-1', seed);
  return warm(0, seed >>> 0, Math.floor(seed / 2 ** 32));
}

/** A generator of its own for `label`, from the state of its parent, which stays as it is. The same label gives the same child. */
export function split(parent: Random, label: string): Random {
  const name = hashLabel(label);
  return warm(
    mix(parent.a ^ name),
    mix(parent.b + Math.imul(name, 0x9e3779b1)),
    mix(parent.c ^ mix(name + parent.counter)),
  );
}

/** An integer 0..2^32−1. */
export function nextUint32(random: Random): number {
  const t = (random.a + random.b + random.counter) | 0;
  random.counter = (random.counter + 1) >>> 0;
  random.a = (random.b ^ (random.b >>> 9)) >>> 0;
  random.b = (random.c + (random.c << 3)) >>> 0;
  random.c = (((random.c << 21) | (random.c >>> 11)) + t) >>> 0;
  return t >>> 0;
}

/** An integer 0..limit−1, each as likely; `limit` is 1..2^32. */
export function below(random: Random, limit: number): number {
  assert(Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 32, 'a limit is an integer 1..2^32');
  // What is left of 2^32 after whole multiples of the limit is drawn again, or small numbers would come more often.
  // (2^32 % limit, in words: a remainder of floating-point numbers takes three times as long.)
  const fair = 2 ** 32 - ((-limit >>> 0) % limit);
  let draw = nextUint32(random);
  while (draw >= fair) draw = nextUint32(random);
  return draw % limit;
}

/** An integer min..max, both included, each as likely. At most 2^32 of them. */
export const between = (random: Random, min: number, max: number): number => min + below(random, max - min + 1);

/** A number in [0, 1), in steps of 2^−53. */
export function unit(random: Random): number {
  const high = nextUint32(random) >>> 5;
  return (high * 2 ** 26 + (nextUint32(random) >>> 6)) / 2 ** 53;
}

/** True with this probability. Draws for 0 and 1 too, so that a changed probability reshuffles nothing else. */
export const chance = (random: Random, probability: number): boolean => unit(random) < probability;

/** One of them, each as likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  assert(items.length > 0, 'there is something to pick from');
  return items[below(random, items.length)]!;
}

/** Puts them in any order, each as likely (Fisher and Yates), in place. */
export function shuffle<T>(random: Random, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

const WARM_UP = 15;

function warm(a: number, b: number, c: number): Random {
  const random: Random = { a: a >>> 0, b: b >>> 0, c: c >>> 0, counter: 1 };
  for (let i = 0; i < WARM_UP; i++) nextUint32(random);
  return random;
}

/** FNV-1a over UTF-16 units: labels are short, and only need to differ. */
function hashLabel(label: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** MurmurHash3's finaliser: every bit of the input moves half of the output's. */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
