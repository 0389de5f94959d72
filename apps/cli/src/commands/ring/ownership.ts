import { type CommandSpec, numberOption } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT } from '../../frame/exit.js';
import { showText } from '../../frame/key.js';
import { type KeyOptions, type KeySource, keyOptions, openKeys } from '../../frame/keys.js';
import { byteSize, type Column, count, percent, plural, table } from '../../frame/table.js';
import { nodesOption, readNodes } from './nodes.js';
import { expectedShares, type Placed, type PlacementOptions, place, placementOptions } from './placements.js';

interface Options extends PlacementOptions, KeyOptions {
  readonly nodes: string;
  readonly failAbove?: number | undefined;
}

/** `dsys ring ownership`: who owns how much. */
export const ownershipCommand: CommandSpec<Options> = {
  name: 'ownership',
  summary: 'how much each node and zone owns: of all keys, and of yours',
  description:
    'Prints the share of the key space that each node and each zone owns, beside the share that its weight asks for. ' +
    'Given keys, counts them too. The last line is the fullest node over what it should have: 1.00 is perfect, and the figure to size machines by.',
  options: [
    nodesOption(),
    ...placementOptions(),
    ...keyOptions(),
    numberOption(
      '--fail-above <ratio>',
      'exit with 1 when a node has more than this many times what it should',
      1,
      1_000_000,
    ),
  ],
  json: 'one JSON object: kind "dsys-ring-ownership"',
  examples: [
    ['dsys ring ownership --nodes a,b,c=2', 'three nodes, the last one twice as large'],
    ['seq 1 1000000 | dsys ring ownership --nodes servers.txt', 'with real keys, one a line'],
    ['dsys ring ownership --nodes servers.txt --dialect libmemcached-weighted', 'as the clients you have place them'],
    [
      'dsys ring ownership --nodes servers.txt --fail-above 1.25 --json',
      'in a script: exit code 1 when it is too uneven',
    ],
  ],
  async run(context, options) {
    const list = await readNodes(context, '--nodes', options.nodes, options.dialect);
    const placed = place(list, options);
    const source = await openKeys(context, options);
    const counted = source === undefined ? undefined : await countKeys(placed, source);
    const shown = counted?.count === 0 ? undefined : counted;
    const report = reportOf(placed, shown);
    if (options.json) await context.writeJson(report);
    else await context.write(textOf(context, placed, report));
    const worst = report.keys?.maxOverMean ?? report.maxOverMean;
    return options.failAbove !== undefined && worst > options.failAbove ? EXIT.finding : EXIT.ok;
  },
};

/** Keys and bytes of each node, in the order of the members. */
interface Counted {
  readonly source: string;
  readonly count: number;
  readonly emptyLines: number;
  readonly perNode: readonly number[];
  readonly bytesPerNode: readonly number[] | undefined;
}

async function countKeys({ ownerIndex, members }: Placed, source: KeySource): Promise<Counted> {
  const perNode = new Array<number>(members.length).fill(0);
  const bytesPerNode = new Array<number>(members.length).fill(0);
  let sized = false;
  const read = await source.each(({ keys, sizes }) => {
    sized = sizes !== undefined;
    for (let i = 0; i < keys.length; i++) {
      const owner = ownerIndex(keys[i]!);
      perNode[owner]!++;
      if (sizes !== undefined) bytesPerNode[owner]! += sizes[i]!;
    }
  });
  return { ...read, source: source.name, perNode, bytesPerNode: sized ? bytesPerNode : undefined };
}

/** What `--json` writes. Fields are added, never taken away or changed. */
interface Report {
  readonly kind: 'dsys-ring-ownership';
  readonly version: 1;
  readonly strategy: string;
  readonly dialect: string | null;
  readonly pointsPerNode: number | null;
  readonly fingerprint: string | null;
  /** `expected`: the shares that the strategy's hash comes to over many keys; it has no exact ones. */
  readonly sharesAre: 'exact' | 'expected';
  readonly nodes: readonly ({ readonly id: string; readonly weight: number; readonly zone: string } & Part)[];
  readonly zones: readonly ({ readonly zone: string } & Part)[];
  readonly maxOverMean: number;
  readonly keys: {
    readonly source: string;
    readonly count: number;
    readonly emptyLines: number;
    readonly maxOverMean: number;
    readonly bytes?: number;
  } | null;
}

/** Shares are 0..1; keys and bytes are there when keys were given. */
interface Part {
  readonly share: number;
  readonly expected: number;
  readonly keys?: number;
  readonly bytes?: number;
}

function reportOf(placed: Placed, counted: Counted | undefined): Report {
  const { ring, members, shares } = placed;
  const expected = expectedShares(members);
  const nodes = members.map(({ id, weight, zone }, i) => ({
    id,
    weight,
    zone,
    share: shares[i]!,
    expected: expected[i]!,
    ...(counted === undefined ? {} : { keys: counted.perNode[i]! }),
    ...(counted?.bytesPerNode === undefined ? {} : { bytes: counted.bytesPerNode[i]! }),
  }));
  const worst = (part: (i: number) => number): number =>
    members.reduce((max, _, i) => Math.max(max, part(i) / expected[i]!), 0);
  return {
    kind: 'dsys-ring-ownership',
    version: 1,
    strategy: placed.strategy,
    dialect: ring?.dialect.name ?? null,
    pointsPerNode: ring?.pointsPerNode ?? null,
    fingerprint: ring?.fingerprint ?? null,
    sharesAre: placed.sharesAre,
    nodes,
    zones: zonesOf(nodes),
    maxOverMean: worst((i) => shares[i]!),
    keys:
      counted === undefined
        ? null
        : {
            source: counted.source,
            count: counted.count,
            emptyLines: counted.emptyLines,
            maxOverMean: worst((i) => counted.perNode[i]! / counted.count),
            ...(counted.bytesPerNode === undefined ? {} : { bytes: sum(counted.bytesPerNode) }),
          },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function zonesOf(nodes: Report['nodes']): Report['zones'] {
  const zones = new Map<string, { zone: string; share: number; expected: number; keys?: number; bytes?: number }>();
  for (const { zone, share, expected, keys, bytes } of nodes) {
    const found = zones.get(zone) ?? { zone, share: 0, expected: 0 };
    found.share += share;
    found.expected += expected;
    if (keys !== undefined) found.keys = (found.keys ?? 0) + keys;
    if (bytes !== undefined) found.bytes = (found.bytes ?? 0) + bytes;
    zones.set(zone, found);
  }
  return [...zones.values()];
}

function textOf(context: Context, placed: Placed, report: Report): string {
  const { nodes, zones, keys } = report;
  const hasZones = zones.some(({ zone }) => zone !== '');
  const hasWeights = nodes.some(({ weight }) => weight !== 1);
  let text = `${context.bold(plural(nodes.length, 'node'))}: ${placed.title}\n\n`;
  const columns: Column[] = [
    { title: 'node' },
    ...(hasWeights ? [{ title: 'weight', align: 'right' } as const] : []),
    ...(hasZones ? [{ title: 'zone' }] : []),
    ...partColumns(placed, report),
  ];
  const rows = nodes.map((node) => [
    showText(node.id),
    ...(hasWeights ? [String(node.weight)] : []),
    ...(hasZones ? [showText(node.zone) || '-'] : []),
    ...partCells(node, report),
  ]);
  text += table(context, columns, rows);
  if (hasZones) {
    const zoneRows = zones.map((zone) => [showText(zone.zone) || '-', ...partCells(zone, report)]);
    text += `\n${table(context, [{ title: 'zone' }, ...partColumns(placed, report)], zoneRows)}`;
  }
  if (keys !== null)
    text += `\n  ${plural(keys.count, 'key')} from ${showText(keys.source)}${emptyNote(keys.emptyLines)}\n`;
  const basis = placed.sharesAre === 'exact' ? 'by its share' : 'by the share to be expected';
  const byKeys = keys === null ? '' : `, ${keys.maxOverMean.toFixed(3)} times by your keys`;
  return `${text}\n  the fullest node has ${report.maxOverMean.toFixed(3)} times what its weight asks for ${basis}${byKeys}\n`;
}

const emptyNote = (lines: number): string => (lines === 0 ? '' : `, ${plural(lines, 'empty line')} passed over`);

function partColumns({ sharesAre }: Placed, { keys }: Report): Column[] {
  const titles = [sharesAre === 'exact' ? 'share' : 'expected share', 'by weight'];
  if (keys !== null) titles.push('keys', 'of keys');
  if (keys?.bytes !== undefined) titles.push('bytes', 'of bytes');
  return titles.map((title) => ({ title, align: 'right' }));
}

function partCells(part: Part, { keys }: Report): string[] {
  const cells = [percent(part.share), percent(part.expected)];
  if (keys !== null) cells.push(count(part.keys!), percent(part.keys! / keys.count));
  if (keys?.bytes !== undefined)
    cells.push(byteSize(part.bytes!), percent(keys.bytes === 0 ? 0 : part.bytes! / keys.bytes));
  return cells;
}
