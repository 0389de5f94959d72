/** One run: a seed from its first event to its last, or one that was saved. */
import { Summary, summaryLines } from '@dsys/sim';
import { BadInput, EXIT } from './bad-input.js';
import { describe, failureLines, jobOf } from './batch.js';
import type { Bundle } from './bundle.js';
import type { Io } from './io.js';
import type { Options } from './options.js';
import { readRun } from './saved-run.js';
import type { Place } from './systems.js';

/** Runs one seed, and prints its trace if that is wanted. The exit code. */
export async function runSeed(io: Io, place: Place, bundle: Bundle, options: Options): Promise<number> {
  const job = jobOf(options, options.seed!);
  const began = io.now();
  const ran = await bundle.engine.run(job);
  if (ran.report === null) throw new BadInput('there is no such profile for this protocol');
  const { report } = ran;
  const text = options.trace ? await bundle.engine.trace(job, options.clocks) : null;
  const summary = new Summary();
  summary.add(report);
  const totals = summary.totals();
  const failure = report.violation === null ? null : await describe(io, place, bundle, options, job);
  if (options.json) {
    io.stdout.write(
      `${JSON.stringify({ system: place.name, variant: job.variant, ...report, outcome: totals.outcome, failure, ...(text !== null && { trace: text }) })}\n`,
    );
  } else {
    if (text !== null) io.stdout.write(text);
    const lines = [...summaryLines(totals, io.now() - began), `${'trace hash'.padEnd(13)} ${report.traceHash}`];
    io.stdout.write(`${[...lines, ...failureLines(failure, totals.violations)].join('\n')}\n`);
  }
  return { held: EXIT.held, broken: EXIT.broken, 'nothing-proven': EXIT.nothingProven }[totals.outcome];
}

/** Replays a saved run. 1 when it still breaks something, 0 when it doesn't any more. */
export async function replayRun(io: Io, bundle: Bundle, options: Options): Promise<number> {
  const file = options.replay!;
  const run = readRun(io, file);
  const { variant, violation, happened, skipped, text } = await bundle.engine.replay(
    run,
    options.trace,
    options.clocks,
  );
  if (options.json) {
    const trace = text === null ? {} : { trace: text };
    io.stdout.write(`${JSON.stringify({ system: run.system, variant, violation, happened, skipped, ...trace })}\n`);
    return violation === null ? EXIT.held : EXIT.broken;
  }
  if (text !== null) io.stdout.write(text);
  const lines = [
    `${happened} of ${run.actions.length} actions happened${violation === null ? '' : ', up to the violation'}.`,
  ];
  if (skipped.length > 0)
    lines.push(
      `${skipped.length} could not happen when it was their turn (is the system another now?), first: ${skipped[0]}`,
    );
  lines.push(
    violation === null ? 'Nothing is broken any more.' : `Broken: ${violation.invariant}: ${violation.detail}`,
  );
  io.stdout.write(`${lines.join('\n')}\n`);
  return violation === null ? EXIT.held : EXIT.broken;
}
