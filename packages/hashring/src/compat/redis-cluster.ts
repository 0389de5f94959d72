import { crc16 } from '@dsys/hash';
import type { Key } from '../dialect.js';
import { outOfRange, wrongType } from '../errors.js';
import type { RingNodeObject } from '../node.js';
import type { Placement } from '../placement.js';
import { Roster } from '../roster.js';
import { taggedPart } from './hash-tag.js';

/** Number of hash slots of a Redis Cluster. */
export const SLOT_COUNT = 16_384;

/** Slots `first..last`, both included, as `CLUSTER SLOTS` and `redis-cli` write them. */
export type SlotRange = readonly [first: number, last: number];

/** A master and its slots. */
export interface SlotNode extends RingNodeObject {
  readonly slots: readonly SlotRange[];
}

/** Slots that go from one node to another. */
export interface SlotMove {
  readonly slots: SlotRange;
  /** Ids of the nodes. */
  readonly from: string;
  readonly to: string;
}

/**
 * The hash slot of a key in a Redis Cluster (cluster specification, "Key distribution model"; Valkey is the same):
 * CRC-16/XMODEM of its hash tag, or of the whole key when it has none, mod 16384.
 */
export function keySlot(key: Key): number {
  return crc16(taggedPart(key, '{', '}')) & (SLOT_COUNT - 1);
}

/**
 * The slots that `redis-cli --cluster create` gives to each of n masters: one range each, as even as whole numbers
 * allow. Its float32 arithmetic is kept.
 *
 *     evenSlots(3)   [0, 5460]  [5461, 10922]  [10923, 16383]
 */
export function evenSlots(masters: number): SlotRange[] {
  if (!(Number.isInteger(masters) && masters >= 1 && masters <= SLOT_COUNT)) {
    throw outOfRange('masters', `an integer, 1..${SLOT_COUNT}`, masters);
  }
  const perMaster = Math.fround(SLOT_COUNT / masters);
  let first = 0;
  let cursor = 0;
  return Array.from({ length: masters }, (_, i) => {
    const rounded = Math.round(Math.fround(Math.fround(cursor + perMaster) - 1));
    const last = i === masters - 1 ? SLOT_COUNT - 1 : Math.max(first, rounded);
    const range: SlotRange = [first, last];
    first = last + 1;
    cursor = Math.fround(cursor + perMaster);
    return range;
  });
}

/**
 * A Redis Cluster as a strategy: keys to slots by `keySlot`, slots to nodes by a table that is configured, not hashed.
 *
 * Known faults: nothing moves by itself, so balance is the operator's business.
 *
 * Migrate: `movesTo(after)` lists the slots to move; each is one `CLUSTER SETSLOT … MIGRATING`.
 */
export class RedisCluster<N extends SlotNode = SlotNode> implements Placement<N> {
  readonly capabilities = {
    strategy: 'redis-cluster',
    weights: false,
    owners: false,
    removal: 'any',
    minimal: true,
    ranges: false,
  } as const;
  readonly nodes: readonly N[];
  /** Index into `nodes` of each slot's owner. */
  readonly #owners: Uint16Array;

  private constructor(nodes: readonly N[], owners: Uint16Array) {
    this.nodes = nodes;
    this.#owners = owners;
  }

  /**
   * Every slot must have one node. Throws `RangeError` naming a slot that has none or two, `RingError` empty-ring,
   * duplicate-node.
   */
  static of<N extends SlotNode>(nodes: Iterable<N>): RedisCluster<N> {
    const listed = Roster.of(nodes).nodes;
    const owners = new Uint16Array(SLOT_COUNT).fill(NOBODY);
    for (const [index, node] of listed.entries()) {
      for (const range of node.slots) {
        const [first, last] = checkedRange(range);
        for (let slot = first; slot <= last; slot++) {
          if (owners[slot] !== NOBODY)
            throw outOfRange(
              `slots of ${node.id}`,
              `free of slot ${slot}, which ${listed[owners[slot]!]!.id} has`,
              slot,
            );
          owners[slot] = index;
        }
      }
    }
    const gap = owners.indexOf(NOBODY);
    if (gap >= 0) throw outOfRange('slots', `all of 0..${SLOT_COUNT - 1}`, `none for ${gap}`);
    return new RedisCluster(listed, owners);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  owner(key: Key): N {
    return this.nodes[this.#owners[keySlot(key)]!]!;
  }

  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }

  /** The node that holds this hash slot. Throws `RangeError` unless it is 0..16383. */
  ownerOfSlot(slot: number): N {
    const owner = this.#owners[slot];
    if (owner === undefined) throw outOfRange('slot', `an integer, 0..${SLOT_COUNT - 1}`, slot);
    return this.nodes[owner]!;
  }

  /** The slots that have another node in `after`, as ranges in ascending order. */
  movesTo(after: RedisCluster<SlotNode>): SlotMove[] {
    const moves: { slots: [number, number]; from: string; to: string }[] = [];
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const from = this.ownerOfSlot(slot).id;
      const to = after.ownerOfSlot(slot).id;
      if (from === to) continue;
      const last = moves.at(-1);
      if (last !== undefined && last.slots[1] === slot - 1 && last.from === from && last.to === to)
        last.slots[1] = slot;
      else moves.push({ slots: [slot, slot], from, to });
    }
    return moves;
  }
}

/** No cluster has this many nodes: there are fewer slots. */
const NOBODY = 0xffff;

function checkedRange(range: SlotRange): SlotRange {
  if (!Array.isArray(range) || range.length !== 2) throw wrongType('slots', 'a list of [first, last]', range);
  const [first, last] = range as SlotRange;
  if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last < SLOT_COUNT)) {
    throw outOfRange('slots', `[first, last] within 0..${SLOT_COUNT - 1}`, `[${first}, ${last}]`);
  }
  return range;
}
