/** The lines that do with the package what the demo just did. */
import type { Action, State } from './state.js';
import type { DemoNode, StrategyName } from './strategies.js';

const CLASS: Readonly<Record<Exclude<StrategyName, 'modulo'>, string>> = {
  ring: 'Ring',
  rendezvous: 'Rendezvous',
  maglev: 'Maglev',
  jump: 'Jump',
  jumpBack: 'JumpBack',
};

/** A program that reproduces the step from `before` to `after`; `key` is one to ask for. */
export function codeFor(before: State, action: Action | undefined, after: State, key: string): string {
  if (after.strategy === 'modulo' || (action?.type === 'strategy' && before.strategy === 'modulo'))
    return moduloCode(before, after, key);
  const changed = action !== undefined && action.type !== 'strategy' && action.type !== 'points';
  const isRing = after.strategy === 'ring' && before.strategy === 'ring';
  const names = [
    ...new Set([CLASS[after.strategy], ...(before.strategy === 'modulo' ? [] : [CLASS[before.strategy]])]),
  ];
  const lines = [
    `import { ${[...(isRing && action !== undefined ? ['diff'] : []), ...names].join(', ')} } from '@dsys/hashring';`,
    '',
  ];
  if (action === undefined) {
    lines.push(`const ring = ${build(after)};`, '', `console.log(ring.owner(${quote(key)}));`);
    if (isRing) lines.push('console.log(ring.ownership().nodes, ring.fingerprint);');
    return lines.join('\n');
  }
  lines.push(`const before = ${build(before)};`);
  lines.push(`const after = ${changed ? change(after, action) : build(after)};`, '');
  if (isRing) {
    lines.push('const plan = diff(before, after);');
    lines.push('console.log(plan.moved, after.fingerprint);');
    lines.push('for (const range of plan.ranges) console.log(range);');
  } else {
    lines.push(`console.log(before.owner(${quote(key)}), after.owner(${quote(key)}));`);
  }
  return lines.join('\n');
}

function build(state: State): string {
  const weighted = state.nodes.some((node) => node.weight !== 1);
  const list = state.nodes.map((node) => (weighted ? object(node) : quote(node.id)));
  const options =
    state.strategy === 'ring' && state.pointsPerNode !== 512 ? `{ pointsPerNode: ${state.pointsPerNode} }` : '';
  const name = CLASS[state.strategy as keyof typeof CLASS];
  const inline = `${name}.of([${list.join(', ')}]${options === '' ? '' : `, ${options}`})`;
  if (inline.length <= 48) return inline;
  const rows = weighted ? `[\n    ${list.join(',\n    ')},\n  ]` : `[${list.join(', ')}]`;
  return `${name}.of(\n  ${rows},\n${options === '' ? '' : `  ${options},\n`})`;
}

function change(after: State, action: Action): string {
  switch (action.type) {
    case 'add':
      return `before.with(${action.weight === 1 ? quote(action.id) : object(action)})`;
    case 'remove':
      return after.strategy === 'jump' || after.strategy === 'jumpBack'
        ? 'before.withoutLast()'
        : `before.without(${quote(action.id)})`;
    case 'reweight':
      return `before.reweight(${quote(action.id)}, ${action.weight})`;
    default:
      return 'before';
  }
}

/** Modulo is not in the package; this is all there is to it. */
function moduloCode(before: State, after: State, key: string): string {
  const list = (state: State): string => `[${state.nodes.map((node) => quote(node.id)).join(', ')}]`;
  return [
    "import { xxh32 } from '@dsys/hash';",
    '',
    'const owner = (nodes, key) => nodes[xxh32(key) % nodes.length];',
    '',
    `console.log(owner(${list(before)}, ${quote(key)}));`,
    `console.log(owner(${list(after)}, ${quote(key)}));`,
  ].join('\n');
}

const object = ({ id, weight }: Pick<DemoNode, 'id' | 'weight'>): string =>
  weight === 1 ? `{ id: ${quote(id)} }` : `{ id: ${quote(id)}, weight: ${weight} }`;

const quote = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
