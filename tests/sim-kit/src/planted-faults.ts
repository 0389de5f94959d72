/**
 * Which faults of the world find which planted mistake, in how many seeds: by the profile that seeds draw, and with one
 * kind of fault alone. A row of zeros says that a mistake is not found; a column of zeros, that a mix is not worth drawing.
 */
import { faultKinds } from '@dsys/sim';
import type { Bundle } from './bundle.js';
import type { Job } from './engine.js';
import type { Io } from './io.js';
import { runJobs } from './pool.js';
import { startProgress } from './progress.js';
import type { Place } from './systems.js';

/** One mistake: by column, in how many seeds it was found; null where such a profile is not tolerated. */
export interface PlantedFault {
  readonly system: string;
  readonly variant: string;
  readonly seeds: number;
  readonly found: Readonly<Record<string, number | null>>;
}

/** Faults end after so many times the protocol's own magnitude. */
const SCALES = 150;

/** So that a mistake that nothing finds takes a bounded time. */
const EVENTS = 20_000;

/** How much is tried. */
export interface TableOptions {
  /** For each mistake and column. */
  readonly seeds: number;
  readonly from: number;
  readonly operations: number;
  readonly workers: number;
}

/** Harsh and mild as they are drawn, then harsh latencies without faults, then with each kind alone. */
export function columns(): { readonly name: string; readonly profile: Job['profile'] }[] {
  return [
    { name: 'harsh', profile: 'harsh' },
    { name: 'mild', profile: 'mild' },
    { name: 'none', profile: { alone: null } },
    ...faultKinds().map((kind) => ({ name: kind, profile: { alone: kind } })),
  ];
}

/** Tries all variants of one system. What was not run when the signal fires counts as not found. */
export async function tryVariants(
  io: Io,
  place: Place,
  bundle: Bundle,
  options: TableOptions,
): Promise<PlantedFault[]> {
  const all = columns();
  const jobs: { readonly job: Job; readonly column: string }[] = [];
  for (const variant of bundle.engine.variants)
    for (const { name, profile } of all)
      for (let seed = options.from; seed < options.from + options.seeds; seed++)
        jobs.push({
          column: name,
          job: {
            seed,
            variant,
            profile,
            operations: options.operations,
            scales: SCALES,
            maxEvents: EVENTS,
            twice: false,
          },
        });
  const found = new Map(bundle.engine.variants.map((variant) => [variant, new Map<string, number | null>()]));
  const progress = startProgress(io, jobs.length, 'seeds');
  const columnOf = new Map<string, string>();
  let given = 0;
  let done = 0;
  try {
    await runJobs({
      url: bundle.url,
      workers: options.workers,
      signal: io.signal,
      next() {
        const next = jobs[given++];
        if (next !== undefined) columnOf.set(keyOf(next.job), next.column);
        return next?.job ?? null;
      },
      onRan(job, { report }) {
        const counts = found.get(job.variant!)!;
        const column = columnOf.get(keyOf(job))!;
        if (report === null) counts.set(column, null);
        else counts.set(column, (counts.get(column) ?? 0) + (report.violation === null ? 0 : 1));
        progress.update(++done, `${place.name} ${job.variant}`);
      },
    });
  } finally {
    progress.stop();
  }
  return [...found].map(([variant, counts]) => ({
    system: place.name,
    variant,
    seeds: options.seeds,
    found: Object.fromEntries(all.map(({ name }) => [name, counts.get(name) ?? (counts.has(name) ? null : 0)])),
  }));
}

const keyOf = ({ seed, variant, profile }: Job): string => JSON.stringify([seed, variant, profile]);

/** The page of the docs. */
export function page(
  rows: readonly PlantedFault[],
  { seeds, operations }: Pick<TableOptions, 'seeds' | 'operations'>,
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const table = columns().map(({ name }) =>
    line([name, ...rows.map(({ found }) => (found[name] === null ? '–' : String(found[name])))]),
  );
  return `# Planted faults

Systems here that have a version with a mistake in it, and in how many of ${seeds} seeds the simulator finds it: as seeds draw
their faults (harsh, mild), with harsh latencies and no fault at all (none), and with those and one kind of fault alone.
A dash: the protocol does not promise to survive that. Faults end after ${operations.toLocaleString('en')} operations, or ${SCALES} times
what the protocol waits for an answer, and a run after ${EVENTS.toLocaleString('en')} events.

Written by \`npm run sim -- ${[...new Set(rows.map(({ system }) => system))].join(' ')} --table --out docs/planted-faults.md\`; the long
tests compare it with what they find.

${line(['faults', ...rows.map(({ system, variant }) => `${system}: ${variant}`)])}${line(['---', ...rows.map(() => '--:')])}${table.join('')}`;
}
