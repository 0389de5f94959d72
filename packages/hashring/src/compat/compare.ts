import { xxh64Lanes } from '@dsys/hash';
import type { Key, RingDialect } from '../dialect.js';
import { outOfRange } from '../errors.js';
import { idOf, type RingNode } from '../node.js';
import type { Placement } from '../placement.js';
import type { Flow } from '../plan.js';
import { CIRCLE } from '../points.js';
import { Ring } from '../ring.js';
import { sentenceOf } from './comparison-words.js';
import { type Difference, differencesOf, keyHashOf } from './differences.js';

/**
 * What can be compared: a dialect, or a function that makes a strategy of nodes (`(nodes) => EnvoyMaglev.of(nodes)`).
 */
export type Preset = RingDialect | (<N extends RingNode>(nodes: readonly N[]) => Placement<N>);

export interface CompareOptions {
  /** Count these keys, rather than all that there could be. */
  readonly keys?: readonly Key[] | undefined;
  /** How many keys to try where neither is given nor an exact answer possible, default 100,000. */
  readonly sampleSize?: number | undefined;
}

/** How two presets place keys on the same nodes. */
export interface Comparison {
  /** Share of the keys that they send to different nodes, 0..1. */
  readonly moved: number;
  /**
   * `exact`: both hash keys alike, and their ranges were laid over each other; `sampled`: they do not, and keys made up
   * evenly were tried; `keys`: the keys that were given were counted.
   */
  readonly method: 'exact' | 'sampled' | 'keys';
  /** Half the width of the 95 % interval round `moved`; 0 unless `sampled`. */
  readonly error: number;
  /** Keys tried; 0 when exact. */
  readonly sampleSize: number;
  /** Who would have to send how much to whom, in going from the first to the second; greatest first. */
  readonly flows: readonly Flow[];
  /** In which rules they differ, as far as these nodes are concerned; the first weighs most. */
  readonly differences: readonly Difference[];
  /** All of it in a sentence or two. */
  readonly sentence: string;
}

/**
 * Which share of the keys two presets send to different nodes, and why: for choosing a dialect that agrees with what is
 * deployed, or for knowing what a change of client will cost.
 *
 *     compare(libketama(), uhashring(), ['10.0.0.1:11211', '10.0.0.2:11211']).sentence
 *
 * Cost: two rings, and one pass over their points or `sampleSize` look-ups. Throws as `Ring.of` does for nodes that a
 * dialect can't read.
 */
export function compare<N extends RingNode>(
  a: Preset,
  b: Preset,
  nodes: Iterable<N>,
  { keys, sampleSize = 100_000 }: CompareOptions = {},
): Comparison {
  if (!(Number.isInteger(sampleSize) && sampleSize >= 1))
    throw outOfRange('sampleSize', 'an integer of 1 or more', sampleSize);
  const list = [...nodes];
  const [ours, theirs] = [placed(a, list), placed(b, list)];
  const rings = ours instanceof Ring && theirs instanceof Ring ? ([ours, theirs] as const) : null;
  const exact = keys === undefined && rings !== null && hashAlike(rings[0], rings[1]);
  const tried = exact ? 0 : (keys?.length ?? sampleSize);
  const tally = exact ? overlay(rings[0], rings[1]) : new Tally(tried);
  for (let i = 0; i < tried; i++) {
    const key = keys === undefined ? sampleKey(i) : keys[i]!;
    tally.add(idOf(ours.owner(key)), idOf(theirs.owner(key)), 1);
  }
  const method = exact ? 'exact' : keys === undefined ? 'sampled' : 'keys';
  const found: Omit<Comparison, 'sentence'> = {
    moved: tally.moved,
    method,
    error: method === 'sampled' ? sampleError(tally.moved, tried) : 0,
    sampleSize: tried,
    flows: tally.flows(),
    differences: rings !== null ? differencesOf(rings[0], rings[1]) : [strategies(ours, theirs)],
  };
  return { ...found, sentence: sentenceOf(nameOf(ours), nameOf(theirs), found, list.length) };
}

const placed = <N extends RingNode>(preset: Preset, nodes: readonly N[]): Placement<N> =>
  typeof preset === 'function' ? preset(nodes) : Ring.of(nodes, { dialect: preset });

const nameOf = (placement: Placement): string =>
  placement instanceof Ring ? placement.dialect.name : placement.capabilities.strategy;

const strategies = (a: Placement, b: Placement): Difference => ({ rule: 'strategy', a: nameOf(a), b: nameOf(b) });

/** A key has the same position on both. */
const hashAlike = (a: Ring, b: Ring): boolean =>
  a.dialect.bits === b.dialect.bits && keyHashOf(a.dialect) === keyHashOf(b.dialect);

/** Lays the ranges of two rings over each other. */
function overlay(a: Ring, b: Ring): Tally {
  const tally = new Tally(CIRCLE);
  const theirs = b.ranges()[Symbol.iterator]();
  let their = theirs.next();
  for (const our of a.ranges()) {
    let start = our.start;
    while (start < our.end && !their.done) {
      const end = Math.min(our.end, their.value.end);
      tally.add(our.id, their.value.id, end - start);
      if (end === their.value.end) their = theirs.next();
      start = end;
    }
  }
  return tally;
}

/**
 * How much of `total` is at one node and would be at another: positions or keys, whole numbers, so that no rounding
 * adds up.
 */
class Tally {
  readonly #total: number;
  readonly #amounts = new Map<string, Map<string, number>>();
  #moved = 0;

  constructor(total: number) {
    this.#total = total;
  }

  add(from: string, to: string, amount: number): void {
    if (from === to) return;
    this.#moved += amount;
    let row = this.#amounts.get(from);
    if (row === undefined) this.#amounts.set(from, (row = new Map()));
    row.set(to, (row.get(to) ?? 0) + amount);
  }

  get moved(): number {
    return this.#total === 0 ? 0 : this.#moved / this.#total;
  }

  flows(): Flow[] {
    const flows: Flow[] = [];
    for (const [from, row] of this.#amounts) {
      for (const [to, amount] of row) flows.push({ from, to, share: amount / this.#total });
    }
    return flows.sort((x, y) => y.share - x.share);
  }
}

const lanes = /* @__PURE__ */ new Uint32Array(2);

/**
 * Key i of a sample: 16 hexadecimal digits that look like chance, since rings with a weak key hash spread counted keys
 * unevenly.
 */
function sampleKey(i: number): string {
  xxh64Lanes(i, lanes);
  return lanes[1]!.toString(16).padStart(8, '0') + lanes[0]!.toString(16).padStart(8, '0');
}

/** Half of the 95 % interval of a share found in n samples; where none or all were hits, the rule of three. */
const sampleError = (share: number, n: number): number =>
  share === 0 || share === 1 ? 3 / n : 1.96 * Math.sqrt((share * (1 - share)) / n);
