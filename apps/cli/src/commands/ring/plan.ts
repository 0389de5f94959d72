import { diff, type MigrationPlan } from '@dsys/hashring';
import { Option } from 'commander';
import { type CommandSpec, integerOption, numberOption } from '../../frame/command.js';
import { EXIT, usageError } from '../../frame/exit.js';
import { type KeyOptions, keyOptions, openKeys } from '../../frame/keys.js';
import { count } from '../../frame/table.js';
import { type ChangeOptions, changeOptions, readChange } from './change.js';
import { planMoves, sampledMoves } from './moves.js';
import { movesText } from './moves-text.js';
import { type Placed, type PlacementOptions, place, placementOptions } from './placements.js';

interface Options extends ChangeOptions, PlacementOptions, KeyOptions {
  readonly dialect?: string | undefined;
  readonly replicas: number;
  readonly spread?: 'zone' | undefined;
  readonly top: number;
  readonly failAbove?: number | undefined;
}

/** `dsys ring plan`: what a change of nodes moves. */
export const planCommand: CommandSpec<Options> = {
  name: 'plan',
  summary: 'what a change of nodes moves: from where to where, how much, against the least possible',
  description:
    'Compares the ring before and after a change. "least possible" is what must move, whatever the placement, for the nodes to end up ' +
    'with the shares that they end up with; "by weights" is what an ideally even placement would move. ' +
    'Given keys, it also counts those that move. Strategies other than the ring have no ranges and need keys.',
  options: [
    ...changeOptions(),
    ...placementOptions(),
    integerOption('--replicas <n>', 'nodes that hold each key', 1, 1_000).default(1),
    new Option('--spread <what>', 'spread replicas over zones').choices(['zone']),
    ...keyOptions(),
    integerOption('--top <n>', 'how many of the largest ranges to print', 0, 1_000_000).default(10),
    numberOption('--fail-above <share>', 'exit with 1 when more than this share of the keys moves, 0..1', 0, 1),
  ],
  json: 'one JSON object: kind "dsys-ring-plan", which MigrationPlan.from reads, with a "summary"; without ranges kind "dsys-ring-moves"',
  examples: [
    ['dsys ring plan --nodes a,b,c --add d', 'one node more'],
    ['dsys ring plan --before old.txt --after new.json --keys keys.txt', 'two lists, and how many of these keys move'],
    [
      'dsys ring plan --nodes servers.txt --remove cache-7 --replicas 3 --spread zone',
      'with three copies of each key in distinct zones',
    ],
    ['dsys ring plan --nodes a,b,c --reweight b=2 --json > plan.json', 'a plan for a program to carry out'],
    ['dsys ring plan --nodes a,b,c --add d --strategy maglev --keys keys.txt', 'what another strategy would move'],
  ],
  async run(context, options) {
    const [listBefore, listAfter] = await readChange(context, options);
    const before = place(listBefore, options);
    const after = place(listAfter, options);
    const source = await openKeys(context, options);
    const plan = planBetween(before, after, options);
    const moves =
      plan !== undefined
        ? await planMoves(before, after, plan, source)
        : source && (await sampledMoves(before, after, source));
    if (moves === undefined) {
      throw usageError(
        `--strategy ${before.strategy} has no ranges, so that only keys can tell what moves`,
        'Add --keys FILE, or pipe keys in.',
      );
    }
    const { summary } = moves;
    if (!options.json)
      await context.write(movesText(context, before, after, { ...moves, how: howOf(after, options) }, options.top));
    else if (plan !== undefined) await context.writeJson({ ...plan.toJSON(), summary });
    else await context.writeJson({ kind: 'dsys-ring-moves', version: 1, strategy: before.strategy, summary });
    return options.failAbove !== undefined && summary.moved > options.failAbove ? EXIT.finding : EXIT.ok;
  },
};

/** The migration plan, when both are rings. */
function planBetween(before: Placed, after: Placed, { replicas, spread }: Options): MigrationPlan | undefined {
  if (before.ring !== undefined && after.ring !== undefined) return diff(before.ring, after.ring, { replicas, spread });
  if (replicas === 1 && spread === undefined) return undefined;
  throw usageError('--replicas and --spread are for rings', 'Leave them out, or leave out --strategy.');
}

/** How keys are placed, for the heading. */
function howOf({ title }: Placed, { replicas, spread }: Options): string {
  if (replicas === 1) return title;
  return `${title}, ${count(replicas)} replicas${spread === undefined ? '' : ' in distinct zones'}`;
}
