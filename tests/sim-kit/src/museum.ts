/** `npm run museum`, as a function of its world. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { BadInput, EXIT } from './bad-input.js';
import type { Io } from './io.js';
import { checkPlaces, type Kill, killBySeeds, type Row, readRows } from './mutants.js';
import { count } from './options.js';
import { startProgress } from './progress.js';
import { findSystems } from './systems.js';

interface Given {
  readonly only?: string;
  readonly seconds?: string;
  readonly workers?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Of the faults that a schedule can show, so many must fall to blind seeds. */
const WANTED = 0.95;

/** Runs it with these arguments. The exit code; never throws for what the caller did wrong. */
export async function museum(argv: readonly string[], io: Io): Promise<number> {
  const program = programFor(io);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return await perform(io, program.args[0]!, program.opts<Given>());
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.badInput;
    if (!(error instanceof BadInput)) throw error;
    io.stderr.write(`museum: ${error.message}\n`);
    return EXIT.badInput;
  }
}

async function perform(io: Io, name: string, given: Given): Promise<number> {
  const seconds = count('--seconds', given.seconds, 1) ?? 60;
  const workers = count('--workers', given.workers, 1) ?? availableParallelism();
  const all = await readRows(io.root, name);
  const rows = given.only === undefined ? all : given.only.split(',').map((id) => rowOf(all, id));
  checkPlaces(io.root, name, rows);
  const places = findSystems(io.root).filter(({ file }) => file.startsWith(`packages/${name}/sim/`));
  if (places.length === 0) throw new BadInput(`packages/${name} has no system in sim/`);
  const options = { root: io.root, name, places, ms: 1_000 * seconds, workers };
  const progress = startProgress(io, rows.length + 1, 'faults');
  const kills: Kill[] = [];
  let control: Kill;
  try {
    control = await killBySeeds(io, null, options);
    for (const row of rows) {
      if (io.signal.aborted) break;
      if (row.unshowable !== undefined) continue;
      const kill = await killBySeeds(io, row, options);
      if (kill.found === null && io.signal.aborted) break; // It had less than its time.
      kills.push(kill);
      progress.update(kills.length, `${row.id} ${kill.found === null ? 'survived' : 'fell'}`);
    }
  } finally {
    progress.stop();
  }
  const result = { package: name, seconds, workers, control, kills };
  const text = given.json === true ? `${JSON.stringify(result)}\n` : page(name, rows, result);
  if (given.out === undefined) io.stdout.write(text);
  else writeFileSync(resolve(io.cwd, given.out), text);
  if (io.signal.aborted) return EXIT.interrupted;
  if (control.found !== null)
    io.stderr.write(
      `Without any fault seed ${control.found.seed} of ${control.found.system} breaks: ${control.found.what}\n`,
    );
  const fell = kills.filter(({ found }) => found !== null).length;
  return control.found === null && fell >= WANTED * kills.length ? EXIT.held : EXIT.broken;
}

function rowOf(rows: readonly Row[], id: string): Row {
  const row = rows.find((each) => each.id === id);
  if (row === undefined)
    throw new BadInput(`no fault is called ${id}; there are ${rows.map((each) => each.id).join(' ')}`);
  return row;
}

interface Result {
  /** Without any fault. */
  readonly control: Kill;
  readonly kills: readonly Kill[];
  readonly seconds: number;
  readonly workers: number;
}

/** The page of the docs. */
function page(name: string, rows: readonly Row[], { control, kills, seconds, workers }: Result): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const fell = kills.filter(({ found }) => found !== null).length;
  const shown = kills.length;
  const speed =
    (1_000 * sum(kills, ({ events }) => events)) /
    Math.max(
      1,
      sum(kills, ({ ms }) => ms),
    );
  const lines = rows.map((row) => {
    const kill = kills.find(({ id }) => id === row.id);
    return line([row.id, row.sentence, voicesOf(row), ...seedsOf(row, kill)]);
  });
  return `# The museum of ${name}

Faults that are put back into the source, one at a time, and what notices them: a test of its own that must fail (which \`npm test\`
looks for, and the long run has fail), and blind seeds of the simulated clusters, which know nothing of the fault. Seconds are of all
clusters in turn, with ${workers} threads on the machine that wrote this page, which did ${Math.round(speed).toLocaleString('en')} events a second meanwhile (work beside it
counts: a machine that is left alone does many times more); a fault that is not found in ${seconds} s has survived its seeds.

**${fell} of ${shown}** that a schedule can show, and that were tried, fell to blind seeds (${((100 * fell) / Math.max(1, shown)).toFixed(0)} %). Without any fault ${control.seeds} seeds, ${control.events.toLocaleString('en')} events, broke ${control.found === null ? 'nothing' : 'something'}.

Written by \`npm run museum -- ${name} --out docs/${name}-museum.md\`.

${line(['fault', 'is', 'test', 'seeds', 'what they broke'])}${line(['---', '---', '---', '--:', '---'])}${lines.join('')}`;
}

const sum = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((total, each) => total + of(each), 0);

/** Which of the voices has its named test. */
function voicesOf({ killedBy }: Row): string {
  const voices = killedBy.map((file) => {
    if (file.startsWith('test/paper/')) return 'paper';
    const [, voice = 'test'] = /^test\/(?:.*-)?(scenarios|laws|seeds|explore)\b/.exec(file) ?? [];
    return voice;
  });
  return [...new Set(voices)].join(', ');
}

function seedsOf({ unshowable }: Row, kill: Kill | undefined): [seconds: string, what: string] {
  if (unshowable !== undefined) return ['–', unshowable];
  if (kill === undefined) return ['–', 'not tried'];
  if (kill.found === null) return ['survived', ranOf(kill)];
  const { system, seed, what } = kill.found;
  return [`${(kill.ms / 1_000).toFixed(1)} s`, `${what} (${system}, seed ${seed}; ${ranOf(kill)})`];
}

/** What a machine is worth is in the seconds, what a fault is worth in these. */
const ranOf = ({ seeds, events }: Kill): string => `${seeds} seeds, ${events.toLocaleString('en')} events`;

function programFor({ stdout, stderr }: Io): Command {
  return new Command('npm run museum --')
    .description('Puts each fault of a package’s museum back, and sees how long blind seeds take to find it.')
    .argument('<name>', 'the package: one with test/museum.ts and systems in sim/')
    .option('--only <ids>', 'these faults alone: R2,R17a')
    .option('--seconds <n>', 'for each fault, all systems together (default 60)')
    .option('--workers <n>', 'threads (default: one a core)')
    .option('--out <file>', 'write the page there')
    .option('--json', 'one object, for programs')
    .helpOption('-h, --help', 'this text')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing breaks without a fault and at least 95 % of those that a schedule can show fell, 1 not so, 3 bad input,
130 interrupted: what was done by then is written.

  npm run museum -- raft --only R3,R17 --seconds 20
  npm run museum -- raft --out docs/raft-museum.md`,
    );
}
