import type { Key, RingDialect } from './dialect.js';
import type { RingNode } from './node.js';
import type { Ring } from './ring.js';

export interface DiffOptions {
  /** Nodes that hold each key, default 1: ranges then tell sets of this size (or of all nodes, if they are fewer). */
  readonly replicas?: number | undefined;
  /** As in `owners`. */
  readonly spread?: 'zone' | undefined;
}

/** Keys at positions `[start, end)` leave the nodes `from` for the nodes `to`. */
export interface PlanRange {
  readonly start: number;
  /** Excluded; at most 2^32. */
  readonly end: number;
  /** Ids of the nodes that hold these keys before, in the order of preference. */
  readonly from: readonly string[];
  /** Ids of the nodes that hold them after. */
  readonly to: readonly string[];
  /** What has to be copied: for each node that is only in `to`, a node of `from` that can send it, one that leaves where there is one. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

/** Share of the key space copied from one node to another. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly share: number;
}

export interface PlanJson {
  readonly kind: 'dsys-ring-plan';
  readonly version: 1;
  readonly dialect: string;
  readonly replicas: number;
  /** Fingerprints of the rings. */
  readonly before: string;
  readonly after: string;
  /** [start, end, from, to], ids as indices into `ids`. */
  readonly ids: readonly string[];
  readonly ranges: readonly (readonly [number, number, readonly number[], readonly number[]])[];
}

/** How to get from one ring to another: plain data with a face. JSON-able; `MigrationPlan.from` restores it, so that an executor can resume. */
export class MigrationPlan {
  /** A plan from its JSON. Throws `DecodeError` naming the field, `RingError` unknown-dialect when it is not the default and not passed. */
  static from(_json: PlanJson, _options: { readonly dialect?: RingDialect } = {}): MigrationPlan {
    throw unwritten();
  }

  /** Fingerprints of the two rings. */
  declare readonly before: string;
  declare readonly after: string;
  declare readonly replicas: number;
  /** Disjoint, in the order of positions; neighbours that say the same are one. */
  declare readonly ranges: readonly PlanRange[];
  /** Share of the key space in some range: the keys for which something has to be copied or dropped. */
  declare readonly moved: number;
  /** Who sends how much to whom, greatest first. */
  declare readonly matrix: readonly Flow[];

  /** The range that this key moves with, or undefined when it stays. */
  moves(_key: Key): PlanRange | undefined {
    throw unwritten();
  }

  toJSON(): PlanJson {
    throw unwritten();
  }
}

/** The migration plan between two rings of one dialect. Throws `RingError` different-dialects. Cost: one pass over the points of both. */
export function diff<A extends RingNode, B extends RingNode>(_before: Ring<A>, _after: Ring<B>, _options: DiffOptions = {}): MigrationPlan {
  throw unwritten();
}

const unwritten = (): Error => new Error('@dsys/hashring: this is not written yet');
