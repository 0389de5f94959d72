import { type Comparison, compare } from '@dsys/hashring/compat';
import { Option } from 'commander';
import { type CommandSpec, integerOption } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT } from '../../frame/exit.js';
import { showText } from '../../frame/key.js';
import { type KeyOptions, keyOptions, openKeys } from '../../frame/keys.js';
import { type Column, count, percent, plural, table } from '../../frame/table.js';
import { type Moves, sampledMoves } from './moves.js';
import { nodesOption, readNodes } from './nodes.js';
import { type Placed, placeByName } from './placements.js';

interface Options extends KeyOptions {
  readonly a: string;
  readonly b: string;
  readonly nodes: string;
  readonly points?: number | undefined;
}

/** `dsys ring compare`: whether two clients agree. */
export const compareCommand: CommandSpec<Options> = {
  name: 'compare',
  summary: 'which share of the keys two clients send to different nodes, and why',
  description:
    'Places the same nodes by two sets of rules. Exit code 1 when some key goes elsewhere, so that a script can check that two clients agree. ' +
    'Ids of nodes have to be what the clients know them by, mostly host:port.',
  options: [
    new Option('--a <name>', 'a dialect (dsys ring dialects lists them) or a strategy').makeOptionMandatory(),
    new Option('--b <name>', 'the other one').default('dsys'),
    nodesOption(),
    integerOption('--points <n>', 'points of a node of weight 1, where the dialect lets one choose', 1, 65_536),
    ...keyOptions(),
  ],
  json: 'one JSON object: kind "dsys-ring-comparison"',
  examples: [
    [
      'dsys ring compare --a libmemcached --b dsys --nodes 10.0.0.1:11211,10.0.0.2:11211,10.0.0.3:11211',
      'what would leaving libmemcached move?',
    ],
    [
      'dsys ring compare --a twemproxy:md5 --b libmemcached-weighted --nodes servers.txt',
      'does the proxy agree with the clients?',
    ],
    ['dsys ring compare --a maglev --b rendezvous --nodes servers.txt --keys keys.txt', 'two strategies, on real keys'],
  ],
  async run(context, options) {
    const list = await readNodes(context, '--nodes', options.nodes);
    const a = placeByName(list, options.a, options.points);
    const b = placeByName(list, options.b, options.points);
    const source = await openKeys(context, options);
    const comparison = compare(
      () => a.placement as never,
      () => b.placement as never,
      a.placement.nodes,
    );
    const moves = source === undefined ? undefined : await sampledMoves(a, b, source);
    if (options.json) await context.writeJson(reportOf(options, comparison, moves));
    else await context.write(textOf(context, a, b, comparison, moves));
    const differ = comparison.moved > 0 || (moves !== undefined && moves.summary.moved > 0);
    return differ ? EXIT.finding : EXIT.ok;
  },
};

/** What `--json` writes. Fields are added, never taken away or changed. */
interface Report {
  readonly kind: 'dsys-ring-comparison';
  readonly version: 1;
  readonly a: string;
  readonly b: string;
  /** Share of all keys, 0..1. */
  readonly moved: number;
  readonly method: string;
  /** Half the width of the 95 % interval round `moved`; 0 when exact. */
  readonly error: number;
  readonly sampleSize: number;
  readonly flows: Comparison['flows'];
  readonly differences: Comparison['differences'];
  readonly sentence: string;
  readonly keys: Moves['summary']['keys'];
}

function reportOf({ a, b }: Options, comparison: Comparison, moves: Moves | undefined): Report {
  const { moved, method, error, sampleSize, flows, differences, sentence } = comparison;
  const keys = moves?.summary.keys ?? null;
  const found = { moved, method, error, sampleSize, flows, differences, sentence, keys };
  return { kind: 'dsys-ring-comparison', version: 1, a, b, ...found };
}

function textOf(context: Context, a: Placed, b: Placed, comparison: Comparison, moves: Moves | undefined): string {
  const { moved, flows, sentence } = comparison;
  const keys = moves?.summary.keys;
  const onKeys = keys
    ? `  ${count(keys.moved)} of your ${plural(keys.count, 'key')} (${percent(keys.moved / keys.count)}) go elsewhere.\n`
    : '';
  const heading = `${context.bold(plural(a.members.length, 'node'))}\n  a  ${a.title}\n  b  ${b.title}\n`;
  const text = `${heading}\n${context.wrapped(sentence)}${onKeys}`;
  if (moved === 0) return text;
  const columns: Column[] = [{ title: 'a sends to' }, { title: 'b sends to' }, { title: 'share', align: 'right' }];
  const rows = flows.slice(0, MOST_FLOWS).map(({ from, to, share }) => [showText(from), showText(to), percent(share)]);
  const rest = flows.length - rows.length;
  const more = rest === 0 ? '' : `  ${context.dim(`and ${plural(rest, 'smaller flow')}; --json has them all`)}\n`;
  return `${text}\n${table(context, columns, rows)}${more}`;
}

const MOST_FLOWS = 20;
