/**
 * What is measured on the keys: who holds how much, and what a change moved. Shares are of the keys counted, each
 * once, or as often as the list names it.
 */
import type { KeySet } from './keys.js';
import type { State } from './state.js';
import { strategyOf } from './strategies.js';

/** Count every distinct key once, or each line of the list: a hot key is one key and many requests. */
export type Unit = 'keys' | 'lines';

export interface Load {
  readonly id: string;
  readonly slot: number;
  readonly weight: number;
  /** Keys or lines that belong to this node. */
  readonly count: number;
  /** The same as a share of all, 0..1. */
  readonly share: number;
  /** Its weight over the weight of all: what it should hold. */
  readonly expected: number;
}

/** Keys that went from one node to another. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

export interface Movement {
  readonly total: number;
  readonly moved: number;
  /** moved / total. */
  readonly share: number;
  /** What had to move: half the sum over nodes of |expected share after - before|. For one of N equal nodes that leaves, 1/N. */
  readonly due: number;
  /** Keys that moved between two nodes whose weight no one touched: what consistent hashing promises not to do. */
  readonly needless: number;
  /** Who sent how much to whom, the greatest first. */
  readonly flows: readonly Flow[];
}

/** Most keys that a picture shows one by one: more would be finer than pixels, or a page high. */
export const MAX_CELLS = 2_400;

/** Where a set of keys lies under many states, remembered: a page asks again and again. */
export class Measure {
  readonly keySet: KeySet;
  readonly #owners = new Map<string, Uint16Array>();

  constructor(keySet: KeySet) {
    this.keySet = keySet;
  }

  /** Slot of the owner of each key. */
  ownersOf(state: State): Uint16Array {
    const name = JSON.stringify([state.strategy, state.strategy === 'ring' ? state.pointsPerNode : 0, state.nodes]);
    const known = this.#owners.get(name);
    if (known !== undefined) return known;
    const placed = strategyOf(state.strategy).place(state.nodes, state.pointsPerNode);
    const owners = Uint16Array.from(placed.ownerMany(this.keySet.keys), (node) => node.slot);
    this.#owners.set(name, owners);
    // The oldest go first: with a long list of keys each state is worth hundreds of kilobytes.
    if (this.#owners.size > 64) this.#owners.delete(this.#owners.keys().next().value!);
    return owners;
  }

  /** Number of keys or lines in all. */
  total(unit: Unit): number {
    return unit === 'keys' ? this.keySet.keys.length : this.keySet.lines;
  }

  /** The load of each node, in the order of the nodes. */
  loads(state: State, unit: Unit): Load[] {
    const bySlot = new Float64Array(state.nextSlot);
    const owners = this.ownersOf(state);
    for (let i = 0; i < owners.length; i++) bySlot[owners[i]!]! += this.#countOf(i, unit);
    const total = this.total(unit);
    const weights = state.nodes.reduce((sum, node) => sum + node.weight, 0);
    return state.nodes.map(({ id, slot, weight }) => {
      const count = bySlot[slot]!;
      return { id, slot, weight, count, share: count / total, expected: weight / weights };
    });
  }

  /** What moves between two states of one run. */
  movement(before: State, after: State, unit: Unit): Movement {
    const from = this.ownersOf(before);
    const to = this.ownersOf(after);
    const names = namesOf(before, after);
    const touched = touchedSlots(before, after);
    const size = Math.max(before.nextSlot, after.nextSlot);
    const flows = new Map<number, number>();
    let moved = 0;
    let needless = 0;
    for (let i = 0; i < from.length; i++) {
      if (from[i] === to[i]) continue;
      const count = this.#countOf(i, unit);
      moved += count;
      if (!touched.has(from[i]!) && !touched.has(to[i]!)) needless += count;
      const flow = from[i]! * size + to[i]!;
      flows.set(flow, (flows.get(flow) ?? 0) + count);
    }
    const total = this.total(unit);
    return {
      total,
      moved,
      share: moved / total,
      due: due(before, after),
      needless,
      flows: [...flows]
        .map(([flow, count]) => ({ from: names.get(Math.floor(flow / size))!, to: names.get(flow % size)!, count }))
        .sort((a, b) => b.count - a.count || (a.from + a.to < b.from + b.to ? -1 : 1)),
    };
  }

  /** For each key whether it moved. */
  movedKeys(before: State, after: State): Uint8Array {
    const from = this.ownersOf(before);
    const to = this.ownersOf(after);
    return Uint8Array.from(from, (slot, i) => (slot === to[i] ? 0 : 1));
  }

  #countOf(key: number, unit: Unit): number {
    return unit === 'keys' ? 1 : this.keySet.counts[key]!;
  }
}

/** The greatest load over what it should be; 1 is perfect. */
export const maxOverExpected = (loads: readonly Load[]): number =>
  Math.max(...loads.map(({ share, expected }) => share / expected));

/** The share that no strategy can avoid moving, from the weights alone. */
export function due(before: State, after: State): number {
  const expected = (state: State): Map<number, number> => {
    const sum = state.nodes.reduce((all, node) => all + node.weight, 0);
    return new Map(state.nodes.map((node) => [node.slot, node.weight / sum]));
  };
  const was = expected(before);
  const is = expected(after);
  let sum = 0;
  for (const slot of new Set([...was.keys(), ...is.keys()]))
    sum += Math.abs((is.get(slot) ?? 0) - (was.get(slot) ?? 0));
  return sum / 2;
}

/** Slots that came, went or changed their weight. */
function touchedSlots(before: State, after: State): Set<number> {
  const was = new Map(before.nodes.map((node) => [node.slot, node.weight]));
  const is = new Map(after.nodes.map((node) => [node.slot, node.weight]));
  return new Set([...was.keys(), ...is.keys()].filter((slot) => was.get(slot) !== is.get(slot)));
}

function namesOf(...states: State[]): Map<number, string> {
  return new Map(states.flatMap((state) => state.nodes.map((node) => [node.slot, node.id] as const)));
}
