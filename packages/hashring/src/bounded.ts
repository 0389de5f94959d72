import { InvariantViolation } from '@dsys/codec';
import type { Key } from './dialect.js';
import { outOfRange, RingError } from './errors.js';
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

/** A key goes to its owner unless that is full, then on along the ring to the first node with room. */
export interface BoundedLoads<N extends RingNode = RingNode> {
  readonly ring: Ring<N>;
  readonly epsilon: number;
  /** Leases that are out on nodes that are up. */
  readonly inFlight: number;
  /** A place for this key. Throws `RingError` no-node-up when every node is down, and never else. */
  acquire(key: Key): Lease<N>;
  /**
   * Passes the node over until `setUp`; leases that are out stay with it. Throws `RingError` unknown-node, also below.
   */
  setDown(id: string): void;
  /** Lets the node take keys again. Throws `RingError` unknown-node. */
  setUp(id: string): void;
  /** Whether the node takes keys. Throws `RingError` unknown-node. */
  isUp(id: string): boolean;
  /** Leases that are out on this node. */
  loadOf(id: string): number;
  /** How many leases the node may come to hold by the next `acquire`; 0 when it is down. */
  capacityOf(id: string): number;
  /**
   * Goes on with another ring. Nodes that stay keep their loads and downs; leases on nodes that left are forgotten when
   * released.
   */
  follow(ring: Ring<N>): void;
}

/** One node, for as long as leases or rings hold on to it. */
interface Place {
  load: number;
  up: boolean;
  weight: number;
  /** On the ring, with a point at least: some dialects leave light nodes without. */
  reachable: boolean;
}

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, SODA 2018). With m requests under way, the
 * new one among them, a node of weight w among nodes of weight W comes to hold at most
 *
 *     capacity = ⌈(1 + ε) · m · w / W⌉          ε = 0.25, m = 10, 4 nodes alike: ⌈3.125⌉ = 4
 *
 * The capacities of the nodes that are up add up to (1 + ε) · m at least, and only m - 1 requests are there already: so
 * some node has room. (Rounding can't spoil this: the sum may fall short of m by anything below 1.) Differs from the
 * paper, in which balls move when the bound falls: a request under way stays where it is, so after releases a node may
 * hold more than the bound of the smaller m, until it has given some back; it gets nothing new meanwhile.
 */
export function bounded<N extends RingNode>(ring: Ring<N>, { epsilon }: BoundedOptions): BoundedLoads<N> {
  if (!(epsilon > 0 && epsilon <= 1000)) throw outOfRange('epsilon', 'above 0 and at most 1000', epsilon);
  return new Loads(ring, epsilon);
}

class Loads<N extends RingNode> implements BoundedLoads<N> {
  readonly epsilon: number;
  #ring: Ring<N>;
  /** By index of the node. */
  #places: readonly Place[] = [];
  /** Weight of the nodes that can be reached and are up, and the leases on them. */
  #weight = 0;
  #inFlight = 0;

  constructor(ring: Ring<N>, epsilon: number) {
    this.epsilon = epsilon;
    this.#ring = ring;
    this.follow(ring);
  }

  get ring(): Ring<N> {
    return this.#ring;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  acquire(key: Key): Lease<N> {
    if (this.#weight === 0) throw new RingError('no-node-up', 'every node is down: setUp one, or follow another ring');
    const { nodes } = this.#ring;
    const walk = this.#ring.walk(key);
    for (let steps = walk.length; steps > 0; steps--) {
      const index = walk.nextNode();
      const place = this.#places[index]!;
      if (place.load < this.#capacity(place)) return this.#lease(nodes[index]!, place);
    }
    throw new InvariantViolation('the capacities of the nodes that are up exceed the requests under way');
  }

  setDown(id: string): void {
    this.#place(id).up = false;
    this.#count();
  }

  setUp(id: string): void {
    this.#place(id).up = true;
    this.#count();
  }

  isUp(id: string): boolean {
    return this.#place(id).up;
  }

  loadOf(id: string): number {
    return this.#place(id).load;
  }

  capacityOf(id: string): number {
    return this.#capacity(this.#place(id));
  }

  follow(ring: Ring<N>): void {
    const before = new Map(this.#ring.members.map(({ id }, i) => [id, this.#places[i]]));
    for (const place of this.#places) place.reachable = false;
    this.#ring = ring;
    this.#places = ring.members.map(({ id, weight }) =>
      Object.assign(before.get(id) ?? { load: 0, up: true, reachable: false }, { weight }),
    );
    const { count, owners } = ring.table;
    for (let i = 0; i < count; i++) this.#places[owners[i]!]!.reachable = true;
    this.#count();
  }

  #place(id: string): Place {
    return this.#places[this.#ring.roster.at(id)]!;
  }

  #capacity({ up, reachable, weight }: Place): number {
    return up && reachable ? Math.ceil(((1 + this.epsilon) * (this.#inFlight + 1) * weight) / this.#weight) : 0;
  }

  #lease(node: N, place: Place): Lease<N> {
    place.load++;
    this.#inFlight++;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      place.load--;
      if (place.up && place.reachable) this.#inFlight--;
    };
    return { node, release };
  }

  #count(): void {
    this.#weight = 0;
    this.#inFlight = 0;
    for (const { up, reachable, weight, load } of this.#places) {
      if (!up || !reachable) continue;
      this.#weight += weight;
      this.#inFlight += load;
    }
  }
}
