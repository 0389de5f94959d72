import type { Key } from './dialect.js';
import type { Hash64, NumberedNode } from './jump.js';
import type { Placement } from './placement.js';

/** JumpBackHash (Ertl 2024), generator SplitMix64: as hash4j's `jumpBackHashSplitMix64`. Constant expected time. */
export declare function jumpBackHashSplitMix64(hash: Hash64, buckets: number): number;
/** JumpBackHash (Ertl 2024), generator XorshiftL7R9: as hash4j's `jumpBackHashXorshiftL7R9`. */
export declare function jumpBackHashXorshiftL7R9(hash: Hash64, buckets: number): number;

/** JumpBackHash over a list of nodes: as `Jump`, in time that does not grow with the number of nodes. */
export declare class JumpBack<N extends NumberedNode = NumberedNode> implements Placement<N> {
  static of(nodes: Iterable<string>): JumpBack<string>;
  static of<N extends NumberedNode>(nodes: Iterable<N>): JumpBack<N>;
  readonly capabilities: {
    readonly weights: false;
    readonly owners: false;
    readonly removal: 'last';
    readonly minimal: true;
    readonly ranges: false;
  };
  readonly nodes: readonly N[];
  readonly size: number;
  owner(key: Key): N;
  ownerMany(keys: readonly Key[], out?: N[]): N[];
  with<M extends NumberedNode>(node: M): JumpBack<N | M>;
  withoutLast(): JumpBack<N>;
}
