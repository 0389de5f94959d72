import type { Rename } from './core.js';

/**
 * What a system must offer to be explored: the simulator's world does, and so may anything else. One world, three
 * schedulers: a random one makes it a simulation, an exhaustive one a model check, a person's hand a demo.
 */

/** Something that can happen next: JSON, with an id that is the same whenever the same thing can happen in the same state. */
export interface Action {
  readonly id: string;
}

/** An invariant that does not hold. */
export interface Violation {
  readonly invariant: string;
  /** What was found, for people. */
  readonly detail: string;
}

/** A system as a value. */
export interface World<A extends Action = Action> {
  /** All that can happen now, in a fixed order. */
  enabled(): readonly A[];
  /** Lets it happen. Throws for what is not enabled. */
  perform(action: A): void;
  /** The same world, to go on apart. Worlds that can't fork (services written with promises) don't have this face: they are refused by type. */
  fork(): this;
  /** Equal for states with the same future, monitors included; different otherwise. */
  fingerprint(rename?: Rename): string;
  /** The first invariant that was broken, or null. It stays. */
  violation(): Violation | null;
  /** How often each thing that should happen sometimes did: a green run in which nothing was committed proves nothing. */
  sometimes(): Readonly<Record<string, number>>;
}
