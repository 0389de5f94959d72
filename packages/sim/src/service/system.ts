import type { Random } from '@dsys/core';
import type { NodeId, Transport, TransportLimits } from '@dsys/transport';
import type { Storage } from '@dsys/wal';
import type { HistoryEvent } from '../history.js';
import type { Observer } from '../monitor.js';
import type { Tamper } from '../tamper.js';
import type { ServiceClock } from './clock.js';
import type { ServiceWorld } from './world.js';

/**
 * A service of your own, written with promises, with all that it takes to be run in a world: who takes part, what clients
 * ask, what must hold. The service gets all that it knows of the world from its `env`.
 */
export interface ServiceSystem<S, Op = unknown> {
  readonly name: string;
  readonly nodes: readonly NodeId[];
  /**
   * Starts it, as a process starts: from what `env.storage` holds. Clients ask when it has resolved; frames arrive as soon
   * as there is a receiver. What it throws, or what is thrown later and nobody catches, ends the node.
   */
  start(env: ServiceEnv): S | Promise<S>;
  readonly workload?: ServiceWorkload<S, Op>;
  /** When faults have ended for a while: what is wrong with the system, or null. */
  atPeace?(world: ServiceWorld<S, Op>): string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each invariant has a state of its own type.
  readonly invariants?: readonly ServiceInvariant<S, any>[];
  /** Lets nodes lie: see `tamper.ts`. Default: all say what they mean. */
  readonly tamper?: Tamper;
  /** Bounds of each node's queues. Default: frames up to 1 MiB; of each peer and lane 256 frames, 4 MiB. */
  readonly limits?: TransportLimits;
}

/** What a service has of its world, for one life: when the node crashes all of it is dead, and the next life gets its own. */
export interface ServiceEnv {
  readonly id: NodeId;
  /** How often this node has been started, this time included. */
  readonly boot: number;
  /** Loses, delays and refuses as the contract allows; never alters, repeats or reorders within a lane. */
  readonly transport: Transport;
  /** Durable once `append` has resolved, and not before. Open; `load` it first. */
  readonly storage: Storage;
  readonly clock: ServiceClock;
  /** For `below`, `pick` and the like of `@dsys/core`; from the seed of the run, another one each boot. */
  readonly random: Random;
  /** Aborted when this life is over. Whoever listens can't do anything with `env` any more. */
  readonly signal: AbortSignal;
  /** Tells the invariants something that only the service knows: `note('wrote', token)`. JSON. */
  note(what: string, value?: unknown): void;
  /** Ends this life, as `process.exit` would; somebody starts the node again. Right when the storage has failed. */
  exit(reason: string): void;
}

/** What an operation came to: `fail` when it certainly did not happen, `info` when nobody knows. */
export interface ServiceOutcome {
  readonly type: 'ok' | 'fail' | 'info';
  readonly value?: unknown;
}

/** What clients do. Operations are JSON. */
export interface ServiceWorkload<S, Op> {
  /** The next operation of a client, its `count`-th. */
  next(random: Random, client: number, count: number): Op;
  /** How the history shows it. */
  describe(op: Op): { readonly f: string; readonly key?: string; readonly value?: unknown };
  /** Asks the service of some node, as its client library would. What is rejected counts as `info`. */
  ask(service: S, op: Op): ServiceOutcome | Promise<ServiceOutcome>;
}

/** What an invariant is told of. Services are to be looked at, never kept or changed. */
export type ServiceEvent<S> =
  /** Something happened to a node, and all that it set off is done. */
  | { readonly type: 'acted'; readonly node: NodeId; readonly service: S }
  | { readonly type: 'started'; readonly node: NodeId; readonly service: S }
  | { readonly type: 'crashed'; readonly node: NodeId }
  | { readonly type: 'noted'; readonly node: NodeId; readonly what: string; readonly value: unknown }
  | { readonly type: 'asked' | 'heard'; readonly event: HistoryEvent };

/** An observer of a world of services. */
export interface ServiceInvariant<S, State = unknown> extends Observer<ServiceEvent<S>, State> {}
