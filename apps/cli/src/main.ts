import { readFileSync } from 'node:fs';
import type { BadOption } from '@dsys/hashring';
import { Command, CommanderError } from 'commander';
import { families } from './commands/families.js';
import type { Outcome } from './frame/command.js';
import { Context } from './frame/context.js';
import { CommandError, EXIT, Stopped } from './frame/exit.js';
import type { Io } from './frame/io.js';

/**
 * Runs `dsys` with these arguments (without `node` and the script) and returns the exit code. Touches nothing of the
 * process but what `io` hands it and the files that are named; never throws.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const context = new Context(io);
  const outcome: Outcome = { exitCode: EXIT.ok };
  try {
    const program = await programFor(argv, context, outcome);
    await program.parseAsync(argv, { from: 'user' });
    await flushed(context);
    return outcome.exitCode;
  } catch (error) {
    return exitCodeOf(error, context);
  } finally {
    context.close();
  }
}

async function programFor(argv: readonly string[], context: Context, outcome: Outcome): Promise<Command> {
  const { stdout, stderr } = context.io;
  const program = new Command('dsys')
    .description('Tools for distributed systems, from the shell. Each family belongs to one @dsys package.')
    .version(version(), '-V, --version', 'the version')
    .helpOption('-h, --help', 'this text')
    .helpCommand('help [command]', 'the same for a family: dsys help ring')
    .showHelpAfterError('      dsys --help lists what there is.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'dsys: ').replace('\n(Did', '\n      (Did')),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', FOOTER);
  for (const { name, summary, load } of families) {
    const family = program.command(name).description(summary);
    family.showHelpAfterError(`      dsys ${name} --help lists what there is.`);
    if (argv[0] === name || argv[1] === name) (await load()).addTo(family, context, outcome);
  }
  return program;
}

const FOOTER = `
Every command has --help with examples, and --json. Exit codes: 0 done, 1 done with a finding, 2 wrong call,
3 wrong input, 130 interrupted. Output goes to stdout, everything else to stderr; NO_COLOR is respected.
`;

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Everything written has been taken by the system, so that the caller may exit. */
async function flushed({ io, signal }: Context): Promise<void> {
  for (const stream of [io.stdout, io.stderr]) {
    if (stream.writableLength === 0 || signal.aborted) continue;
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve());
    });
  }
}

function exitCodeOf(error: unknown, context: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CommandError) {
    complain(context, error.message, error.hint);
    return error.exitCode;
  }
  if (isRefusal(error)) {
    complain(context, error.message);
    return EXIT.usage;
  }
  if (error instanceof Stopped) {
    if (context.outputClosed) return EXIT.ok;
    if (context.outputError !== undefined) {
      complain(
        context,
        `the output can't be written: ${context.outputError.message}`,
        'Make room, or write elsewhere.',
      );
      return EXIT.badInput;
    }
    complain(context, 'interrupted; what was written so far is not complete');
    return EXIT.interrupted;
  }
  const { stack, message } = error instanceof Error ? error : new Error(String(error));
  complain(
    context,
    `this is a bug in dsys: ${stack ?? message}`,
    'Please report it with the call: https://github.com/dsys/dsys/issues',
  );
  return EXIT.bug;
}

/**
 * What our packages say of values that they can't take, such as two rings that hash keys differently. By code and name:
 * two installed copies break `instanceof`.
 */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error && ((error as Partial<BadOption>).code === 'bad-option' || REFUSALS.includes(error.name))
  );
}

/** Errors of our packages that speak of what was asked of them. */
const REFUSALS: readonly string[] = ['RingError', 'BloomError', 'CountMinError', 'HllError'];

function complain(context: Context, message: string, hint?: string): void {
  context.io.stderr.write(`dsys: ${message}\n${hint === undefined ? '' : `      ${hint}\n`}`);
}
