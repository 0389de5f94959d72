/**
 * Streams of millions of distinct items in thousands of trials: only what changes the registers is played. The next item
 * that changes anything comes after a wait that is geometric in the probability q = Σ 2^−register / m, hits a register in
 * proportion to 2^−register, and raises it by a geometric step. Written from that model, apart from what it tests.
 */
import type { HyperLogLog, UltraLogLog } from '../src/index.js';
import { generator } from './support.js';

export interface Trial {
  readonly precision: number;
  readonly seed: number;
  /** Ascending counts at which to look. */
  readonly checkpoints: readonly number[];
  /** So many items come as they are, hashed at random, before jumps are played. */
  readonly played: number;
}

/** Feeds a sketch that takes hashes (`hash: 'other'`) and calls `look(i)` when `checkpoints[i]` distinct items have come. */
export function play(
  sketch: HyperLogLog | UltraLogLog,
  { precision, seed, checkpoints, played }: Trial,
  look: (i: number) => void,
): void {
  const random = generator(seed);
  const uniform = (): number => (random() * 2 ** 21 + (random() >>> 11) + 0.5) / 2 ** 53;
  const m = 2 ** precision;
  const most = 65 - precision;
  const ranks = new Uint8Array(m);
  const last = checkpoints.at(-1)!;
  let n = 0;
  let next = 0;
  while (n < Math.min(played, last)) {
    const [low, high] = [random(), random()];
    sketch.addHash(low, high);
    const index = high >>> (32 - precision);
    const rest = high << precision;
    const rank = rest !== 0 ? Math.clz32(rest) + 1 : 33 - precision + Math.clz32(low);
    ranks[index] = Math.max(ranks[index]!, rank);
    n++;
    while (checkpoints[next]! === n) look(next++);
  }
  if (next === checkpoints.length) return;

  // Registers by rank, so that one can be drawn in proportion to 2^−rank: which ones of a rank doesn't matter.
  const byRank: number[][] = Array.from({ length: most + 1 }, () => []);
  for (let index = 0; index < m; index++) byRank[ranks[index]!]!.push(index);
  const chance = Float64Array.from({ length: most }, (_, rank) => 2 ** -rank);
  let lowest = 0;
  // Exact: a sum of few bits, of which none is below 2^−40 for counts that are played.
  let total = 0;
  for (let rank = 0; rank < most; rank++) total += byRank[rank]!.length * chance[rank]!;
  for (;;) {
    const wait = Math.max(1, Math.ceil(Math.log(uniform()) / Math.log1p(-total / m)));
    while (next < checkpoints.length && checkpoints[next]! < n + wait) look(next++);
    if (next === checkpoints.length) return;
    n += wait;
    while (byRank[lowest]!.length === 0) lowest++;
    let left = uniform() * total;
    let rank = lowest;
    for (; rank < most - 1; rank++) {
      left -= byRank[rank]!.length * chance[rank]!;
      if (left < 0) break;
    }
    while (byRank[rank]!.length === 0) rank--;
    const group = byRank[rank]!;
    const at = Math.floor(uniform() * group.length);
    const index = group[at]!;
    group[at] = group[group.length - 1]!;
    group.pop();
    const raised = Math.min(most, rank + 1 + Math.clz32(random()));
    byRank[raised]!.push(index);
    total -= chance[rank]! - (chance[raised] ?? 0);
    // Zeros, then a one: a hash with this index and this rank.
    const position = precision + raised - 1;
    const high = ((index << (32 - precision)) | (position < 32 ? 2 ** (31 - position) : 0)) >>> 0;
    sketch.addHash(position >= 32 && position < 64 ? 2 ** (63 - position) : 0, high);
  }
}

/** Mean and root mean square of relative errors. */
export class Errors {
  trials = 0;
  #sum = 0;
  #squares = 0;

  add(estimate: number, truth: number): void {
    const error = estimate / truth - 1;
    this.trials++;
    this.#sum += error;
    this.#squares += error * error;
  }

  get bias(): number {
    return this.#sum / this.trials;
  }

  get rmse(): number {
    return Math.sqrt(this.#squares / this.trials);
  }
}

/** 1, 2, 3, 5, 7, 10 … and the given turns, up to `most`. */
export function checkpointsUpTo(most: number, turns: readonly number[]): number[] {
  const round = [1, 1.5, 2, 3, 5, 7].flatMap((digit) => Array.from({ length: 8 }, (_, i) => digit * 10 ** i));
  return [...new Set([...round, ...turns].map(Math.floor))].filter((n) => n >= 1 && n <= most).sort((a, b) => a - b);
}
