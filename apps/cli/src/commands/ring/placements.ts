import { Jump, JumpBack, type Key, Maglev, type Member, type Placement, Rendezvous, Ring } from '@dsys/hashring';
import {
  EnvoyMaglev,
  evenSlots,
  KafkaPartitions,
  RedisCluster,
  SLOT_COUNT,
  type SlotNode,
} from '@dsys/hashring/compat';
import { Option } from 'commander';
import { grouped, integerOption } from '../../frame/command.js';
import { CommandError, inputError, usageError } from '../../frame/exit.js';
import { count, plural } from '../../frame/table.js';
import { dialectOf, dialects } from './dialect-names.js';
import { type ListedNode, memberOf, type NodeList } from './nodes.js';

/** How keys are to be placed, as the options of a command say it. */
export interface PlacementOptions {
  readonly strategy?: StrategyName | undefined;
  readonly dialect?: string | undefined;
  readonly points?: number | undefined;
  readonly tableSize?: number | undefined;
}

export const placementOptions = (): Option[] =>
  grouped('Placement:', [
    new Option('--dialect <name>', 'whose rules the ring follows; dsys ring dialects lists them (default: dsys)'),
    integerOption(
      '--points <n>',
      'points of a node of weight 1, where the dialect lets one choose (default: 512)',
      1,
      65_536,
    ),
    new Option('--strategy <name>', 'another way to place than a ring')
      .choices(Object.keys(STRATEGIES))
      .default('ring'),
    integerOption(
      '--table-size <n>',
      'entries of the table of maglev and envoy-maglev: a prime (default: 65537)',
      2,
      5_000_011,
    ),
  ]);

export type StrategyName =
  | 'ring'
  | 'rendezvous'
  | 'maglev'
  | 'jump'
  | 'jump-back'
  | 'envoy-maglev'
  | 'redis-cluster'
  | 'kafka';

/** A placement of the listed nodes. */
export interface Placed {
  /** What it is, for a heading: `ring, dialect dsys, 512 points a node`. */
  readonly title: string;
  readonly strategy: StrategyName;
  readonly placement: Placement<ListedNode>;
  /** When it is a ring: what only a ring can do. */
  readonly ring: Ring<ListedNode> | undefined;
  /** Id, weight and zone of each node, in the order of `placement.nodes`. */
  readonly members: readonly Member[];
  /** Each node's share of all keys, in the order of `members`. */
  readonly shares: readonly number[];
  /** Shares are exactly those of this placement, or those that its hash comes to over many keys. */
  readonly sharesAre: 'exact' | 'expected';
  /** Index of a key's owner in `members`. */
  ownerIndex(key: Key): number;
}

/** Places the nodes of a list. What a snapshot says of its ring holds unless an option says otherwise. */
export function place(list: NodeList, options: PlacementOptions): Placed {
  const { strategy = 'ring' } = options;
  checkOptions(strategy, options);
  const hint = options.dialect?.startsWith('haproxy') ? HAPROXY_HINT : undefined;
  const { placement, shares } = guarded(list, hint, () =>
    STRATEGIES[strategy](list.nodes, withSnapshot(list, options)),
  );
  const members = placement.nodes.map(memberOf);
  const indexes = new Map(placement.nodes.map((node, i) => [node, i]));
  const ring = placement instanceof Ring ? (placement as Ring<ListedNode>) : undefined;
  return {
    title: titleOf(strategy, placement),
    strategy,
    placement,
    ring,
    members,
    shares: shares ?? expectedShares(members),
    sharesAre: shares === undefined ? 'expected' : 'exact',
    ownerIndex: ring === undefined ? (key) => indexes.get(placement.owner(key))! : (key) => ring.ownerIndex(key),
  };
}

/**
 * Places the nodes by one name for everything, as `compare` takes it: a strategy, or else a dialect with its options.
 * `points` counts where the dialect leaves the choice.
 */
export function placeByName(list: NodeList, name: string, points: number | undefined): Placed {
  if (name !== 'ring' && Object.hasOwn(STRATEGIES, name)) return place(list, { strategy: name as StrategyName });
  const names = [...dialects.map((dialect) => dialect.name), ...Object.keys(STRATEGIES)];
  const { min, max } = dialectOf(name, { what: 'dialect or strategy', names }).pointsPerNode;
  return place(list, { dialect: name, points: min < max ? points : undefined });
}

/** The node's weight over the weight of all, in the order of `members`. */
export function expectedShares(members: readonly Member[]): number[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  return members.map(({ weight }) => weight / total);
}

interface Built {
  readonly placement: Placement<ListedNode>;
  /** Absent when nothing but the hash decides. */
  readonly shares?: readonly number[];
}

const STRATEGIES: Readonly<Record<StrategyName, (nodes: readonly ListedNode[], options: PlacementOptions) => Built>> = {
  ring(nodes, { dialect: name = 'dsys', points }) {
    const dialect = dialectOf(name);
    const { min, max } = dialect.pointsPerNode;
    if (points !== undefined && min === max && points !== min) {
      throw usageError(`--points: the dialect ${name} has ${min} points a node, and no choice`, 'Leave --points out.');
    }
    const ring = Ring.of(nodes, { dialect, pointsPerNode: points });
    return { placement: ring, shares: ring.ownership().nodes.map(({ share }) => share) };
  },
  rendezvous: (nodes) => ({ placement: Rendezvous.of(nodes) }),
  maglev(nodes, { tableSize }) {
    const maglev = Maglev.of(nodes, { tableSize });
    return { placement: maglev, shares: maglev.ownership().nodes.map(({ share }) => share) };
  },
  jump: (nodes) => ({ placement: Jump.of(numbered(nodes)) }),
  'jump-back': (nodes) => ({ placement: JumpBack.of(numbered(nodes)) }),
  'envoy-maglev'(nodes, { tableSize }) {
    const maglev = EnvoyMaglev.of(nodes, { tableSize });
    return { placement: maglev, shares: sharesIn(maglev.table(), maglev.nodes) };
  },
  'redis-cluster'(nodes) {
    const cluster = RedisCluster.of(withSlots(numbered(nodes)));
    const table = Array.from({ length: SLOT_COUNT }, (_, slot) => cluster.ownerOfSlot(slot));
    return { placement: cluster, shares: sharesIn(table, cluster.nodes) };
  },
  kafka: (nodes) => ({ placement: KafkaPartitions.of(numbered(nodes)) as Placement<ListedNode> }),
};

/** How much of a table each node has. */
function sharesIn(table: readonly ListedNode[], nodes: readonly ListedNode[]): number[] {
  const counts = new Map<ListedNode, number>();
  for (const node of table) counts.set(node, (counts.get(node) ?? 0) + 1);
  return nodes.map((node) => (counts.get(node) ?? 0) / table.length);
}

/** Nodes for strategies without weights. */
function numbered(nodes: readonly ListedNode[]): (ListedNode & { readonly weight?: undefined })[] {
  return nodes.map(({ weight = 1, ...node }) => {
    if (weight === 1) return node;
    throw usageError(
      `node ${node.id} has the weight ${weight}, and this strategy has no weights`,
      'Leave the weights out, or take the ring, rendezvous or maglev.',
    );
  });
}

/** The slots that the nodes name, or as even ranges as `redis-cli --cluster create` would give them. */
function withSlots(nodes: readonly ListedNode[]): SlotNode[] {
  const even = evenSlots(nodes.length);
  const named = nodes.some(({ slots }) => slots !== undefined);
  return nodes.map((node, i) => ({ ...node, slots: named ? (node.slots ?? []) : [even[i]!] }));
}

function withSnapshot({ snapshot }: NodeList, { dialect, points, ...options }: PlacementOptions): PlacementOptions {
  const stored = dialect === undefined || dialect === snapshot?.dialect ? snapshot : undefined;
  return { ...options, dialect: dialect ?? stored?.dialect, points: points ?? stored?.pointsPerNode };
}

function checkOptions(strategy: StrategyName, { dialect, points, tableSize }: PlacementOptions): void {
  if (strategy !== 'ring' && (dialect !== undefined || points !== undefined)) {
    const option = dialect === undefined ? '--points' : '--dialect';
    throw usageError(
      `${option} is for rings, and --strategy ${strategy} is none`,
      `Leave out ${option} or --strategy.`,
    );
  }
  if (tableSize !== undefined && strategy !== 'maglev' && strategy !== 'envoy-maglev') {
    throw usageError('--table-size is for tables', 'Add --strategy maglev or --strategy envoy-maglev.');
  }
}

const HAPROXY_HINT =
  'HAProxy knows servers by number: name them 1, 2, 3 …, or number them in their order with --dialect haproxy:listed.';

/** What the ring says against a list of nodes, with the name of the list. */
function guarded<T>({ source }: NodeList, hint: string | undefined, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof CommandError || !('code' in (error as Error))) throw error;
    throw inputError(`${source}: ${(error as Error).message}`, hint);
  }
}

function titleOf(strategy: StrategyName, placement: Placement): string {
  if (placement instanceof Ring) {
    const { dialect, pointsPerNode, pointCount } = placement;
    const isChoice = dialect.pointsPerNode.min < dialect.pointsPerNode.max;
    return `ring, dialect ${dialect.name}, ${isChoice ? `${count(pointsPerNode)} points a node` : plural(pointCount, 'point')}`;
  }
  return 'tableSize' in placement ? `${strategy}, a table of ${count(placement.tableSize as number)}` : strategy;
}
