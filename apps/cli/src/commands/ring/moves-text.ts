import type { Context } from '../../frame/context.js';
import { showText } from '../../frame/key.js';
import { byteSize, type Column, count, percent, plural, position, table } from '../../frame/table.js';
import type { CountedRange, Moves, Summary } from './moves.js';
import type { Placed } from './placements.js';

/** What a change moves, for a person: the headline first, then who sends how much to whom, then the largest ranges. */
export function movesText(
  context: Context,
  before: Placed,
  after: Placed,
  { summary, ranges, how }: Moves & { readonly how: string },
  top: number,
): string {
  const heading = context.bold(`${plural(before.members.length, 'node')} → ${count(after.members.length)}`);
  const changes = changesText(before, after);
  const sections = [
    `${heading}: ${how}\n${changes === '' ? '' : `  ${context.dim(changes)}\n`}`,
    headline(context, summary),
    summary.flows.length === 0 ? '' : flowTable(context, summary),
    nodeTable(context, before, after, summary),
    rangeTable(context, ranges, summary, top),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

/** `+ d, − a, b 1 → 2`, the first few of each. */
function changesText(before: Placed, after: Placed): string {
  const had = new Map(before.members.map((member) => [member.id, member]));
  const has = new Map(after.members.map((member) => [member.id, member]));
  const changes = [
    ...after.members.filter(({ id }) => !had.has(id)).map(({ id }) => `+ ${showText(id)}`),
    ...before.members.filter(({ id }) => !has.has(id)).map(({ id }) => `− ${showText(id)}`),
    ...after.members
      .filter(({ id, weight }) => had.has(id) && had.get(id)!.weight !== weight)
      .map(({ id, weight }) => `${showText(id)} ${had.get(id)!.weight} → ${weight}`),
  ];
  const shown = changes.slice(0, MOST_CHANGES);
  return shown.join(', ') + (changes.length > shown.length ? `, and ${count(changes.length - shown.length)} more` : '');
}

const MOST_CHANGES = 12;

function headline(context: Context, { moved, copied, leastCopied, movedByWeights, keys }: Summary): string {
  if (copied === 0 && moved === 0) return '  nothing moves\n';
  const ofWhat = movedByWeights === null ? ' of all keys, to or from at least one node' : ' of all keys';
  const rows: [string, string][] = [['moves', context.bold(percent(moved)) + ofWhat]];
  if (movedByWeights === null) rows.push(['copies', `${percent(copied)} of one full set of keys`]);
  const ratio = leastCopied === 0 ? '' : `, so this is ${(copied / leastCopied).toFixed(2)} times the least`;
  rows.push(['least possible', `${percent(leastCopied)}${ratio}`]);
  if (movedByWeights !== null) rows.push(['by weights', percent(movedByWeights)]);
  if (keys !== null) {
    const bytes = keys.bytes === undefined ? '' : `, ${byteSize(keys.bytesMoved!)} of ${byteSize(keys.bytes)}`;
    const empty = keys.emptyLines === 0 ? '' : `; ${plural(keys.emptyLines, 'empty line')} passed over`;
    const share = percent(keys.moved / keys.count);
    rows.push(['of your keys', `${count(keys.moved)} of ${count(keys.count)} (${share})${bytes}${empty}`]);
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${context.dim(label.padEnd(width))}  ${value}\n`).join('');
}

function flowTable(context: Context, { flows, keys }: Summary): string {
  const columns: Column[] = [{ title: 'from' }, { title: 'to' }, { title: 'share', align: 'right' }];
  if (keys !== null) columns.push({ title: 'keys', align: 'right' });
  if (keys?.bytes !== undefined) columns.push({ title: 'bytes', align: 'right' });
  const shown = flows.slice(0, MOST_FLOWS);
  const rows = shown.map((flow) => [
    showText(flow.from),
    showText(flow.to),
    percent(flow.share),
    ...(flow.keys === undefined ? [] : [count(flow.keys)]),
    ...(flow.bytes === undefined ? [] : [byteSize(flow.bytes)]),
  ]);
  const rest = flows.length - shown.length;
  return (
    table(context, columns, rows) +
    (rest === 0 ? '' : `  ${context.dim(`and ${plural(rest, 'smaller flow')}; --json has them all`)}\n`)
  );
}

const MOST_FLOWS = 40;

/** Shares before and after of the nodes that gain or lose something. */
function nodeTable(context: Context, before: Placed, after: Placed, { flows }: Summary): string {
  if (before.sharesAre === 'expected') return '';
  const touched = new Set(flows.flatMap(({ from, to }) => [from, to]));
  if (touched.size === 0) return '';
  const shares = new Map<string, [number, number]>();
  for (const [i, { id }] of before.members.entries()) if (touched.has(id)) shares.set(id, [before.shares[i]!, 0]);
  for (const [i, { id }] of after.members.entries())
    if (touched.has(id)) shares.set(id, [shares.get(id)?.[0] ?? 0, after.shares[i]!]);
  const rows = [...shares].map(([id, [was, is]]) => [showText(id), percent(was), percent(is)]);
  const shown = rows.slice(0, MOST_FLOWS);
  const rest = rows.length - shown.length;
  const columns: Column[] = [
    { title: 'node' },
    { title: 'owns before', align: 'right' },
    { title: 'after', align: 'right' },
  ];
  return table(context, columns, shown) + (rest === 0 ? '' : `  ${context.dim(`and ${plural(rest, 'node')} more`)}\n`);
}

function rangeTable(context: Context, ranges: readonly CountedRange[], { keys }: Summary, top: number): string {
  const shown = ranges.slice(0, top);
  if (shown.length === 0) return '';
  const columns: Column[] = [
    {
      title:
        shown.length < ranges.length ? `largest of ${count(ranges.length)} ranges` : plural(ranges.length, 'range'),
    },
    { title: 'share', align: 'right' },
    { title: 'from' },
    { title: 'to' },
  ];
  if (keys !== null) columns.push({ title: 'keys', align: 'right' });
  const rows = shown.map(({ range: { start, end, from, to }, share, keys: inside }) => [
    `${position(start)} – ${position(end - 1)}`,
    percent(share),
    from.map((id) => showText(id)).join(' '),
    to.map((id) => showText(id)).join(' '),
    ...(keys === null ? [] : [count(inside)]),
  ]);
  return table(context, columns, rows);
}
