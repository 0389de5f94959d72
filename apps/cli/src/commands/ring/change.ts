import { Option } from 'commander';
import { grouped, listOption } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { inputError, usageError } from '../../frame/exit.js';
import { showText } from '../../frame/key.js';
import { checkKnown, type ListedNode, NODE_HINT, NODES_HELP, type NodeList, problemOf, readNodes } from './nodes.js';

/** What is to become of the nodes: another list, or changes to the one there is. */
export interface ChangeOptions {
  readonly nodes: string;
  readonly after?: string | undefined;
  readonly add?: string | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly reweight?: readonly string[] | undefined;
  readonly dialect?: string | undefined;
}

export const changeOptions = (): Option[] =>
  grouped('Nodes:', [
    new Option('--before, --nodes <nodes>', `the nodes as they are: ${NODES_HELP}`).makeOptionMandatory(),
    new Option('--after <nodes>', 'the nodes as they will be; or instead:'),
    new Option('--add <nodes>', 'nodes that come, written as in --nodes'),
    listOption('--remove <ids>', 'nodes that go'),
    listOption('--reweight <id=weight>', 'nodes that get another weight'),
  ]);

/** The lists before and after. Throws `CommandError` when neither `--after` nor a change is there, or both. */
export async function readChange(
  context: Context,
  options: ChangeOptions,
): Promise<readonly [before: NodeList, after: NodeList]> {
  const { nodes, after, add, remove = [], reweight = [], dialect } = options;
  const isChange = add !== undefined || remove.length > 0 || reweight.length > 0;
  if (after !== undefined && isChange) {
    throw usageError(
      '--after is the whole list, and --add, --remove, --reweight change the one before',
      'Take one way or the other.',
    );
  }
  if (after === undefined && !isChange) {
    throw usageError(
      'nothing is said of the nodes after the change',
      'Use --after NODES, or --add, --remove, --reweight.',
    );
  }
  const before = await readNodes(context, '--nodes', nodes, dialect);
  if (after !== undefined) return [before, await readNodes(context, '--after', after, dialect)];

  const gone = new Set(checkKnown(before, '--remove', remove));
  const weights = weightsOf(before, reweight);
  const stay = before.nodes.filter(({ id }) => !gone.has(id));
  const changed = stay.map((node): ListedNode => ({ ...node, weight: weights.get(node.id) ?? node.weight }));
  const added = add === undefined ? [] : (await readNodes(context, '--add', add, dialect)).nodes;
  const there = new Set(stay.map(({ id }) => id));
  for (const { id } of added) {
    if (there.has(id))
      throw usageError(
        `--add: node "${showText(id)}" is there already`,
        'To replace it, name it in --remove too; for another weight use --reweight.',
      );
  }
  const all = [...changed, ...added];
  if (all.length === 0)
    throw inputError('no node is left after the change', 'A ring needs at least one: keep one, or --add another.');
  return [before, { ...before, source: 'the nodes after the change', nodes: all }];
}

function weightsOf(before: NodeList, reweight: readonly string[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const item of reweight) {
    const equals = item.lastIndexOf('=');
    const weight = item.slice(equals + 1).trim() === '' ? Number.NaN : Number(item.slice(equals + 1));
    if (equals < 1 || Number.isNaN(weight))
      throw usageError(`--reweight "${showText(item)}" is not id=weight`, 'Write --reweight a=2.');
    const id = item.slice(0, equals);
    const problem = problemOf({ id, weight });
    if (problem !== undefined) throw usageError(`--reweight: ${problem}`, NODE_HINT);
    weights.set(id, weight);
  }
  checkKnown(before, '--reweight', [...weights.keys()]);
  return weights;
}
