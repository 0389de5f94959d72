import type { MigrationPlan, PlanRange } from '@dsys/hashring';
import type { KeySource, KeysRead } from '../../frame/keys.js';
import { expectedShares, type Placed } from './placements.js';

/**
 * What `--json` says of a change besides its ranges. Shares are of the whole key space, 0..1. Fields are added, never
 * taken away or changed.
 */
export interface Summary {
  /**
   * Share of the keys for which something has to be copied or dropped. With a strategy that has no ranges: of the keys
   * that were counted.
   */
  readonly moved: number;
  /** The same, a key that is copied to two nodes counted twice. */
  readonly copied: number;
  /** The least that could be copied for the nodes to end up with what they end up with. */
  readonly leastCopied: number;
  /** What an ideally even placement would move; null with replicas. */
  readonly movedByWeights: number | null;
  /** Who copies how much to whom, greatest first. Keys and bytes are there when keys were counted. */
  readonly flows: readonly Flow[];
  readonly keys: CountedKeys | null;
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly share: number;
  readonly keys?: number;
  readonly bytes?: number;
}

export interface CountedKeys {
  readonly source: string;
  readonly count: number;
  readonly emptyLines: number;
  readonly moved: number;
  readonly bytes?: number;
  readonly bytesMoved?: number;
}

/** A change, counted. */
export interface Moves {
  readonly summary: Summary;
  /** By size, largest first; empty when the strategy has no ranges. */
  readonly ranges: readonly CountedRange[];
}

export interface CountedRange {
  readonly range: PlanRange;
  readonly share: number;
  readonly keys: number;
}

const CIRCLE = 2 ** 32;

/** Keys, and their bytes where they are known. */
class Tally {
  keys = 0;
  bytes = 0;

  add(bytes: number): void {
    this.keys++;
    this.bytes += bytes;
  }
}

/** What a plan moves, and which of these keys. */
export async function planMoves(
  before: Placed,
  after: Placed,
  plan: MigrationPlan,
  source: KeySource | undefined,
): Promise<Moves> {
  const all = new Tally();
  const perRange = new Map<PlanRange, Tally>();
  let sized = false;
  const read = await source?.each(({ keys, sizes }) => {
    sized = sizes !== undefined;
    for (let i = 0; i < keys.length; i++) {
      const bytes = sizes?.[i] ?? 0;
      all.add(bytes);
      const range = plan.moves(keys[i]!);
      if (range === undefined) continue;
      let tally = perRange.get(range);
      if (tally === undefined) perRange.set(range, (tally = new Tally()));
      tally.add(bytes);
    }
  });
  const counted = read === undefined || read.count === 0 ? undefined : read;

  const flows = new Flows();
  const moved = new Tally();
  for (const range of plan.ranges) {
    const { keys, bytes } = perRange.get(range) ?? new Tally();
    moved.keys += keys;
    moved.bytes += bytes;
    for (const { from, to } of range.copies) flows.add(from, to, (range.end - range.start) / CIRCLE, keys, bytes);
  }
  const summary: Summary = {
    moved: plan.moved,
    copied: flows.copied,
    leastCopied: flows.leastCopied,
    movedByWeights: plan.replicas === 1 ? movedByWeights(before, after) : null,
    flows: flows.list(counted !== undefined, counted !== undefined && sized),
    keys: counted === undefined ? null : keysOf(source!, counted, all, moved, sized),
  };
  const ranges = plan.ranges
    .map((range) => ({ range, share: (range.end - range.start) / CIRCLE, keys: perRange.get(range)?.keys ?? 0 }))
    .sort((a, b) => b.share - a.share || a.range.start - b.range.start);
  return { summary, ranges };
}

/** What moves of these keys, for placements without ranges. Undefined when there were none after all. */
export async function sampledMoves(before: Placed, after: Placed, source: KeySource): Promise<Moves | undefined> {
  const all = new Tally();
  const moved = new Tally();
  const perFlow = new Map<number, Tally>();
  const width = after.members.length;
  let sized = false;
  // Owners are told apart by id: the two placements number their nodes differently.
  const ids = before.members.map(({ id }) => id);
  const idsAfter = after.members.map(({ id }) => id);
  const read = await source.each(({ keys, sizes }) => {
    sized = sizes !== undefined;
    for (let i = 0; i < keys.length; i++) {
      const bytes = sizes?.[i] ?? 0;
      all.add(bytes);
      const from = before.ownerIndex(keys[i]!);
      const to = after.ownerIndex(keys[i]!);
      if (ids[from] === idsAfter[to]) continue;
      moved.add(bytes);
      const pair = from * width + to;
      let tally = perFlow.get(pair);
      if (tally === undefined) perFlow.set(pair, (tally = new Tally()));
      tally.add(bytes);
    }
  });
  if (read.count === 0) return undefined;
  const flows = new Flows();
  for (const [pair, { keys, bytes }] of perFlow) {
    flows.add(ids[Math.floor(pair / width)]!, idsAfter[pair % width]!, keys / all.keys, keys, bytes);
  }
  const summary: Summary = {
    moved: moved.keys / all.keys,
    copied: flows.copied,
    leastCopied: flows.leastCopied,
    movedByWeights: movedByWeights(before, after),
    flows: flows.list(true, sized),
    keys: keysOf(source, read, all, moved, sized),
  };
  return { summary, ranges: [] };
}

function keysOf(source: KeySource, read: KeysRead, all: Tally, moved: Tally, sized: boolean): CountedKeys {
  const keys = { source: source.name, count: all.keys, emptyLines: read.emptyLines, moved: moved.keys };
  return sized ? { ...keys, bytes: all.bytes, bytesMoved: moved.bytes } : keys;
}

/** What all nodes together have to gain when every one goes from its ideal share to its ideal share. */
function movedByWeights(before: Placed, after: Placed): number {
  const shares = expectedShares(before.members);
  const had = new Map(before.members.map(({ id }, i) => [id, shares[i]!]));
  return expectedShares(after.members).reduce(
    (sum, share, i) => sum + Math.max(0, share - (had.get(after.members[i]!.id) ?? 0)),
    0,
  );
}

/** Who copies how much to whom. */
class Flows {
  readonly #flows = new Map<string, { from: string; to: string; share: number; keys: number; bytes: number }>();
  /** What each node gets less what it gives. */
  readonly #gains = new Map<string, number>();
  copied = 0;

  add(from: string, to: string, share: number, keys: number, bytes: number): void {
    this.copied += share;
    this.#gains.set(to, (this.#gains.get(to) ?? 0) + share);
    this.#gains.set(from, (this.#gains.get(from) ?? 0) - share);
    const pair = JSON.stringify([from, to]);
    let flow = this.#flows.get(pair);
    if (flow === undefined) this.#flows.set(pair, (flow = { from, to, share: 0, keys: 0, bytes: 0 }));
    flow.share += share;
    flow.keys += keys;
    flow.bytes += bytes;
  }

  /**
   * Whoever ends up with more must have got that much from others; no way of copying gets by with less than all of
   * that.
   */
  get leastCopied(): number {
    return [...this.#gains.values()].reduce((sum, gain) => sum + Math.max(0, gain), 0);
  }

  list(withKeys: boolean, withBytes: boolean): Flow[] {
    return [...this.#flows.values()]
      .sort((a, b) => b.share - a.share || compare(a.from, b.from) || compare(a.to, b.to))
      .map(({ from, to, share, keys, bytes }) => ({
        from,
        to,
        share,
        ...(withKeys ? { keys } : {}),
        ...(withBytes ? { bytes } : {}),
      }));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
