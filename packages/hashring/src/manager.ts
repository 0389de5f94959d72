import type { RingChange, RingPreview } from './change.js';
import type { Key } from './dialect.js';
import { type DiffOptions, diff } from './diff.js';
import { wrongType } from './errors.js';
import type { RingNode } from './node.js';
import type { OwnersOptions } from './placement.js';
import type { MigrationPlan } from './plan.js';
import { Ring } from './ring.js';

/** What listeners of a manager are told, after the swap. */
export interface RingChanged<N extends RingNode = RingNode> {
  /** The epoch that began with this change. */
  readonly epoch: number;
  readonly before: Ring<N>;
  readonly after: Ring<N>;
  /** The migration plan, computed when it is asked for. */
  plan(options?: DiffOptions): MigrationPlan;
}

type Listener<N extends RingNode> = (change: RingChanged<N>) => void;

/**
 * A ring that changes: one variable, swapped whole. Whoever reads sees the ring before a change or the one after it. A
 * change that fails (a bad weight, an unknown id) leaves ring and epoch as they were, and tells nobody.
 */
export class RingManager<N extends RingNode = RingNode> {
  #ring: Ring<N>;
  #epoch = 0;
  readonly #listeners = new Set<{ readonly call: Listener<N> }>();
  /** Changes that listeners have not been told of: more than one when a listener itself makes a change. */
  readonly #untold: RingChanged<N>[] = [];
  #telling = false;

  constructor(ring: Ring<N>) {
    this.#ring = ring;
  }

  /** The ring in force. Keep it in a variable to see one ring across several calls. */
  get ring(): Ring<N> {
    return this.#ring;
  }

  /** Counts changes, from 0. */
  get epoch(): number {
    return this.#epoch;
  }

  /** As `ring.owner`. */
  owner(key: Key): N {
    return this.#ring.owner(key);
  }

  /** As `ring.owners`. */
  owners(key: Key, options: OwnersOptions<N>): N[] {
    return this.#ring.owners(key, options);
  }

  /** Each of these returns the new ring, and throws as the `Ring`'s own call does. */
  add(node: N): Ring<N> {
    return this.apply({ add: [node] });
  }

  /** Goes on without this node. Throws `RingError` unknown-node, or empty-ring when it is the last one. */
  remove(id: string): Ring<N> {
    return this.apply({ remove: [id] });
  }

  /** Gives this node another weight. Throws `RingError` unknown-node, `RangeError`. */
  reweight(id: string, weight: number): Ring<N> {
    return this.apply({ reweight: { [id]: weight } });
  }

  /** Several changes as one: one swap, one epoch, one event. */
  apply(change: RingChange<N>): Ring<N> {
    return this.#swap(this.#ring.apply(change));
  }

  /** Goes over to exactly these nodes, with the same dialect and points per node. */
  replaceAll(nodes: Iterable<N>): Ring<N> {
    const { dialect, pointsPerNode } = this.#ring;
    return this.#swap(Ring.of(nodes, { dialect, pointsPerNode }));
  }

  /** What a change would move, without making it. */
  preview(change: RingChange<N>): RingPreview {
    return this.#ring.preview(change);
  }

  /**
   * Calls `listener` after each change, in the order of epochs, also when a listener makes the change. Returns the way
   * to stop. A listener that throws keeps no other from being told: its error comes out of the call that made the
   * change, which stands.
   */
  on(event: 'change', listener: (change: RingChanged<N>) => void): () => void {
    if (event !== 'change') throw wrongType('event', "'change'", event);
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  #swap(after: Ring<N>): Ring<N> {
    const before = this.#ring;
    this.#ring = after;
    this.#epoch++;
    this.#untold.push({ epoch: this.#epoch, before, after, plan: (options) => diff(before, after, options) });
    if (!this.#telling) this.#tell();
    return after;
  }

  #tell(): void {
    this.#telling = true;
    const errors: unknown[] = [];
    for (let change = this.#untold.shift(); change !== undefined; change = this.#untold.shift()) {
      for (const { call } of [...this.#listeners]) {
        try {
          call(change);
        } catch (error) {
          errors.push(error);
        }
      }
    }
    this.#telling = false;
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} listeners of a ring failed`);
  }
}
