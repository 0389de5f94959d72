import type { Answer, CoreOf, Input, Output, Rename, Vocabulary } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { HistoryEvent } from './history.js';

/** What a monitor is told of. Cores are to be read, never kept or changed. */
export type WorldEvent<V extends Vocabulary> =
  /** `input` is null for what `recover` gave. */
  | {
      readonly type: 'stepped';
      readonly node: NodeId;
      readonly core: CoreOf<V>;
      readonly input: Input<V> | null;
      readonly outputs: readonly Output<V>[];
    }
  | { readonly type: 'crashed'; readonly node: NodeId }
  | { readonly type: 'answered'; readonly node: NodeId; readonly answer: Answer<V> }
  | { readonly type: 'asked' | 'heard'; readonly event: HistoryEvent };

/** How a monitor says what it has seen. */
export interface Report {
  /** An invariant is broken. The first one stays, and ends the run. */
  broken(detail: string): void;
  /** Something happened that should happen sometimes. */
  sometimes(what: string): void;
}

/**
 * An invariant that watches a world. Its state is an immutable value, which is forked with the world and belongs to its
 * fingerprint: so keep in it what the verdict needs, and no more.
 */
export interface Observer<E, S = unknown> {
  readonly name: string;
  readonly init: S;
  /** The state after this event. Called for each, in order. */
  observe(state: S, event: E, report: Report): S;
  /** Default: the state as JSON. */
  fingerprint?(state: S, rename: Rename): string;
  /** What `sometimes` will be told of, so that what never happened is counted as zero. */
  readonly sometimes?: readonly string[];
}

/** An observer of a world of cores. */
export interface Monitor<V extends Vocabulary, S = unknown> extends Observer<WorldEvent<V>, S> {}
