import type { Command } from 'commander';
import { type CommandSpec, makeCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, inputError } from '../../frame/exit.js';
import { nameOf, readSmallFile } from '../../frame/file.js';
import { showText } from '../../frame/key.js';
import { decoded, MAX_SKETCH_BYTES } from '../../frame/sketch-file.js';
import { byteSize } from '../../frame/table.js';
import { engines } from './engines.js';
import { envelopes } from './envelopes.js';
import type { Explanation, Format } from './explanation.js';

/** `dsys explain`: of all packages that store something. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  makeCommand(family, explainCommand, context, outcome);
}

/** In the order in which they are tried: those that can't be mistaken come first. */
const FORMATS: readonly Format[] = [...envelopes, ...engines];

const explainCommand: CommandSpec<object> = {
  name: 'explain',
  summary: 'what a file of a sketch is',
  description:
    'Reads a sketch and says what it is, how it was made, what it has counted and how sure that is, and what can be done ' +
    'with it: a stored structure of @dsys, a HyperLogLog of Redis or PostgreSQL, a DUMP of RedisBloom, a sketch of Apache ' +
    'DataSketches, the Bloom filters of a Parquet file, one of Guava or of npm bloom-filters.',
  operands: [['<files...>', 'the files; - for stdin']],
  options: [],
  json: 'one JSON object a line for each file: kind "dsys-explanation"',
  examples: [
    ['dsys explain seen.bloom', 'a file that dsys bloom build has written'],
    ['redis-cli --raw GET visitors | head -c -1 | dsys explain -', 'a HyperLogLog of Redis'],
    ['dsys explain *.parquet --json', 'the Bloom filters of some files'],
  ],
  async run(context, options, operands) {
    for (const [i, path] of operands.entries()) {
      const bytes = await readSmallFile(context, path, MAX_SKETCH_BYTES);
      const format = FORMATS.find(({ isLike }) => isLike(bytes));
      if (format === undefined) throw unknown(path, bytes);
      const explanation = decoded(path, () => format.explain(bytes));
      if (options.json)
        await context.writeJson({
          kind: 'dsys-explanation',
          version: 1,
          file: nameOf(path),
          bytes: bytes.length,
          ...explanation,
        });
      else await context.write(`${i > 0 ? '\n' : ''}${textOf(context, nameOf(path), bytes.length, explanation)}`);
    }
    return EXIT.ok;
  },
};

function unknown(path: string, bytes: Uint8Array): Error {
  const first = Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  const what = bytes.length === 0 ? 'it is empty' : `it begins ${first}`;
  return inputError(
    `${nameOf(path)} is no sketch that is known here: ${what}`,
    'dsys explain --help lists what is. Registers without a head (hash4j), and single chunks of SCANDUMP, tell nothing of themselves.',
  );
}

function textOf(
  context: Context,
  name: string,
  bytes: number,
  { format, facts, estimate, notes }: Explanation,
): string {
  const rows = Object.entries(facts).map(([label, value]): [string, string] => [label, String(value)]);
  if (estimate !== null) {
    const { of, value, lower, upper } = estimate;
    const band = lower === value && upper === value ? '' : `, ${number(lower)} to ${number(upper)} with 95 % certainty`;
    rows.push([of, `${number(value)}${band}`]);
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const body = rows
    .map(([label, value]) => `  ${context.dim(label.padEnd(width))}  ${showText(value, 400)}\n`)
    .join('');
  return `${context.bold(showText(name, 200))}: ${format}, ${byteSize(bytes)}\n${body}${notes.map((note) => context.wrapped(note)).join('')}`;
}

const number = (n: number): string => Math.round(n).toLocaleString('en-US');
