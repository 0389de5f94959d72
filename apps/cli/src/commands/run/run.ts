import { diagramOfTrace, htmlPage, type Section, sequenceShape } from '@dsys/drawing';
import { transcript } from '@dsys/sim';
import { type Command, Option } from 'commander';
import { type CommandSpec, integerOption, makeCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT } from '../../frame/exit.js';
import { nameOf, readSmallFile } from '../../frame/file.js';
import { htmlOption, writeHtml } from '../../frame/html.js';
import { count } from '../../frame/table.js';
import { readSavedTrace, type SavedTrace } from './saved-trace.js';

interface Options {
  readonly html?: string;
  readonly clocks?: true;
  readonly last?: number;
}

const MAX_BYTES = 256 * 2 ** 20;
/** More rows than that make a browser slow. */
const MOST_DRAWN = 1_500;
const WIDTH = 1_100;

/** `dsys run`: of `@dsys/sim`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  makeCommand(family, runCommand, context, outcome);
}

const runCommand: CommandSpec<Options> = {
  name: 'run',
  summary: 'what happened in a saved run of a simulation',
  description:
    'Reads a run that was saved with its trace, or a trace alone (what traceOf of @dsys/sim gives, as JSON or a line an ' +
    'event), and shows it as text, a line an event; or draws it as a space-time diagram into one file. Exit code: 0 nothing is ' +
    'broken in it, 1 an invariant is, 3 the file is no such run.',
  operands: [['<file>', 'a saved run or trace; - for stdin']],
  options: [
    htmlOption('draw it into this file, which stands alone'),
    new Option('--clocks', 'as text: with vector clocks'),
    integerOption(
      '--last <n>',
      `only the last events (drawn are at most ${count(MOST_DRAWN)})`,
      1,
      Number.MAX_SAFE_INTEGER,
    ),
  ],
  json: 'one JSON object: kind "dsys-run", with its events',
  examples: [
    ['dsys run .sim/raft-4711.json', 'what happened, event by event'],
    ['dsys run .sim/raft-4711.json --html run.html', 'the same as a picture to be opened or sent'],
    ['dsys run trace.ndjson --last 40 --clocks', 'how it ended, with vector clocks'],
  ],
  async run(context, { html, clocks = false, last, json = false }, [path]) {
    const name = nameOf(path!);
    const saved = readSavedTrace(new TextDecoder().decode(await readSmallFile(context, path!, MAX_BYTES)), name);
    const events = last === undefined ? saved.events : saved.events.slice(-last);
    const broken = saved.events.find(({ type }) => type === 'broken')?.text ?? null;
    if (html !== undefined)
      await writeHtml(
        context,
        html,
        htmlPage({ title: titleOf(saved, name), sections: [sectionOf(events, saved, broken)] }),
      );
    if (json) await context.writeJson({ kind: 'dsys-run', version: 1, file: name, ...saved, events, broken });
    else if (html === undefined) await context.write(transcript(events, { clocks }));
    return broken === null ? EXIT.ok : EXIT.finding;
  },
};

function titleOf({ system, seed }: SavedTrace, name: string): string {
  if (system === null) return `A run: ${name}`;
  return seed === null ? `A run of ${system}` : `A run of ${system}, seed ${seed}`;
}

function sectionOf(events: SavedTrace['events'], saved: SavedTrace, broken: string | null): Section {
  const shown = events.slice(-MOST_DRAWN);
  const { diagram, nodes, brokenAt } = diagramOfTrace(shown, [...new Set(saved.events.map(({ node }) => node))]);
  const all = saved.events.length;
  const extent =
    shown.length === all ? `${count(all)} events.` : `The last ${count(shown.length)} of ${count(all)} events.`;
  return {
    title: broken === null ? 'Every invariant held' : 'An invariant is broken',
    tone: broken === null ? 'holds' : 'broken',
    sentences: [
      broken ?? 'Nothing in this run broke an invariant.',
      `${extent} Time goes down; a lane a node, an arrow a message.`,
    ],
    picture: sequenceShape(diagram, { nodes, at: shown.length, room: WIDTH, brokenAt, rowsTakeFocus: true }),
    alt: 'Space-time diagram',
    hint: 'Point at a row, or use Tab and the arrow keys, to read what happened, and the vector clock.',
    text: transcript(shown, { clocks: true }),
  };
}
