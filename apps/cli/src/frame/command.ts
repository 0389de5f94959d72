import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.js';

/** A command as data: what it takes, what it answers, how it is called. Every command has `--json` and examples. */
export interface CommandSpec<Options> {
  readonly name: string;
  /** One line, for lists of commands. */
  readonly summary: string;
  /** What it does and what its answer means, in a few sentences. */
  readonly description: string;
  /** Operands, as commander writes them: `[keys...]`. */
  readonly operands?: readonly (readonly [name: string, description: string])[];
  readonly options: readonly Option[];
  /** What `--json` writes, in one line. */
  readonly json: string;
  /** Calls as they are typed, each with what it is for. A test runs them. */
  readonly examples: readonly (readonly [call: string, purpose: string])[];
  /** Does it and returns the exit code. */
  run(context: Context, options: Options & { readonly json?: true }, operands: readonly string[]): Promise<number>;
}

/** The exit code of the command that ran. */
export interface Outcome {
  exitCode: number;
}

/** Adds a command to its family. */
export function addCommand<Options>(
  family: Command,
  spec: CommandSpec<Options>,
  context: Context,
  outcome: Outcome,
): void {
  fill(family.command(spec.name).summary(spec.summary), `dsys ${family.name()} ${spec.name}`, spec, context, outcome);
}

/** Makes a family one command: `dsys distinct`. */
export function makeCommand<Options>(
  family: Command,
  spec: CommandSpec<Options>,
  context: Context,
  outcome: Outcome,
): void {
  fill(family, `dsys ${spec.name}`, spec, context, outcome);
}

function fill<Options>(
  command: Command,
  path: string,
  spec: CommandSpec<Options>,
  context: Context,
  outcome: Outcome,
): void {
  command.description(spec.description);
  for (const [name, description] of spec.operands ?? []) command.argument(name, description);
  for (const option of spec.options) command.addOption(option);
  command.option('--json', spec.json);
  command.addHelpText('after', examplesText(spec.examples));
  command.showHelpAfterError(`      ${path} --help tells what it takes.`);
  command.action(async (...args: unknown[]) => {
    // After the operands, each a value or a list, come the options and the command itself.
    const operands = args.slice(0, -2).flat() as string[];
    outcome.exitCode = await spec.run(context, command.opts(), operands);
  });
}

function examplesText(examples: CommandSpec<unknown>['examples']): string {
  return `\nExamples:\n${examples.map(([call, purpose]) => `  # ${purpose}\n  ${call}\n`).join('')}`;
}

/** An option whose value is an integer min..max. */
export function integerOption(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser((text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It has to be an integer ${min}..${max.toLocaleString('en-US')}.`);
  });
}

/** An option whose value is a number min..max. */
export function numberOption(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser((text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It has to be a number ${min}..${max.toLocaleString('en-US')}.`);
  });
}

/** An option that is a list, by commas or by being given several times. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[] | undefined): string[] => {
    const items = text.split(',').map((item) => item.trim());
    if (items.includes(''))
      throw new InvalidArgumentError('It has an empty item: write a,b without spaces or a comma at the end.');
    return [...(before ?? []), ...items];
  });
}

/** Puts options under a heading of their own in the help. */
export function grouped(heading: string, options: readonly Option[]): Option[] {
  return options.map((option) => option.helpGroup(heading));
}
