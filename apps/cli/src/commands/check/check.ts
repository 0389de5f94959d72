import {
  casRegister,
  HistoryError,
  type HistoryEvent,
  keyValue,
  LinearizabilitySearch,
  lock,
  type Model,
  ModelError,
  parseHistory,
  queue,
  register,
  set,
  type Verdict,
} from '@dsys/check';
import { htmlPage, type Section } from '@dsys/drawing';
import { type Command, Option } from 'commander';
import { type CommandSpec, integerOption, makeCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, inputError } from '../../frame/exit.js';
import { nameOf, readSmallFile } from '../../frame/file.js';
import { htmlOption, writeHtml } from '../../frame/html.js';
import { showText } from '../../frame/key.js';
import { startProgress } from '../../frame/progress.js';
import { count, plural } from '../../frame/table.js';
import { sectionOf } from './drawing.js';
import { verdictJson, witnessText } from './witness.js';

interface Options {
  readonly model: string;
  readonly steps?: number;
  readonly html?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: each has a state of its own, which nobody here looks at.
const MODELS: Readonly<Record<string, Model<any>>> = {
  register,
  'cas-register': casRegister,
  kv: keyValue,
  queue,
  set,
  lock,
};

const MAX_BYTES = 512 * 2 ** 20;
const DEFAULT_STEPS = 50_000_000;
/** Undecided; as in the exit codes of `@dsys/check`'s verdicts, where 1 is illegal and 3 a file that is no history. */
const UNKNOWN = 2;
const SLICE = 200_000;

/** `dsys check`: of `@dsys/check`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  makeCommand(family, checkCommand, context, outcome);
}

const checkCommand: CommandSpec<Options> = {
  name: 'check',
  summary: 'whether histories are linearizable',
  description:
    'Reads histories, one JSON event a line: { process, type: invoke|ok|fail|info, f, key, value }, and decides for each ' +
    'whether one copy of the object could have given those answers. Keys are objects of their own. Of a contradiction the ' +
    'operations are shown that can’t all be true. Exit code: 0 all are linearizable, 1 one is not, 2 one could not be ' +
    'decided, 3 one could not be read; the highest of all files.',
  operands: [['<files...>', 'histories; - for stdin']],
  options: [
    new Option('--model <name>', 'what the object is').choices(Object.keys(MODELS)).default('kv'),
    integerOption(
      '--steps <n>',
      `give up after so many steps a file (default ${count(DEFAULT_STEPS)})`,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
    htmlOption(
      'draw the verdicts into this file, which stands alone: the moments at which operations took effect, or the contradiction',
    ),
  ],
  json: 'one JSON object a file: kind "dsys-check-verdict"',
  examples: [
    ['dsys check history.ndjson', 'is this key-value store’s history linearizable?'],
    ['dsys check --model cas-register runs/1.ndjson runs/2.ndjson', 'histories of registers with cas'],
    ['dsys check --html verdict.html history.ndjson', 'the verdict, drawn into a file to be opened or sent'],
    ['dsys check --model queue --json history.ndjson', 'the verdict, and the contradiction, for a program'],
  ],
  async run(context, { model, steps = DEFAULT_STEPS, html, json = false }, files) {
    let worst: number = EXIT.ok;
    const sections: Section[] = [];
    for (const path of files) {
      const text = new TextDecoder().decode(await readSmallFile(context, path, MAX_BYTES));
      const { verdict, history } = await decide(context, nameOf(path), text, MODELS[model]!, steps);
      if (html !== undefined) sections.push(sectionOf(nameOf(path), history, verdict, MODELS[model]!));
      worst = Math.max(worst, { ok: EXIT.ok, illegal: EXIT.finding, unknown: UNKNOWN }[verdict.verdict]);
      if (json) await context.writeJson(verdictJson(nameOf(path), model, verdict));
      else await context.write(textOf(context, nameOf(path), verdict));
    }
    if (html !== undefined) await writeHtml(context, html, htmlPage({ title: `dsys check, model ${model}`, sections }));
    return worst;
  },
};

async function decide(
  context: Context,
  name: string,
  text: string,
  model: Model<unknown>,
  steps: number,
): Promise<{ readonly verdict: Verdict; readonly history: readonly HistoryEvent[] }> {
  const progress = startProgress(context.io, { name, unit: 'steps', totalBytes: undefined });
  try {
    const history = parseHistory(text);
    const search = new LinearizabilitySearch(history, model);
    for (;;) {
      const verdict = search.run(Math.min(SLICE, steps - search.steps));
      if (verdict !== null) return { verdict, history };
      if (search.steps >= steps)
        return { verdict: { verdict: 'unknown', steps: search.steps, undecided: search.undecided }, history };
      progress.update(0, search.steps);
      await new Promise((resolve) => setImmediate(resolve)); // Ctrl-C is heard between slices.
      context.throwIfStopped();
    }
  } catch (error) {
    if (error instanceof HistoryError)
      throw inputError(`${name}: ${error.message}`, 'Each line is one event, in order of time.');
    if (error instanceof ModelError)
      throw inputError(
        `${name}: ${error.message}`,
        `Is --model the right one? There are ${Object.keys(MODELS).join(', ')}.`,
      );
    throw error;
  } finally {
    progress.stop();
  }
}

function textOf(context: Context, name: string, verdict: Verdict): string {
  const title = showText(name, 200);
  switch (verdict.verdict) {
    case 'ok': {
      const operations = [...verdict.order.values()].reduce((sum, each) => sum + each.length, 0);
      return `${title}: ${context.bold('linearizable')}, ${plural(operations, 'operation')} on ${plural(verdict.order.size, 'key')}\n`;
    }
    case 'illegal':
      return `${title}: ${context.bold('NOT LINEARIZABLE')}\n${witnessText(verdict.witness)}`;
    case 'unknown':
      return (
        `${title}: ${context.bold('undecided')} after ${count(verdict.steps)} steps, ${plural(verdict.undecided.length, 'key')} left: ` +
        `${verdict.undecided
          .slice(0, 5)
          .map((key) => showText(key, 40))
          .join(', ')}${verdict.undecided.length > 5 ? ' …' : ''}\n`
      );
  }
}
