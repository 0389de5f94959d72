/**
 * A Bloom filter that forgets: a few generations of the same size, of which the newest takes the keys and all are asked.
 * `rotate` empties the oldest and makes it the newest, so that a key is remembered for `generations − 1` to `generations`
 * turns (Chang, Feng, Li, "Approximate caches for packet classification", 2004, has it with two).
 *
 *     add ─▸ ▓▓░░ │ ▓▓▓▓ │ ▓▓▓▓ ─▸ emptied by the next rotate()
 *            newest        oldest
 *
 * There is no clock in here: who has one calls `rotate` by it, or by the number of keys.
 */
import { outOfRange, readU8, writeU8 } from '@dsys/codec';
import { type HashedKey, hashedLanes, type Key } from '@dsys/hash';
import { hashBatches, type KeyBatch } from '@dsys/hash/batch';
import { Answers } from './answers.js';
import { insert, insertAll, isIn } from './bits.js';
import { BloomFilter, filterBytes, readFilter, writeFilter } from './bloom-filter.js';
import type { BloomFilterParts } from './core-bloom-filter.js';
import { checkAlike } from './errors.js';
import { MAX_PAYLOAD_BYTES, openSketch, sealSketch } from './format.js';
import { type ItemOptions, planBloomFilter } from './sizing.js';

const KIND = 'bloom-r';
const MAX_GENERATIONS = 255;

/** What a rotating filter is wanted for. */
export interface RotatingOptions extends ItemOptions {
  /** How many distinct items come between two rotations, from 1. */
  readonly expected: number;
  /** Chance of a wrong yes when all generations hold so many. */
  readonly falsePositiveRate: number;
  /** 2..255. Default 2. More keep the span of memory closer to what was meant, and cost a look each. */
  readonly generations?: number;
}

/** A rotating filter as plain data, the newest generation first. */
export interface RotatingParts {
  readonly generations: readonly BloomFilterParts[];
}

const pair = /* @__PURE__ */ new Uint32Array(2);

/** A Bloom filter of what came lately. */
export class RotatingBloomFilter {
  /** The newest first; all alike. */
  readonly #generations: BloomFilter[];

  /** One for so many items a generation. Throws `RangeError` for a bad option. */
  static forItems({ generations = 2, ...options }: RotatingOptions): RotatingBloomFilter {
    checkGenerations(generations);
    // Not in any of g generations with the chance (1 − p)^g, which is 1 − the rate.
    const { falsePositiveRate: wanted } = options;
    const falsePositiveRate = wanted > 0 && wanted < 1 ? -Math.expm1(Math.log1p(-wanted) / generations) : wanted;
    const plan = planBloomFilter({ ...options, falsePositiveRate });
    const empty = (): BloomFilterParts => ({ ...plan, words: new Uint32Array(plan.bitCount / 32) });
    return new RotatingBloomFilter({ generations: Array.from({ length: generations }, empty) });
  }

  /** One of parts, on whose words it works from then on. Throws `TypeError` or `RangeError` for what is none. */
  constructor({ generations }: RotatingParts) {
    checkGenerations(generations.length);
    this.#generations = generations.map((parts) => new BloomFilter(parts));
    for (const other of this.#generations) checkAlike(this.#newest, other, ['layout', 'bitCount', 'hashCount']);
  }

  /** How many generations there are. */
  get generations(): number {
    return this.#generations.length;
  }

  /** Bits of all generations. */
  get bitCount(): number {
    return this.generations * this.#newest.bitCount;
  }

  /** Empties the oldest generation, with all keys that were not added since, and makes it the newest. */
  rotate(): void {
    const oldest = this.#generations.pop()!;
    oldest.clear();
    this.#generations.unshift(oldest);
  }

  /** Puts a key into the newest generation: one that was older is young again. */
  add(key: Key | HashedKey): void {
    this.#newest.add(key);
  }

  /** Puts a key in, and says whether it certainly was in no generation before. */
  addIfNew(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    const isNew = !this.#isIn(pair[0]! | 0, pair[1]! | 0);
    insert(this.#newest.words, this.#newest, pair[0]! | 0, pair[1]! | 0);
    return isNew;
  }

  /** Puts many keys in, and says how many it read. */
  addMany(keys: KeyBatch): number {
    return hashBatches(keys, (lanes, count) => insertAll(this.#newest.words, this.#newest, lanes, count));
  }

  /** False: this key was certainly not added since the last `generations` rotations, or ever. */
  has(key: Key | HashedKey): boolean {
    hashedLanes(key, pair);
    return this.#isIn(pair[0]! | 0, pair[1]! | 0);
  }

  /** For each key, in order, a 1 where `has` is true and a 0 where it is false. */
  hasMany(keys: KeyBatch): Uint8Array<ArrayBuffer> {
    const answers = new Answers(keys);
    hashBatches(keys, (lanes, count) => {
      const at = answers.claim(count);
      for (let i = 0; i < count; i++)
        answers.bytes[at + i] = this.#isIn(lanes[2 * i]! | 0, lanes[2 * i + 1]! | 0) ? 1 : 0;
    });
    return answers.finish();
  }

  /** Takes in another filter of the same parameters, generation by generation: rotate both at the same moments. Throws `BloomError` (`unlike-filters`). */
  merge(other: RotatingBloomFilter): this {
    checkAlike<RotatingBloomFilter>(this, other, ['generations']);
    checkAlike(this.#newest, other.#newest, ['layout', 'bitCount', 'hashCount']);
    for (const [i, generation] of this.#generations.entries()) generation.merge(other.#generations[i]!);
    return this;
  }

  /** About how many distinct keys each generation holds, the newest first: when to rotate. O(bits). */
  estimateCounts(): number[] {
    return this.#generations.map((generation) => generation.estimateCount());
  }

  /** The chance of a wrong yes as the generations are now filled. O(bits). */
  estimateFalsePositiveRate(): number {
    return 1 - this.#generations.reduce((no, generation) => no * (1 - generation.estimateFalsePositiveRate()), 1);
  }

  /** Takes every key out. */
  clear(): void {
    for (const generation of this.#generations) generation.clear();
  }

  /** The filter as plain data that shares its words, to be posted to a worker. */
  toParts(): RotatingParts {
    return { generations: this.#generations.map((generation) => generation.toParts()) };
  }

  /** Bytes for `fromBytes`. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const { generations } = this.toParts();
    const byteCount = generations.reduce((sum, parts) => sum + filterBytes(parts), 1);
    return sealSketch(KIND, byteCount, (writer) => {
      writeU8(writer, generations.length);
      for (const parts of generations) writeFilter(writer, parts);
    });
  }

  /** The filter that these bytes are. Throws `DecodeError` for all others. */
  static fromBytes(bytes: Uint8Array): RotatingBloomFilter {
    const reader = openSketch(bytes, KIND, MAX_PAYLOAD_BYTES);
    const count = readU8(reader, 'generations');
    if (count < 2) throw reader.invalid('generations', `2..${MAX_GENERATIONS}`, count);
    const generations: BloomFilterParts[] = [];
    for (let i = 0; i < count; i++) generations.push(readFilter(reader));
    reader.end();
    try {
      return new RotatingBloomFilter({ generations });
    } catch (error) {
      throw reader.invalid('generations', 'alike', (error as Error).message);
    }
  }

  get #newest(): BloomFilter {
    return this.#generations[0]!;
  }

  #isIn(low: number, high: number): boolean {
    for (const generation of this.#generations) if (isIn(generation.words, generation, low, high)) return true;
    return false;
  }
}

function checkGenerations(generations: number): void {
  if (!(Number.isInteger(generations) && generations >= 2 && generations <= MAX_GENERATIONS))
    throw outOfRange('generations', `an integer from 2 to ${MAX_GENERATIONS}`, generations);
}
