import { defaultDialect } from './default-dialect.js';
import type { Key, RingDialect } from './dialect.js';
import { expectJson } from './errors.js';
import { compareUtf8 } from './node.js';
import { CIRCLE } from './points.js';
import { checkDialect } from './ring-bytes.js';

/** Keys at positions `[start, end)` leave the nodes `from` for the nodes `to`. */
export interface PlanRange {
  readonly start: number;
  /** Excluded; at most 2^32. */
  readonly end: number;
  /** Ids of the nodes that hold these keys before, in the order of preference. */
  readonly from: readonly string[];
  /** Ids of the nodes that hold them after. */
  readonly to: readonly string[];
  /**
   * What has to be copied: for each node that is only in `to`, a node of `from` that can send it, one that leaves where
   * there is one.
   */
  readonly copies: readonly Copy[];
}

/** One node sends a range to another. */
export interface Copy {
  readonly from: string;
  readonly to: string;
}

/** Share of the key space copied from one node to another. */
export interface Flow extends Copy {
  readonly share: number;
}

/** A plan as plain data. Ids of nodes are indices into `ids`; a range is `[start, end, from, to]`. */
export interface PlanJson {
  readonly kind: 'dsys-ring-plan';
  readonly version: 1;
  readonly dialect: string;
  readonly replicas: number;
  /** Fingerprints of the two rings. */
  readonly before: string;
  readonly after: string;
  readonly ids: readonly string[];
  readonly ranges: readonly (readonly [start: number, end: number, from: readonly number[], to: readonly number[]])[];
}

interface PlanParts {
  readonly dialect: RingDialect;
  readonly replicas: number;
  readonly before: string;
  readonly after: string;
  readonly ranges: readonly PlanRange[];
}

/**
 * How to get from one ring to another: ranges of positions that change hands. An executor walks through `ranges`,
 * copies, and only then lets readers use the new ring. The plan survives a restart as JSON, and `before` and `after`
 * tell whether it still fits the rings at hand.
 */
export class MigrationPlan {
  /**
   * A plan from its JSON. Throws `RingError` bad-json naming the field, unknown-dialect when the dialect is neither the
   * default nor passed.
   */
  static from(
    json: PlanJson,
    { dialect = defaultDialect }: { readonly dialect?: RingDialect | undefined } = {},
  ): MigrationPlan {
    return new MigrationPlan(readPlan(json, dialect));
  }

  readonly dialect: RingDialect;
  readonly replicas: number;
  /** Fingerprints of the two rings. */
  readonly before: string;
  readonly after: string;
  /** Disjoint, in the order of positions; neighbours that say the same are one. */
  readonly ranges: readonly PlanRange[];
  #matrix: readonly Flow[] | undefined;

  /** @internal */
  constructor({ dialect, replicas, before, after, ranges }: PlanParts) {
    this.dialect = dialect;
    this.replicas = replicas;
    this.before = before;
    this.after = after;
    this.ranges = ranges;
  }

  /** Share of the key space in some range: the keys for which something has to be copied or dropped. */
  get moved(): number {
    return this.ranges.reduce((sum, { start, end }) => sum + (end - start) / CIRCLE, 0);
  }

  /** Who copies how much to whom, greatest share first. */
  get matrix(): readonly Flow[] {
    return (this.#matrix ??= flowsOf(this.ranges));
  }

  /** The range that this key moves with, or undefined when it stays. Cost: the logarithm of the number of ranges. */
  moves(key: Key): PlanRange | undefined {
    const { ranges, dialect } = this;
    const position = dialect.position(key) + (dialect.positionLow?.(key) ?? 0) / CIRCLE;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ranges[middle]!.end <= position) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low];
    return range !== undefined && range.start <= position ? range : undefined;
  }

  /** Plain data for `JSON.stringify` and `MigrationPlan.from`. */
  toJSON(): PlanJson {
    const indexes = new Map<string, number>();
    const indexOf = (id: string): number => {
      if (!indexes.has(id)) indexes.set(id, indexes.size);
      return indexes.get(id)!;
    };
    const ranges = this.ranges.map(
      ({ start, end, from, to }) => [start, end, from.map(indexOf), to.map(indexOf)] as const,
    );
    const { dialect, replicas, before, after } = this;
    return {
      kind: 'dsys-ring-plan',
      version: 1,
      dialect: dialect.name,
      replicas,
      before,
      after,
      ids: [...indexes.keys()],
      ranges,
    };
  }
}

/**
 * Pairs each node that joins with a source: a node that leaves, in order, and the first holder when there are more
 * joining than leaving.
 */
export function copiesOf(from: readonly string[], to: readonly string[]): Copy[] {
  const leaving = from.filter((id) => !to.includes(id));
  return to.filter((id) => !from.includes(id)).map((id, i) => ({ from: leaving[i] ?? from[0]!, to: id }));
}

function flowsOf(ranges: readonly PlanRange[]): Flow[] {
  const flows = new Map<string, { from: string; to: string; share: number }>();
  for (const { start, end, copies } of ranges) {
    for (const { from, to } of copies) {
      const pair = JSON.stringify([from, to]);
      const flow = flows.get(pair) ?? { from, to, share: 0 };
      flow.share += (end - start) / CIRCLE;
      flows.set(pair, flow);
    }
  }
  return [...flows.values()].sort(
    (a, b) => b.share - a.share || compareUtf8(a.from, b.from) || compareUtf8(a.to, b.to),
  );
}

/** The parts of a plan out of JSON from anywhere: nothing is taken on trust. */
function readPlan(json: PlanJson, dialect: RingDialect): PlanParts {
  expectJson(typeof json === 'object' && json !== null, 'plan', 'an object', json);
  const { kind, version, replicas, before, after, ids, ranges } = json;
  expectJson(kind === 'dsys-ring-plan', 'kind', '"dsys-ring-plan"', kind);
  expectJson(version === 1, 'version', '1', version);
  checkDialect(json.dialect, dialect);
  expectJson(Number.isInteger(replicas) && replicas >= 1, 'replicas', 'an integer of 1 or more', replicas);
  expectJson(typeof before === 'string', 'before', 'a fingerprint', before);
  expectJson(typeof after === 'string', 'after', 'a fingerprint', after);
  expectJson(Array.isArray(ids), 'ids', 'an array', ids);
  for (const id of ids) expectJson(typeof id === 'string' && id !== '', 'ids', 'a list of ids', id);
  expectJson(Array.isArray(ranges), 'ranges', 'an array', ranges);

  const holdersIn = (indexes: readonly number[], field: string): string[] => {
    expectJson(
      Array.isArray(indexes) &&
        indexes.length > 0 &&
        new Set(indexes).size === indexes.length &&
        indexes.length <= replicas,
      field,
      'a list of 1 to `replicas` distinct nodes',
      indexes,
    );
    return indexes.map((index) => {
      const id = ids[index];
      expectJson(id !== undefined, field, 'a list of indices into ids', index);
      return id;
    });
  };
  let reached = 0;
  const read = ranges.map((range, i): PlanRange => {
    const field = `ranges[${i}]`;
    expectJson(Array.isArray(range) && range.length === 4, field, '[start, end, from, to]', range);
    const [start, end] = range;
    const inOrder =
      typeof start === 'number' && typeof end === 'number' && start >= reached && end > start && end <= CIRCLE;
    expectJson(inOrder, field, `a range within ${reached}..${CIRCLE}`, `[${start}, ${end})`);
    reached = end;
    const from = holdersIn(range[2], `${field}.from`);
    const to = holdersIn(range[3], `${field}.to`);
    return { start, end, from, to, copies: copiesOf(from, to) };
  });
  return { dialect, replicas, before, after, ranges: read };
}
