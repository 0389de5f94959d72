import { BloomFilter } from '@dsys/bloom';
import { Option } from 'commander';
import type { CommandSpec } from '../../frame/command.js';
import { EXIT, usageError } from '../../frame/exit.js';
import { type KeyType, type KeyValue, keyJson, showKey } from '../../frame/key.js';
import { keyOptions, openKeys } from '../../frame/keys.js';
import { readSketch } from '../../frame/sketch-file.js';

interface Options {
  readonly keys?: string | undefined;
  readonly keyType: KeyType;
  readonly absent?: true;
}

/** `dsys bloom filter`: lets lines through. */
export const filterCommand: CommandSpec<Options> = {
  name: 'filter',
  summary: 'let lines through that are in a filter, or that are not',
  description:
    'Prints the lines that are in the filter, as they are and in their order; now and then one that is not, at the filter’s ' +
    'rate of false positives. With --absent, prints the lines that are certainly not in it, and leaves out a few that are not.',
  operands: [['<filter>', 'a file that dsys bloom build, or BloomFilter.toBytes, has written']],
  options: [
    new Option('--absent', 'the lines that are certainly not in the filter'),
    ...keyOptions().filter(({ long }) => long !== '--sizes'),
  ],
  json: 'one JSON object a line for each line let through: kind "dsys-bloom-line"',
  examples: [
    ['dsys bloom filter seen.bloom --keys keys.txt', 'lines that were seen before'],
    ['cat keys.txt | dsys bloom filter seen.bloom --absent > new.txt', 'lines that are certainly new'],
  ],
  async run(context, options, [path]) {
    const filter = await readSketch(context, path!, (bytes) => BloomFilter.fromBytes(bytes));
    const source = await openKeys(context, options);
    if (source === undefined)
      throw usageError('there are no lines to filter', 'Pipe them in, or name a file: --keys FILE.');
    const wanted = options.absent ? 0 : 1;
    const isTerminal = context.io.stdout.isTTY === true;
    await source.each(async ({ keys }) => {
      const found = filter.hasMany(keys);
      const through = keys.filter((_, i) => found[i] === wanted);
      if (through.length === 0) return;
      if (options.json)
        await context.write(
          through
            .map((key) => `${JSON.stringify({ kind: 'dsys-bloom-line', version: 1, ...keyJson(key) })}\n`)
            .join(''),
        );
      // A terminal obeys no line; whoever reads a pipe gets the bytes as they are.
      else if (isTerminal) await context.write(through.map((key) => `${showKey(key, 10_000)}\n`).join(''));
      else await context.write(Buffer.concat(through.flatMap((key) => [bytesOf(key), LINE_FEED])));
    });
    return EXIT.ok;
  },
};

const LINE_FEED = Buffer.from('\n');

const bytesOf = (key: KeyValue): Uint8Array => (typeof key === 'bigint' ? Buffer.from(String(key)) : key);
