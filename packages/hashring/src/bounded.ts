import type { Key } from './dialect.js';
import type { RingNode } from './node.js';
import type { Ring } from './ring.js';

export interface BoundedOptions {
  /** How far above its fair share a node may be loaded: 0.25 means 25 % over. Above 0, at most 1,000. */
  readonly epsilon: number;
}

/** One request under way. */
export interface Lease<N extends RingNode = RingNode> {
  readonly node: N;
  /** Gives the place back; calling it again does nothing. */
  release(): void;
}

/** Consistent hashing with bounded loads: a key goes to its owner unless that is full, then on along the ring. */
export interface BoundedLoads<N extends RingNode = RingNode> {
  readonly ring: Ring<N>;
  /** Leases given and not yet released, on nodes that are up. */
  readonly inFlight: number;
  /** A place for this key. Throws `RingError` no-node-up only when every node is down. */
  acquire(key: Key): Lease<N>;
  /** Passes the node over until `setUp`. Its leases stay with it. Throws `RingError` unknown-node. */
  setDown(id: string): void;
  setUp(id: string): void;
  isUp(id: string): boolean;
  /** Leases on this node. */
  loadOf(id: string): number;
  /** Most leases that the node may hold, with one more under way than now: ⌈(1 + ε) · (inFlight + 1) · w / W⌉; 0 when it is down. */
  capacityOf(id: string): number;
  /** Goes on with another ring; loads and downs of the nodes that stay are kept. */
  follow(ring: Ring<N>): void;
}

/** Bounded loads over a ring (Mirrokni, Thorup, Zadimoghaddam 2018). */
export function bounded<N extends RingNode>(_ring: Ring<N>, _options: BoundedOptions): BoundedLoads<N> {
  throw new Error('@dsys/hashring: this is not written yet');
}
