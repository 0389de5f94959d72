import type { Key, RingPoint } from '@dsys/hashring';
import { type CommandSpec, integerOption, listOption } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { EXIT, usageError } from '../../frame/exit.js';
import { type KeyType, type KeyValue, keyJson, keyOf, showKey, showText } from '../../frame/key.js';
import { keyOptions, openKeys } from '../../frame/keys.js';
import { count, percent, plural, position } from '../../frame/table.js';
import { checkKnown, type ListedNode, nodesOption, readNodes } from './nodes.js';
import { type Placed, type PlacementOptions, place, placementOptions } from './placements.js';

interface Options extends PlacementOptions {
  readonly nodes: string;
  readonly keys?: string | undefined;
  readonly keyType: KeyType;
  readonly next: number;
  readonly down?: readonly string[] | undefined;
}

/** `dsys ring explain`: why a key is where it is. */
export const explainCommand: CommandSpec<Options> = {
  name: 'explain',
  summary: 'why a key is where it is, and where it goes when nodes fail',
  description:
    'For each key: its position, the point that owns it, the owner, and the nodes that follow when the owner is down. ' +
    'Keys from a file or a pipe come out one a line, columns separated by tabs: key, owner, next nodes.',
  operands: [['[keys...]', 'the keys; without any they are read from --keys or a pipe']],
  options: [
    nodesOption(),
    ...placementOptions(),
    ...keyOptions().filter(({ long }) => long !== '--sizes'),
    integerOption('--next <n>', 'how many nodes to name behind the owner', 0, 1_000_000).default(2),
    listOption('--down <ids>', 'nodes that are down: who owns the keys then?'),
  ],
  json: 'one JSON object a line for each key: kind "dsys-ring-explanation"',
  examples: [
    ['dsys ring explain user:42 --nodes a,b,c', 'one key'],
    ['dsys ring explain user:42 --nodes a,b,c --down b', 'the same when b is down'],
    ['dsys ring explain 42 --key-type integer --nodes a,b,c', 'the number 42, which is not the text "42"'],
    ['cut -f1 access.log | dsys ring explain --nodes servers.txt --next 0', 'the owner of each of many keys'],
  ],
  async run(context, options, operands) {
    const list = await readNodes(context, '--nodes', options.nodes, options.dialect);
    const explainer = new Explainer(place(list, options), options.next, checkKnown(list, '--down', options.down ?? []));
    if (operands.length > 0) {
      if (options.keys !== undefined)
        throw usageError('keys are given both as operands and by --keys', 'Leave one of them out.');
      const keys = operands.map((text) => keyOf(Buffer.from(text), options.keyType, () => 'the key'));
      if (!options.json) await context.write(`${context.bold(explainer.placed.title)}\n`);
      for (const key of keys) await context.write(options.json ? explainer.json(key) : explainer.text(key, context));
      return EXIT.ok;
    }
    const source = await openKeys(context, options);
    if (source === undefined)
      throw usageError('there is no key to explain', 'Write it behind `explain`, or use --keys FILE or a pipe.');
    await source.each(async ({ keys }) => {
      let text = '';
      for (const key of keys) text += options.json ? explainer.json(key) : explainer.line(key);
      await context.write(text);
    });
    return EXIT.ok;
  },
};

/** What `--json` writes for a key. Fields are added, never taken away or changed. */
interface ExplanationJson {
  readonly kind: 'dsys-ring-explanation';
  readonly version: 1;
  readonly key: string;
  readonly keyHex?: string;
  readonly strategy: string;
  readonly dialect: string | null;
  /** Who has the key now: the first of the preference list that is not down. Null when all are. */
  readonly owner: string | null;
  /** Who follows, in order; empty when the strategy has no preference list. */
  readonly next: readonly string[];
  readonly down: readonly string[];
  /** Null when the strategy is no ring. The point is that of the owner were nothing down. */
  readonly ring: {
    readonly position: number;
    readonly point: number;
    readonly virtualNode: number;
    readonly distance: number;
    readonly wrapped: boolean;
  } | null;
}

class Explainer {
  readonly placed: Placed;
  readonly #next: number;
  readonly #down: ReadonlySet<string>;

  constructor(placed: Placed, next: number, down: readonly string[]) {
    this.placed = placed;
    this.#next = next;
    this.#down = new Set(down);
    if (this.#down.size > 0 && !placed.placement.capabilities.owners) {
      throw usageError(
        `--strategy ${placed.strategy} knows no next node`,
        'Leave --down out, or take the ring, rendezvous or maglev.',
      );
    }
  }

  /** The owner and those that follow, without the nodes that are down. */
  #owners(key: Key): string[] {
    const { placement } = this.placed;
    if (!('owners' in placement)) return [placement.owner(key).id];
    const ranked = placement as typeof placement & {
      owners(key: Key, options: { n: number; skip: Iterable<string> | undefined }): ListedNode[];
    };
    return ranked
      .owners(key, { n: 1 + this.#next, skip: this.#down.size === 0 ? undefined : this.#down })
      .map(({ id }) => id);
  }

  /** One line for many keys. */
  line(key: KeyValue): string {
    return `${[showKey(key, Number.POSITIVE_INFINITY), ...this.#owners(key).map((id) => showText(id))].join('\t')}\n`;
  }

  json(key: KeyValue): string {
    const { ring, strategy } = this.placed;
    const [owner = null, ...next] = this.#owners(key);
    const found = ring?.explain(key, { next: 0 });
    const json: ExplanationJson = {
      kind: 'dsys-ring-explanation',
      version: 1,
      ...keyJson(key),
      strategy,
      dialect: ring?.dialect.name ?? null,
      owner,
      next,
      down: [...this.#down],
      ring:
        found === undefined
          ? null
          : {
              position: found.position,
              point: found.point.position,
              virtualNode: found.point.virtualNode,
              distance: found.distance,
              wrapped: found.wrapped,
            },
    };
    return `${JSON.stringify(json)}\n`;
  }

  /** A paragraph for a person. */
  text(key: KeyValue, context: Context): string {
    const rows = this.placed.ring === undefined ? this.#plainRows(key) : this.#ringRows(key);
    const width = Math.max(...rows.map(([label]) => label.length));
    const body = rows.map(([label, value]) => `  ${context.dim(label.padEnd(width))}  ${value}\n`).join('');
    return `\n${context.bold(showKey(key, 200))}\n${body}`;
  }

  #plainRows(key: KeyValue): [string, string][] {
    const [owner, ...next] = this.#owners(key);
    const rows: [string, string][] = [['owner', this.#ownerText(owner)]];
    if (next.length > 0) rows.push(['next', next.map((id) => showText(id)).join(', ')]);
    return rows;
  }

  #ringRows(key: KeyValue): [string, string][] {
    const ring = this.placed.ring!;
    const { position: at, point, distance, wrapped, next } = ring.explain(key, { next: this.#next + this.#down.size });
    const order: readonly RingPoint<ListedNode>[] = [point, ...next];
    const up = order.filter(({ id }) => !this.#down.has(id)).slice(0, 1 + this.#next);
    const rows: [string, string][] = [
      ['position', `${position(at)}, ${percent(at / CIRCLE)} of the way round`],
      [
        'point',
        `${position(point.position)}, ${pointText(point)}, ${distanceText(distance, ring.pointCount)}${wrapped ? ', past the end of the ring' : ''}`,
      ],
      ['owner', this.#ownerText(up[0]?.id)],
    ];
    for (const [i, follower] of up.slice(1).entries()) {
      rows.push([
        i === 0 ? 'next' : '',
        `${showText(follower.id)}, by its virtual node ${count(follower.virtualNode)} at ${position(follower.position)}`,
      ]);
    }
    return rows;
  }

  #ownerText(owner: string | undefined): string {
    if (owner === undefined) return `none: ${plural(this.#down.size, 'node')} down, and no other there`;
    return this.#down.size === 0
      ? showText(owner)
      : `${showText(owner)}, with ${[...this.#down].map((id) => showText(id)).join(', ')} down`;
  }
}

const CIRCLE = 2 ** 32;

const pointText = ({ id, virtualNode }: RingPoint<ListedNode>): string =>
  `virtual node ${count(virtualNode)} of ${showText(id)}`;

/** In gaps: the mean distance between two points, so that a 1 is usual and a 7 is not. */
const distanceText = (distance: number, pointCount: number): string =>
  `${((distance / CIRCLE) * pointCount).toFixed(2)} mean gaps away`;
