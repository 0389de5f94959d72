/** The package's sketches of two days' visitors, and what they say beside the truth, which only the page knows. */
import { xxh64 } from '@dsys/hash';
import { HyperLogLog, joint } from '@dsys/hll';
import { countedKeys } from '../kit/counted-keys.js';
import { PARTS, type Part, type State } from './state.js';

/** The set of keys of a part, for `countedKeys`. */
export const setOf = (seed: number, part: Part): number => 4 * seed + PARTS.indexOf(part);

/** One day's sketch: its own visitors, those of both days, and of A the words. */
export function sketchOf({ precision, counts, words, seed }: State, day: 'a' | 'b'): HyperLogLog {
  const name = JSON.stringify([precision, counts[day], counts.both, seed, day, day === 'a' ? words : []]);
  let sketch = known.get(name);
  if (sketch === undefined) {
    sketch = HyperLogLog.create({ precision });
    for (const part of [day, 'both'] as const) sketch.addMany(countedKeys(setOf(seed, part), 0, counts[part]));
    if (day === 'a') sketch.addMany(words);
    known.set(name, sketch);
    // The oldest go first; a step back is a look into the map.
    if (known.size > 40) known.delete(known.keys().next().value!);
  }
  return sketch;
}

const known = new Map<string, HyperLogLog>();

/** Where a word lands: its hash as 64 binary digits, its register and rank. */
export interface Landing {
  readonly bits: string;
  readonly index: number;
  readonly rank: number;
}

export function landingOf(word: string, precision: number): Landing {
  const alone = HyperLogLog.create({ precision });
  alone.add(word);
  const registers = alone.registers();
  const index = registers.findIndex((rank) => rank > 0);
  return { bits: xxh64(word).toString(2).padStart(64, '0'), index, rank: registers[index]! };
}

/** An estimate beside the truth. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly truth: number;
  readonly estimate: number;
  /** Two standard errors round it. */
  readonly lower: number;
  readonly upper: number;
  readonly by: string;
}

/** What can be asked of two sketches. */
export function rowsOf(state: State): Row[] {
  const { a: onlyA, b: onlyB, both } = state.counts;
  const words = new Set(state.words).size;
  const [a, b] = [sketchOf(state, 'a'), sketchOf(state, 'b')];
  const union = a.copy().merge(b);
  const common = joint(a, b).both;
  const naive = a.estimate('improved') + b.estimate('improved') - union.estimate('improved');
  // As if the three errors had nothing to do with each other; in truth they do, and nobody says how much.
  const slack = 2 * [a, b, union].reduce((sum, sketch) => sum + (sketch.estimate() * sketch.error) ** 2, 0) ** 0.5;
  return [
    { name: 'a', title: 'A, the first day', truth: onlyA + both + words, ...a.bounds(2), by: methodOf(a) },
    { name: 'b', title: 'B, the second', truth: onlyB + both, ...b.bounds(2), by: methodOf(b) },
    { name: 'union', title: 'A ∪ B, either day', truth: onlyA + onlyB + both + words, ...union.bounds(2), by: 'merge' },
    {
      name: 'both',
      title: 'A ∩ B, both days',
      truth: both,
      estimate: common.estimate,
      lower: Math.max(0, common.estimate - 2 * common.error),
      upper: common.estimate + 2 * common.error,
      by: 'maximum likelihood',
    },
    {
      name: 'naive',
      title: '|A| + |B| − |A ∪ B|',
      truth: both,
      estimate: naive,
      lower: naive - slack,
      upper: naive + slack,
      by: 'inclusion and exclusion',
    },
  ];
}

const methodOf = (sketch: HyperLogLog): string =>
  sketch.representation === 'dense' ? (sketch.hasMartingale ? 'martingale' : 'improved') : sketch.representation;

/** Registers that are higher than they were. */
export function risen(before: Uint8Array, after: Uint8Array): number {
  if (before.length !== after.length) return 0;
  return after.reduce((sum, rank, i) => sum + (rank > before[i]! ? 1 : 0), 0);
}
