import { type SpaceSaving, TopK } from '@dsys/cms';
import type { Command } from 'commander';
import { type CommandSpec, integerOption, makeCommand, type Outcome } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, inputError, usageError } from '../../frame/exit.js';
import { type KeyType, type KeyValue, keyJson, showKey } from '../../frame/key.js';
import { keyOptions, openKeys } from '../../frame/keys.js';
import { outOption, readSketch, writeSketch } from '../../frame/sketch-file.js';
import { count, percent, plural, table } from '../../frame/table.js';

interface Options {
  readonly keys?: string | undefined;
  readonly keyType: KeyType;
  readonly sizes?: true;
  readonly number: number;
  readonly capacity?: number;
  readonly out?: string;
}

/** `dsys top`: of `@dsys/cms`. */
export function addTo(family: Command, context: Context, outcome: Outcome): void {
  makeCommand(family, topCommand, context, outcome);
}

const DEFAULT_CAPACITY = 1000;

const topCommand: CommandSpec<Options> = {
  name: 'top',
  summary: 'the lines that come most',
  description:
    'Lists the lines that come most without keeping all of them (SpaceSaving): it watches --capacity lines, and a line ' +
    'that came more often than one in so many is always among them. Each count is right or too high, by at most what the ' +
    'column "at least" leaves open. Sketches of other machines or days are added up.',
  operands: [['[sketches...]', 'files that --out has written, to be joined with each other and with the lines']],
  options: [
    integerOption('-n, --number <n>', 'how many to list', 1, 1_000_000).default(10),
    integerOption(
      '--capacity <lines>',
      `how many are watched (default ${count(DEFAULT_CAPACITY)}, or that of the sketches)`,
      1,
      4_194_304,
    ),
    ...keyOptions(),
    outOption(),
  ],
  json: 'one JSON object: kind "dsys-top"',
  examples: [
    ['cut -d" " -f7 access.log | dsys top', 'the ten pages that are asked for most'],
    ['cut -f1,5 sizes.tsv | dsys top --sizes -n 3', 'those with most bytes: lines are KEY<TAB>BYTES'],
    ['cut -d" " -f7 access.log | dsys top --out web-1.top', 'the same, and its sketch for later'],
    ['dsys top web-1.top web-2.top --json', 'of two machines together'],
  ],
  async run(context, options, operands) {
    const source = await openKeys(context, options);
    if (source === undefined && operands.length === 0)
      throw usageError('there is nothing to count', 'Pipe lines in, name a file by --keys, or name sketches.');
    const sketches: SpaceSaving[] = [];
    for (const path of operands) sketches.push(await readTop(context, path, sketches[0]?.capacity ?? options.capacity));
    const capacity = sketches[0]?.capacity ?? options.capacity ?? DEFAULT_CAPACITY;
    const top = TopK.spaceSaving({ capacity });
    const lines = await source?.each(({ keys, sizes }) => {
      if (sizes === undefined) top.addMany(keys);
      else for (let i = 0; i < keys.length; i++) top.add(keys[i]!, sizes[i]!);
    });
    for (const other of sketches) top.merge(other);
    if (options.out !== undefined) await writeSketch(options.out, top.toBytes());
    const report = reportOf(top, options.number, lines?.count ?? null, operands.length);
    if (options.json) await context.writeJson(report);
    else await context.write(textOf(context, report, options));
    return EXIT.ok;
  },
};

async function readTop(context: Context, path: string, capacity: number | undefined): Promise<SpaceSaving> {
  const top = await readSketch(context, path, (bytes) => TopK.fromBytes(bytes));
  if (top.algorithm !== 'space-saving')
    throw inputError(
      `${path}: is a list by a count-min sketch, not by SpaceSaving`,
      'dsys top joins what dsys top has written.',
    );
  if (capacity !== undefined && top.capacity !== capacity)
    throw inputError(
      `${path}: watches ${plural(top.capacity, 'line')}, where the others watch ${count(capacity)}`,
      `Lists are joined of one --capacity: make them anew with --capacity ${Math.max(capacity, top.capacity)}.`,
    );
  return top;
}

/** What `--json` writes. Fields are added, never taken away or changed. */
interface Report {
  readonly kind: 'dsys-top';
  readonly version: 1;
  /** Sum of all counts: lines, or bytes with `--sizes`. */
  readonly total: number;
  readonly capacity: number;
  /** A line that is not watched came at most so often. */
  readonly maxError: number;
  /** Null when there were none to read. */
  readonly lines: number | null;
  readonly sketches: number;
  readonly entries: readonly {
    readonly key: string;
    readonly keyHex?: string;
    /** Never below the truth. */
    readonly estimate: number;
    /** For certain. */
    readonly lower: number;
  }[];
}

function reportOf(top: SpaceSaving, n: number, lines: number | null, sketches: number): Report {
  const { total, capacity, maxError } = top;
  const entries = top.top(n).map(({ key, estimate, lower }) => ({ ...keyJson(asRead(key)), estimate, lower }));
  return { kind: 'dsys-top', version: 1, total, capacity, maxError, lines, sketches, entries };
}

/** A key as it would stand in a file: programs may have put text and numbers into a sketch. */
function asRead(key: string | Uint8Array | number | bigint): KeyValue {
  if (typeof key === 'object' || typeof key === 'bigint') return key;
  return Buffer.from(String(key));
}

function textOf(context: Context, report: Report, { out, sizes }: Options): string {
  const { total, entries, maxError } = report;
  const unit = sizes ? 'bytes' : 'lines';
  const rows = entries.map(({ key, keyHex, estimate, lower }) => [
    count(estimate),
    ...(maxError > 0 ? [count(lower)] : []),
    total === 0 ? '-' : percent(estimate / total),
    showKey(Buffer.from(keyHex ?? key, keyHex === undefined ? 'utf8' : 'hex'), 120),
  ]);
  const titles = ['count', ...(maxError > 0 ? ['at least'] : []), 'share'];
  const columns = [...titles.map((title) => ({ title, align: 'right' as const })), { title: 'line' }];
  const rest = maxError > 0 ? `; what is not watched came at most ${count(maxError)} times` : '; all counts are exact';
  const written = out === undefined ? '' : `  sketch written to ${out}\n`;
  return `${table(context, columns, rows)}\n  ${count(total)} ${unit} in all${rest}\n${written}`;
}
