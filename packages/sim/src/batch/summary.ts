import type { SeedReport } from './seed-report.js';

/** What a batch of seeds came to. */
export type Outcome =
  /** Seeds that count, nothing broken, and all that should happen sometimes did. */
  | 'held'
  /** An invariant was broken. */
  | 'broken'
  /** Nothing was broken, but no seed counts, or something never happened that should. */
  | 'nothing-proven';

/** The sums of a batch, as JSON. */
export interface Totals {
  readonly outcome: Outcome;
  readonly seeds: number;
  readonly counted: number;
  readonly violations: readonly { readonly seed: number; readonly invariant: string; readonly detail: string }[];
  /** By reason, how many seeds don't count. */
  readonly discounted: Readonly<Record<string, number>>;
  readonly profiles: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly asked: number;
  readonly events: number;
  readonly deliveries: number;
  readonly virtualUs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly sometimes: Readonly<Record<string, number>>;
  /** What should have happened sometimes and never did. */
  readonly never: readonly string[];
}

/** Adds up the reports of seeds, in whatever order they come. */
export class Summary {
  private readonly violations: Totals['violations'][number][] = [];
  private readonly discounted = new Map<string, number>();
  private readonly profiles = new Map<string, number>();
  private readonly faults = new Map<string, number>();
  private readonly sometimes = new Map<string, number>();
  private readonly sums = { seeds: 0, counted: 0, acknowledged: 0, asked: 0, events: 0, deliveries: 0, virtualUs: 0 };

  /** Adds one seed. */
  add(report: SeedReport): void {
    const { sums } = this;
    sums.seeds++;
    if (report.discounted === null) sums.counted++;
    else add(this.discounted, report.discounted, 1);
    if (report.violation !== null) this.violations.push({ seed: report.seed, ...report.violation });
    for (const of of ['acknowledged', 'asked', 'events', 'deliveries', 'virtualUs'] as const) sums[of] += report[of];
    add(this.profiles, report.profile, 1);
    for (const [kind, count] of Object.entries(report.faults)) add(this.faults, kind, count);
    for (const [what, count] of Object.entries(report.sometimes)) add(this.sometimes, what, count);
  }

  /** The sums so far. */
  totals(): Totals {
    const never = [...this.sometimes].filter(([, count]) => count === 0).map(([what]) => what);
    const { counted } = this.sums;
    const outcome =
      this.violations.length > 0 ? 'broken' : counted === 0 || never.length > 0 ? 'nothing-proven' : 'held';
    return {
      outcome,
      ...this.sums,
      violations: [...this.violations].sort((a, b) => a.seed - b.seed),
      discounted: inOrder(this.discounted),
      profiles: inOrder(this.profiles),
      faults: inOrder(this.faults),
      sometimes: inOrder(this.sometimes),
      never: never.sort(),
    };
  }
}

/** Totals as lines for people. `tookMs` is the time on the wall, for events a second. */
export function summaryLines(totals: Totals, tookMs?: number): string[] {
  const { seeds, counted, acknowledged, asked, events, virtualUs, violations, never } = totals;
  const speed = tookMs === undefined || tookMs <= 0 ? '' : `, ${number((events * 1_000) / tookMs)} a second`;
  const rows: [string, string][] = [
    ['seeds', `${number(seeds)} (${list(totals.profiles)}), ${number(counted)} of them count`],
    ...Object.entries(totals.discounted).map(([why, count]): [string, string] => ['', `${number(count)}: ${why}`]),
    ['operations', `${number(acknowledged)} acknowledged of ${number(asked)}`],
    ['faults', list(totals.faults) || 'none'],
    ['sometimes', list(totals.sometimes) || 'nothing is counted'],
    ['virtual time', span(virtualUs)],
    ['events', `${number(events)}${speed}`],
    ['violations', violations.length === 0 ? 'none' : `${violations.length}: ${worst(violations)}`],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(13)} ${value}`);
  if (violations.length > 0) return lines;
  if (counted === 0) lines.push('Nothing is proven: no seed counts.');
  for (const what of never) lines.push(`Nothing is proven of what comes after it: never was it so that ${what}.`);
  return lines;
}

function worst(violations: Totals['violations']): string {
  const byInvariant = new Map<string, number>();
  for (const { invariant } of violations) add(byInvariant, invariant, 1);
  return [...byInvariant].map(([invariant, count]) => `${invariant} (${count})`).join('; ');
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${what} ${number(count)}`)
    .join(', ');

const number = (value: number): string => Math.round(value).toLocaleString('en');

function span(us: number): string {
  const seconds = us / 1_000_000;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7_200) return `${(seconds / 60).toFixed(1)} min`;
  return seconds < 172_800 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`;
}

function add(to: Map<string, number>, what: string, count: number): void {
  to.set(what, (to.get(what) ?? 0) + count);
}

const inOrder = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
