import type { Answer, Input, Protocol, Random, Ref, Vocabulary } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { Machine } from './machine.js';
import type { Monitor } from './monitor.js';
import type { Tamper } from './tamper.js';
import type { World } from './world.js';

/** A protocol with all that it takes to be run in a world: who takes part, what clients ask, what must hold. */
export interface System<V extends Vocabulary, Op = unknown> {
  readonly name: string;
  readonly protocol: Protocol<V>;
  readonly nodes: readonly NodeId[];
  /** What the core of this node is started with. */
  options(id: NodeId): V['options'];
  /** Default: `noMachine`. */
  machine?(id: NodeId): Machine;
  readonly workload?: Workload<V, Op>;
  /** When faults have ended for a while: what is wrong with the system, or null. */
  atPeace?(world: World<V, Op>): string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each monitor has a state of its own type.
  readonly monitors?: readonly Monitor<V, any>[];
  /** Lets nodes lie: see `tamper.ts`. Default: all say what they mean. */
  readonly tamper?: Tamper;
}

/** What clients do. Operations are JSON. */
export interface Workload<V extends Vocabulary, Op> {
  /** The next operation of a client, its `count`-th. */
  next(random: Random, client: number, count: number): Op;
  /** How the history shows it. */
  describe(op: Op): { readonly f: string; readonly key?: string; readonly value?: unknown };
  /** How a node is asked. */
  input(op: Op, ref: Ref): Input<V>;
  /**
   * What an answer says: `ok` with a value, `fail` when it certainly did not happen, `info` when nobody knows. `machine` is
   * the node's own, as it is when the answer comes: a protocol that answers when to read leaves the reading to that.
   */
  outcome(
    op: Op,
    answer: Answer<V>,
    machine: Machine,
  ): { readonly type: 'ok' | 'fail' | 'info'; readonly value?: unknown };
}
