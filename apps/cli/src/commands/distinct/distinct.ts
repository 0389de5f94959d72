import { HyperLogLog } from '@dsys/hll';
import type { Command } from 'commander';
import { type CommandSpec, integerOption, makeCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, usageError } from '../../frame/exit.js';
import type { KeyType } from '../../frame/key.js';
import { keyOptions, openKeys } from '../../frame/keys.js';
import { outOption, readSketch, writeSketch } from '../../frame/sketch-file.js';
import { count, percent, plural } from '../../frame/table.js';

interface Options {
  readonly keys?: string | undefined;
  readonly keyType: KeyType;
  readonly precision?: number;
  readonly out?: string;
}

/** `dsys distinct`: of `@dsys/hll`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  makeCommand(family, distinctCommand, context, outcome);
}

const DEFAULT_PRECISION = 14;
const SIGMAS = 2;

const distinctCommand: CommandSpec<Options> = {
  name: 'distinct',
  summary: 'how many different lines there are',
  description:
    'Counts different lines without keeping them: a HyperLogLog of 2^precision registers, exact for a few, then with a ' +
    'standard error of at most 1.04 / √(2^precision). Sketches of other machines or days are added up, and what they share is ' +
    'counted once.',
  operands: [['[sketches...]', 'files that --out has written, to be joined with each other and with the lines']],
  options: [
    ...keyOptions().filter(({ long }) => long !== '--sizes'),
    integerOption(
      '--precision <p>',
      `registers are 2^p: 14 is 12 kB and 0.8 % (default ${DEFAULT_PRECISION}, or that of the sketches)`,
      4,
      18,
    ),
    outOption(),
  ],
  json: 'one JSON object: kind "dsys-distinct"',
  examples: [
    ['cut -d" " -f1 access.log | dsys distinct', 'different addresses in a log'],
    ['cut -d" " -f1 access.log | dsys distinct --out web-1.hll', 'the same, and its sketch for later'],
    ['dsys distinct web-1.hll web-2.hll', 'of two machines together: who came to both counts once'],
    ['dsys distinct --keys ids.txt --key-type integer --json', 'numbers, as a program would hash them'],
  ],
  async run(context, options, operands) {
    const source = await openKeys(context, options);
    if (source === undefined && operands.length === 0)
      throw usageError('there is nothing to count', 'Pipe lines in, name a file by --keys, or name sketches.');
    const sketches: HyperLogLog[] = [];
    for (const path of operands)
      sketches.push(await readSketch(context, path, (bytes) => HyperLogLog.fromBytes(bytes)));
    const sketch = HyperLogLog.create({
      precision: options.precision ?? sketches[0]?.precision ?? DEFAULT_PRECISION,
    });
    const lines = await source?.each(({ keys }) => void sketch.addMany(keys));
    for (const other of sketches) sketch.merge(other);
    if (options.out !== undefined) await writeSketch(options.out, sketch.toBytes());
    const report = reportOf(sketch, lines?.count ?? null, operands.length);
    if (options.json) await context.writeJson(report);
    else await context.write(textOf(context, report, options.out));
    return EXIT.ok;
  },
};

/** What `--json` writes. Fields are added, never taken away or changed. */
interface Report {
  readonly kind: 'dsys-distinct';
  readonly version: 1;
  readonly estimate: number;
  /** The count is between these two, with about 95 % certainty. */
  readonly lower: number;
  readonly upper: number;
  /** Standard error, relative. */
  readonly error: number;
  readonly precision: number;
  /** Null when there were none to read. */
  readonly lines: number | null;
  /** How many sketches were joined. */
  readonly sketches: number;
}

function reportOf(sketch: HyperLogLog, lines: number | null, sketches: number): Report {
  const { lower, estimate, upper } = sketch.bounds(SIGMAS);
  // No more lines can differ than were read.
  const most = sketches === 0 && lines !== null ? lines : Infinity;
  return {
    kind: 'dsys-distinct',
    version: 1,
    estimate: Math.min(most, Math.round(estimate)),
    lower: Math.floor(lower),
    upper: Math.min(most, Math.ceil(upper)),
    error: sketch.error,
    precision: sketch.precision,
    lines,
    sketches,
  };
}

function textOf(context: Context, report: Report, out: string | undefined): string {
  const { estimate, lower, upper, error, lines, sketches } = report;
  const from = [
    ...(lines === null ? [] : [plural(lines, 'line')]),
    ...(sketches === 0 ? [] : [plural(sketches, 'sketch').replace(/sketchs$/, 'sketches')]),
  ].join(' and ');
  const band =
    error === 0 ? 'exact' : `${count(lower)} to ${count(upper)} with 95 % certainty, error ${percent(error)}`;
  const written = out === undefined ? '' : `\n  sketch written to ${out}`;
  return `${context.bold(count(estimate))} different ${estimate === 1 ? 'line' : 'lines'} in ${from}\n  ${band}${written}\n`;
}
