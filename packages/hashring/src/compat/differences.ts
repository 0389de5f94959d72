import { defaultDialect } from '../default-dialect.js';
import type { RingDialect } from '../dialect.js';
import type { Member } from '../node.js';
import type { Ring } from '../ring.js';
import type { CompatDialect, DialectRules } from './rules.js';

/** One rule in which two presets differ. `a` and `b` are what each does, in words. */
export type Difference =
  /** Keys go elsewhere wholly: nothing else matters much. */
  | { readonly rule: 'key-hash'; readonly a: string; readonly b: string }
  | { readonly rule: 'point-hash'; readonly a: string; readonly b: string }
  /** `node` is the first whose points are labelled differently, `nodes` is how many there are. */
  | { readonly rule: 'label'; readonly a: string; readonly b: string; readonly node: string; readonly nodes: number }
  /** `node` is the first that has another number of points, `a` and `b` its numbers, `nodes` is how many there are. */
  | {
      readonly rule: 'point-count';
      readonly a: number;
      readonly b: number;
      readonly node: string;
      readonly nodes: number;
    }
  | { readonly rule: 'search'; readonly a: string; readonly b: string }
  /** `positions` is how many positions have points of two nodes: only there does it matter. */
  | { readonly rule: 'ties'; readonly a: string; readonly b: string; readonly positions: number }
  /** At least one of the two is no ring: a table, slots, or a formula. */
  | { readonly rule: 'strategy'; readonly a: string; readonly b: string };

/** Our own dialect states no rules, so that a ring alone need not carry the words. */
const OUR_RULES: DialectRules = {
  program: '@dsys/hashring',
  keyHash: 'XXH32 with the seed "dsys"',
  pointHash: 'XXH32 with the seed "dsys"',
  labelOf: (id) => id,
};

/** The rules of a ring, also of a dialect that does not state them. */
const rulesOf = (dialect: RingDialect): DialectRules =>
  dialect === defaultDialect
    ? OUR_RULES
    : ((dialect as Partial<CompatDialect>).rules ?? {
        program: dialect.name,
        keyHash: `that of ${dialect.name}`,
        pointHash: `that of ${dialect.name}`,
        labelOf: (id) => id,
      });

/** Names the key hash of a dialect; equal names hash keys alike. */
export const keyHashOf = (dialect: RingDialect): string => rulesOf(dialect).keyHash;

/** The rules in which two rings of the same nodes differ, the one that weighs most first. */
export function differencesOf(a: Ring, b: Ring): Difference[] {
  const [ours, theirs] = [rulesOf(a.dialect), rulesOf(b.dialect)];
  const differences: Difference[] = [];
  if (ours.keyHash !== theirs.keyHash) differences.push({ rule: 'key-hash', a: ours.keyHash, b: theirs.keyHash });
  if (ours.pointHash !== theirs.pointHash) {
    differences.push({ rule: 'point-hash', a: ours.pointHash, b: theirs.pointHash });
  }
  const label = firstDifference(
    a.members.map(({ id }) => [id, ours.labelOf(id)]),
    b.members.map(({ id }) => [id, theirs.labelOf(id)]),
  );
  if (label !== null) differences.push({ rule: 'label', ...label });
  const count = firstDifference(pointCounts(a), pointCounts(b));
  if (count !== null) differences.push({ rule: 'point-count', ...count });
  if (a.dialect.search !== b.dialect.search) {
    differences.push({ rule: 'search', a: a.dialect.search, b: b.dialect.search });
  }
  if (a.dialect.ties !== b.dialect.ties) {
    const positions = sharedPositions(a);
    if (positions > 0) differences.push({ rule: 'ties', a: a.dialect.ties, b: b.dialect.ties, positions });
  }
  return differences;
}

interface FirstDifference<T> {
  readonly a: T;
  readonly b: T;
  readonly node: string;
  readonly nodes: number;
}

/** Compares what two rings say of each node; they may list the nodes in different orders. */
function firstDifference<T>(
  ours: readonly (readonly [id: string, value: T])[],
  theirs: readonly (readonly [id: string, value: T])[],
): FirstDifference<T> | null {
  const byId = new Map(theirs);
  const different = ours.filter(([id, value]) => byId.get(id) !== value);
  const [first] = different;
  if (first === undefined) return null;
  return { a: first[1], b: byId.get(first[0])!, node: first[0], nodes: different.length };
}

function pointCounts(ring: Ring): (readonly [string, number])[] {
  const halves = ring.dialect.bits / 32;
  const points = ring.dialect.points(ring.members, ring.pointsPerNode);
  return ring.members.map(({ id }: Member, i) => [id, points[i]!.length / halves]);
}

function sharedPositions(ring: Ring): number {
  let shared = 0;
  let previous: { position: number; id: string } | null = null;
  for (const { position, id } of ring.points()) {
    if (previous !== null && previous.position === position && previous.id !== id) shared++;
    previous = { position, id };
  }
  return shared;
}
