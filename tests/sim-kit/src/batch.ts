/** Many seeds: in parallel, added up, until one breaks something. */
import { relative } from 'node:path';
import { type CaughtSeed, type Run, readyTest, type SeedReport, Summary, summaryLines, type Totals } from '@dsys/sim';
import { EXIT } from './bad-input.js';
import type { Bundle } from './bundle.js';
import type { Job } from './engine.js';
import type { Io } from './io.js';
import type { Options } from './options.js';
import { catchSeed, runJobs } from './pool.js';
import { startProgress } from './progress.js';
import { saveRun } from './saved-run.js';
import type { Place } from './systems.js';

/** A seed that broke something, and how to see it again. */
export interface Failure {
  readonly seed: number;
  /** The line that shows it again, from the seed; and from the file. */
  readonly command: string;
  readonly replay: string | null;
  /** The run that was saved, from the root. */
  readonly file: string | null;
  readonly run: Run | null;
  /** Why it is not short, or null. */
  readonly whole: string | null;
  /** The run as a test, where it is short enough to be read. */
  readonly test: string | null;
}

/** What a batch came to. */
export interface BatchResult extends Totals {
  readonly tookMs: number;
  readonly interrupted: boolean;
  readonly failure: Failure | null;
}

/** Runs a batch, and prints what came of it. The exit code. */
export async function runBatch(io: Io, place: Place, bundle: Bundle, options: Options): Promise<number> {
  const began = io.now();
  const summary = new Summary();
  const found: { readonly job: Job; readonly report: SeedReport }[] = [];
  const total = options.forMs === null ? options.seeds! : options.forMs / 1_000;
  const progress = startProgress(io, total, options.forMs === null ? 'seeds' : 'seconds');
  let given = 0;
  let ran = 0;
  const next = (): Job | null => {
    if (found.length > 0 && !options.keepGoing) return null;
    if (options.forMs === null ? given >= options.seeds! : io.now() - began >= options.forMs) return null;
    return jobOf(options, options.from + given++);
  };
  try {
    await runJobs({
      url: bundle.url,
      workers: options.forMs === null ? Math.min(options.workers, options.seeds!) : options.workers,
      next,
      signal: io.signal,
      onRan(job, { report }) {
        if (report === null) return;
        ran++;
        summary.add(report);
        if (report.violation !== null) found.push({ job, report });
        const done = options.forMs === null ? ran : (io.now() - began) / 1_000;
        progress.update(done, `${ran} seeds, ${found.length} violations`);
      },
    });
  } finally {
    progress.stop();
  }
  const tookMs = io.now() - began;
  const first = found.sort((a, b) => a.job.seed - b.job.seed)[0];
  if (first !== undefined && !options.json)
    io.stderr.write(`Seed ${first.job.seed} breaks something; shrinking it …\n`);
  const failure = first === undefined ? null : await describe(io, place, bundle, options, first.job);
  const result: BatchResult = { ...summary.totals(), tookMs, interrupted: io.signal.aborted, failure };
  io.stdout.write(
    options.json ? `${JSON.stringify({ system: place.name, ...asked(options), ...result })}\n` : shown(result),
  );
  if (result.outcome === 'broken') return EXIT.broken;
  if (result.interrupted) return EXIT.interrupted;
  return result.outcome === 'held' ? EXIT.held : EXIT.nothingProven;
}

/** The job that this seed is. */
export const jobOf = ({ variant, profile, operations, twice }: Options, seed: number): Job => ({
  seed,
  variant,
  profile,
  operations,
  scales: null,
  maxEvents: null,
  twice,
});

const asked = ({ variant, profile, from }: Options) => ({ variant, profile, from });

/** Longer ones are only in the file. */
const READABLE_ACTIONS = 60;

/** How a failure can be seen again; its run is saved. */
export async function describe(io: Io, place: Place, bundle: Bundle, options: Options, job: Job): Promise<Failure> {
  const { name } = place;
  const command = again(name, options, job.seed);
  const caught = await shrunk(io, bundle, job);
  if (caught === null) return { seed: job.seed, command, replay: null, file: null, run: null, whole: null, test: null };
  const { run, whole } = caught;
  const file = saveRun(
    io,
    options.variant === null ? name : `${name}-${options.variant}`,
    run,
    await bundle.engine.events(run),
  );
  const from = `./${relative(`${io.root}/.sim`, `${io.root}/${place.file}`)}`
    .replace('./..', '..')
    .replace(/\.ts$/, '.js');
  const system = options.variant === null ? 'system' : `variants[${JSON.stringify(options.variant)}]`;
  const test =
    run.actions.length <= READABLE_ACTIONS
      ? readyTest(run, { from, system, isService: bundle.engine.isService })
      : null;
  return { seed: job.seed, command, replay: `npm run sim -- ${name} --replay ${file} --trace`, file, run, whole, test };
}

/** Shows how far it is: of a long run it can take a minute. Ctrl-C takes what is there. */
async function shrunk(io: Io, bundle: Bundle, job: Job): Promise<CaughtSeed | null> {
  const progress = startProgress(io, 20_000, 'replays at most');
  try {
    return await catchSeed(bundle.url, job, io.signal, ({ actions, replays }) =>
      progress.update(replays, `${actions} actions are left`),
    );
  } finally {
    progress.stop();
  }
}

/** The line that runs one seed of this batch again. */
export function again(name: string, { variant, profile, operations }: Options, seed: number): string {
  const more = [
    variant === null ? '' : ` --variant ${variant}`,
    profile === null ? '' : ` --profile ${profile}`,
    operations === null ? '' : ` --operations ${operations}`,
  ];
  return `npm run sim -- ${name}${more.join('')} --seed ${seed} --trace`;
}

function shown(result: BatchResult): string {
  const lines = summaryLines(result, result.tookMs);
  if (result.interrupted) lines.push('Interrupted: what is above is what was done.');
  return `${[...lines, ...failureLines(result.failure, result.violations)].join('\n')}\n`;
}

/** A failure for people. */
export function failureLines(failure: Failure | null, violations: Totals['violations']): string[] {
  if (failure === null) return [];
  const { seed, command, replay, run, whole, test } = failure;
  const violation = violations.find((each) => each.seed === seed);
  const lines = ['', `Seed ${seed}: ${violation?.invariant}`, `  ${violation?.detail ?? ''}`, `Again:   ${command}`];
  if (run === null) return lines;
  lines.push(whole === null ? `Shrunk to ${run.actions.length} actions:` : `Not shrunk: ${whole}`);
  lines.push(`         ${replay}`);
  if (test !== null) lines.push('', 'As a test:', '', test.trimEnd());
  return lines;
}
