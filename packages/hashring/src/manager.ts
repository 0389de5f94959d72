import type { RingChange, RingPreview } from './change.js';
import type { DiffOptions, MigrationPlan } from './diff.js';
import type { Key } from './dialect.js';
import type { RingNode } from './node.js';
import type { OwnersOptions } from './placement.js';
import type { Ring } from './ring.js';

/** What listeners of a manager are told, after the swap. */
export interface RingChanged<N extends RingNode = RingNode> {
  /** The epoch that began with this change. */
  readonly epoch: number;
  readonly before: Ring<N>;
  readonly after: Ring<N>;
  /** The migration plan, computed when asked for, once for the same options. */
  plan(options?: DiffOptions): MigrationPlan;
}

/** A ring that changes: one variable, swapped whole. Readers see the ring before or after a change, never in between. */
export class RingManager<N extends RingNode = RingNode> {
  constructor(_ring: Ring<N>) {
    throw new Error('@dsys/hashring: this is not written yet');
  }

  /** The ring in force. Hold it to see one consistent ring across several calls. */
  declare readonly ring: Ring<N>;
  /** Counts changes, from 0. */
  declare readonly epoch: number;

  declare owner: (key: Key) => N;
  declare owners: (key: Key, options: OwnersOptions<N>) => N[];

  /** Each returns the new ring; any error leaves the manager as it was. */
  declare add: (node: N) => Ring<N>;
  declare remove: (id: string) => Ring<N>;
  declare reweight: (id: string, weight: number) => Ring<N>;
  declare apply: (change: RingChange<N>) => Ring<N>;
  declare replaceAll: (nodes: Iterable<N>) => Ring<N>;
  declare preview: (change: RingChange<N>) => RingPreview;

  /** Calls `listener` after each change, in the order of epochs, also for changes made by a listener. Returns the way to stop. */
  declare on: (event: 'change', listener: (change: RingChanged<N>) => void) => () => void;
}
