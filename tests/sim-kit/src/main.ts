/** `npm run sim`, as a function of its world. */
import { Command, CommanderError } from 'commander';
import { BadInput, EXIT } from './bad-input.js';
import { runBatch } from './batch.js';
import { bundle } from './bundle.js';
import type { Io } from './io.js';
import { replayRun, runSeed } from './one-run.js';
import { type Given, optionsFrom } from './options.js';
import { JobError } from './pool.js';
import { findSystems, systemPlace } from './systems.js';
import { writeTable } from './table.js';

/** Runs it with these arguments. The exit code; never throws for what the caller did wrong. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const program = programFor(io);
    await program.parseAsync(argv, { from: 'user' });
    return await perform(io, program.args, program.opts<Given>());
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.badInput;
    if (isBadInput(error)) {
      io.stderr.write(`sim: ${error.message}\n`);
      return EXIT.badInput;
    }
    if (error instanceof JobError) {
      io.stderr.write(`sim: the system threw where nothing may: ${error.message}\n`);
      return EXIT.broken;
    }
    throw error;
  }
}

/** Also one that comes from a bundle, which has a class of its own. */
const isBadInput = (error: unknown): error is BadInput =>
  error instanceof BadInput || ['bad-input', 'bad-option'].includes((error as { code?: string } | null)?.code ?? '');

async function perform(io: Io, names: readonly string[], given: Given): Promise<number> {
  const places = findSystems(io.root);
  if (given.list === true) {
    io.stdout.write(
      given.json === true
        ? `${JSON.stringify(places)}\n`
        : places.map(({ name, file }) => `${name.padEnd(20)} ${file}\n`).join(''),
    );
    return EXIT.held;
  }
  const options = optionsFrom(given);
  const [name] = names;
  if (options.table)
    return await writeTable(io, names.length === 0 ? places : names.map((each) => systemPlace(places, each)), options);
  if (name === undefined) throw new BadInput(`which system? There are ${places.map((each) => each.name).join(', ')}`);
  if (names.length > 1) throw new BadInput('several systems at once only with --table');
  const place = systemPlace(places, name);
  using loaded = await bundle(io.root, place);
  if (options.variant !== null && !loaded.engine.variants.includes(options.variant))
    throw new BadInput(
      `${name} has no variant ${JSON.stringify(options.variant)}; it has ${loaded.engine.variants.join(', ') || 'none'}`,
    );
  if (options.replay !== null) return await replayRun(io, loaded, options);
  if (options.seed !== null) return await runSeed(io, place, loaded, options);
  return await runBatch(io, place, loaded, options);
}

function programFor({ stdout, stderr }: Io): Command {
  return new Command('npm run sim --')
    .description('Runs a protocol in a simulated world, seed by seed, and shows what breaks it.')
    .argument('[names...]', 'the system: a package with sim/system.ts, or an example (--list); several with --table')
    .option('--seeds <n>', 'so many seeds (default 20)')
    .option('--for <time>', 'seeds for so long: 90s, 10m, 2h')
    .option('--from <n>', 'the first seed (default 1)')
    .option('--seed <n>', 'this seed alone')
    .option('--trace', 'with --seed or --replay: every event, a line each')
    .option('--clocks', 'with --trace: vector clocks too')
    .option('--replay <file>', 'a run that was saved')
    .option('--variant <name>', 'a version with a planted fault')
    .option('--profile <name>', 'harsh or mild (default: each seed draws)')
    .option('--operations <n>', 'operations that are acknowledged before faults end')
    .option('--twice', 'each seed twice, which must run alike')
    .option('--keep-going', 'do not stop at the first seed that breaks something')
    .option('--workers <n>', 'threads (default: one a core)')
    .option('--table', 'in how many seeds each planted fault is found, by profile and by kind of fault')
    .option('--out <file>', 'with --table: write it there')
    .option('--list', 'the systems that there are')
    .option('--json', 'one object on stdout, for programs')
    .helpOption('-h, --help', 'this text')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .addHelpText(
      'after',
      `
A seed counts with 1,000 acknowledged operations and three kinds of fault. What breaks is shrunk, printed as a test, and
saved below .sim/.

Exit codes: 0 it held, 1 something broke, 2 nothing broke and nothing is proven (no seed counts, or something never
happened that should sometimes), 3 bad input, 130 interrupted.

  npm run sim -- ping-counter --seeds 100
  npm run sim -- ping-counter --seed 7 --trace | less`,
    );
}
