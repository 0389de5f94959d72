import type { RingDialect } from './dialect.js';
import { outOfRange, RingError } from './errors.js';
import type { RingNode } from './node.js';
import { copiesOf, MigrationPlan, type PlanRange } from './plan.js';
import type { PointTable } from './points.js';
import { type NodeOrder, preferenceList } from './preference.js';
import type { Roster } from './roster.js';
import { sweep } from './sweep.js';

/** What a plan is for. */
export interface DiffOptions {
  /** Nodes that hold each key, default 1: ranges then tell sets of this size (or of all nodes, if they are fewer). */
  readonly replicas?: number | undefined;
  /** As in `owners`. */
  readonly spread?: 'zone' | undefined;
}

/** A ring, as far as a plan needs it: any `Ring` is one. */
export interface PlanSide {
  /** Whose rules it follows. */
  readonly dialect: RingDialect;
  /** As `Ring.fingerprint`: the plan names the rings by it. */
  readonly fingerprint: string;
  /** @internal */
  readonly table: PointTable;
  /** @internal */
  readonly roster: Roster<RingNode>;
}

/**
 * The migration plan between two rings of one dialect: which positions change hands. A range on which the same nodes
 * hold the keys before and after, if perhaps in another order, is not in it. Throws `RingError` different-dialects,
 * `RangeError`. Cost: one pass over the points of both rings.
 */
export function diff(before: PlanSide, after: PlanSide, { replicas = 1, spread }: DiffOptions = {}): MigrationPlan {
  if (before.dialect.name !== after.dialect.name)
    throw new RingError(
      'different-dialects',
      `a plan needs two rings that hash keys alike, got the dialects ${before.dialect.name} and ${after.dialect.name}`,
    );
  if (!(Number.isInteger(replicas) && replicas >= 1)) throw outOfRange('replicas', 'an integer of 1 or more', replicas);
  const options = { n: replicas, spread };
  const ranges: PlanRange[] = [];
  sweep(
    [before, after],
    ([a, b]) => [holders(before, a!, options), holders(after, b!, options)] as const,
    (start, end, [from, to]) => {
      if (from.length === to.length && to.every((id) => from.includes(id))) return;
      const last = ranges.at(-1);
      if (last?.end === start && isSame(last.from, from) && isSame(last.to, to))
        ranges[ranges.length - 1] = { ...last, end };
      else ranges.push({ start, end, from, to, copies: copiesOf(from, to) });
    },
  );
  return new MigrationPlan({
    dialect: before.dialect,
    replicas,
    before: before.fingerprint,
    after: after.fingerprint,
    ranges,
  });
}

function holders(side: PlanSide, order: NodeOrder, options: { n: number; spread: 'zone' | undefined }): string[] {
  return preferenceList(side.roster, order, options).map((index) => side.roster.members[index]!.id);
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);
