import { BloomFilter } from '@dsys/bloom';
import { Option } from 'commander';
import { type CommandSpec, integerOption, numberOption } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, usageError } from '../../frame/exit.js';
import type { KeyType } from '../../frame/key.js';
import { keyOptions, openKeys } from '../../frame/keys.js';
import { readSketch, writeSketch } from '../../frame/sketch-file.js';
import { byteSize, count, percent, plural } from '../../frame/table.js';

interface Options {
  readonly keys?: string | undefined;
  readonly keyType: KeyType;
  readonly out: string;
  readonly expected?: number;
  readonly rate: number;
  readonly layout: 'auto' | 'split-block' | 'classic';
}

/** `dsys bloom build`: a filter of the lines. */
export const buildCommand: CommandSpec<Options> = {
  name: 'build',
  summary: 'put lines into a Bloom filter, or join filters',
  description:
    'Puts all lines into a Bloom filter: it says "certainly not" of most lines that were not there, and "probably" of a ' +
    'share --rate of them. Filters that were made alike, on several machines, are joined to one of all their lines.',
  operands: [['[filters...]', 'filters that were made alike, to be joined with each other and with the lines']],
  options: [
    new Option('--out <file>', 'where the filter goes').makeOptionMandatory(),
    integerOption('--expected <lines>', 'how many different lines it is made for', 1, 2 ** 32 - 1),
    numberOption('--rate <share>', 'false positives when it is as full as that', 1e-9, 0.5).default(0.01),
    new Option('--layout <layout>', 'how bits lie; auto takes the smaller one')
      .choices(['auto', 'split-block', 'classic'])
      .default('auto'),
    ...keyOptions().filter(({ long }) => long !== '--sizes'),
  ],
  json: 'one JSON object: kind "dsys-bloom-build"',
  examples: [
    ['dsys bloom build --keys keys.txt --expected 1000000 --out seen.bloom', 'a filter for a million lines, 1.3 MB'],
    [
      'seq 1 50000 | dsys bloom build --expected 50000 --rate 0.001 --out ids.bloom',
      'one false positive in a thousand',
    ],
    ['dsys bloom build web-1.bloom web-2.bloom --out all.bloom', 'the lines of two machines'],
  ],
  async run(context, options, operands) {
    const source = await openKeys(context, options);
    if (source === undefined && operands.length === 0)
      throw usageError('there is nothing to put in', 'Pipe lines in, name a file by --keys, or name filters.');
    let filter: BloomFilter | undefined;
    for (const path of operands) {
      const other = await readSketch(context, path, (bytes) => BloomFilter.fromBytes(bytes));
      if (filter === undefined) filter = other;
      else filter.merge(other);
    }
    filter ??= forExpected(options);
    const into = filter;
    const lines = await source?.each(({ keys }) => void into.addMany(keys));
    await writeSketch(options.out, filter.toBytes());
    const report = {
      kind: 'dsys-bloom-build' as const,
      version: 1 as const,
      layout: filter.layout,
      bitCount: filter.bitCount,
      hashCount: filter.hashCount,
      estimatedCount: Math.round(filter.estimateCount()),
      falsePositiveRate: filter.estimateFalsePositiveRate(),
      lines: lines?.count ?? null,
      filters: operands.length,
      out: options.out,
    };
    if (options.json) await context.writeJson(report);
    else await context.write(textOf(context, report, options));
    return EXIT.ok;
  },
};

function forExpected({ expected, rate, layout }: Options): BloomFilter {
  if (expected === undefined)
    throw usageError('--expected is missing', 'Say for how many different lines the filter is to be made.');
  return BloomFilter.forItems({ expected, falsePositiveRate: rate, layout });
}

interface Report {
  readonly layout: string;
  readonly bitCount: number;
  readonly estimatedCount: number;
  readonly falsePositiveRate: number;
  readonly lines: number | null;
  readonly out: string;
}

function textOf(context: Context, report: Report, { rate }: Options): string {
  const { layout, bitCount, estimatedCount, falsePositiveRate, lines, out } = report;
  const read = lines === null ? '' : `  ${plural(lines, 'line')} read\n`;
  const tooFull =
    falsePositiveRate > 1.5 * rate ? '  fuller than it was made for: build it anew with a larger --expected\n' : '';
  return (
    `${context.bold(out)}: ${layout} Bloom filter, ${byteSize(bitCount / 8)}\n${read}` +
    `  about ${count(estimatedCount)} different ${estimatedCount === 1 ? 'line' : 'lines'} in it, ${percent(falsePositiveRate)} false positives\n${tooFull}`
  );
}
