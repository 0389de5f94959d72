import { xxh64Lanes } from '@dsys/hash';
import { type Key, RING_SEED } from './dialect.js';
import { wrongType } from './errors.js';
import type { RingNode } from './node.js';
import type { Placement } from './placement.js';
import { Roster } from './roster.js';

/** 64 bits of hash as two unsigned lanes, `[low, high]`: what `xxh64Lanes` of `@dsys/hash` fills in. */
export type Hash64 = ArrayLike<number>;

/** A node for the strategies that number their nodes: in a fixed order, all alike. */
export type NumberedNode =
  | string
  | { readonly id: string; readonly weight?: undefined; readonly zone?: string | undefined };

/**
 * Checked, in the order in which they are listed. Throws `RingError` empty-ring or duplicate-node, and `TypeError` when
 * one has a weight, which would be ignored.
 */
export function numberedNodes<N extends NumberedNode>(nodes: Iterable<N>): readonly N[] {
  const checked = Roster.of(nodes, false).nodes;
  for (const node of checked as readonly RingNode[]) {
    if (typeof node !== 'string' && node.weight !== undefined)
      throw wrongType('weight', 'absent, since this strategy has none', node.weight);
  }
  return checked;
}

const CAN = { weights: false, owners: false, removal: 'last', minimal: true, ranges: false } as const;

/** What the strategies that number their nodes share: all but how a hash becomes a number. */
export abstract class Numbered<N extends NumberedNode> implements Placement<N> {
  /** In the order in which they were listed, which decides. */
  readonly nodes: readonly N[];
  readonly capabilities: typeof CAN & { readonly strategy: string };
  readonly #hash: Uint32Array = new Uint32Array(2);

  /** Of checked nodes: see `numberedNodes`. */
  protected constructor(strategy: string, nodes: readonly N[]) {
    this.capabilities = { strategy, ...CAN };
    this.nodes = nodes;
  }

  /** @internal */
  protected abstract bucketOf(hash: Hash64, buckets: number): number;

  /** How many nodes there are. */
  get size(): number {
    return this.nodes.length;
  }

  /** The node that this key belongs to: by its XXH64, with the seed of all placement. */
  owner(key: Key): N {
    xxh64Lanes(key, this.#hash, RING_SEED, 0);
    return this.nodes[this.bucketOf(this.#hash, this.nodes.length)]!;
  }

  ownerMany(keys: readonly Key[], out: N[] = []): N[] {
    out.length = keys.length;
    for (let i = 0; i < keys.length; i++) out[i] = this.owner(keys[i]!);
    return out;
  }
}
