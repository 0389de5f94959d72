/**
 * The ways to place keys that the demo offers: five of `@dsys/hashring`, and the one that services start with and
 * that the package has no use for, `hash % n`.
 */
import { xxh32 } from '@dsys/hash';
import {
  type Capabilities,
  Jump,
  JumpBack,
  Maglev,
  type Placement,
  type Ranked,
  Rendezvous,
  Ring,
} from '@dsys/hashring';

export type StrategyName = 'ring' | 'rendezvous' | 'maglev' | 'jump' | 'jumpBack' | 'modulo';

/** A node of the demo: what the package needs to know, and which colour it has. */
export interface DemoNode {
  readonly id: string;
  readonly weight: number;
  /** Counts nodes in the order in which they came; never given twice, so that a node keeps its colour. */
  readonly slot: number;
}

/** What the page needs of any placement, the package's or the modulo's. */
export type Placed = Pick<Placement<{ readonly id: string; readonly slot: number }>, 'ownerMany'>;

export interface Strategy {
  readonly name: StrategyName;
  readonly title: string;
  /** How it decides, in one sentence. */
  readonly rule: string;
  readonly capabilities: Capabilities;
  place(nodes: readonly DemoNode[], pointsPerNode: number): Placed;
  /** The same with a preference list, where there is one. */
  rank?(nodes: readonly DemoNode[], pointsPerNode: number): Ranked<DemoNode>;
}

/** The strategies that number their nodes take them without weights. */
const unweighted = (nodes: readonly DemoNode[]): { id: string; slot: number }[] =>
  nodes.map(({ id, slot }) => ({ id, slot }));

/** Position of a key when all one has is a hash and a count. */
const modulo = (nodes: readonly DemoNode[]): Placed => ({
  ownerMany: (keys) => keys.map((key) => nodes[xxh32(key) % nodes.length]!),
});

const example = [{ id: 'a', weight: 1, slot: 0 }] as const;

export const STRATEGIES: readonly Strategy[] = [
  {
    name: 'ring',
    title: 'Ring',
    rule: 'The first point clockwise from the key’s position.',
    get capabilities() {
      return Ring.of(example).capabilities;
    },
    place: (nodes, pointsPerNode) => Ring.of(nodes, { pointsPerNode }),
    rank: (nodes, pointsPerNode) => Ring.of(nodes, { pointsPerNode }),
  },
  {
    name: 'rendezvous',
    title: 'Rendezvous',
    rule: 'Every node bids for the key; the highest bid wins.',
    get capabilities() {
      return Rendezvous.of(example).capabilities;
    },
    place: (nodes) => Rendezvous.of(nodes),
    rank: (nodes) => Rendezvous.of(nodes),
  },
  {
    name: 'maglev',
    title: 'Maglev',
    rule: 'One look into a table that the nodes filled by turns.',
    get capabilities() {
      return Maglev.of(example).capabilities;
    },
    place: (nodes) => Maglev.of(nodes),
    rank: (nodes) => Maglev.of(nodes),
  },
  {
    name: 'jump',
    title: 'Jump',
    rule: 'The last jump of a generator seeded by the key; no memory.',
    get capabilities() {
      return Jump.of(['a']).capabilities;
    },
    place: (nodes) => Jump.of(unweighted(nodes)),
  },
  {
    name: 'jumpBack',
    title: 'JumpBack',
    rule: 'As jump, from above: time does not grow with the nodes.',
    get capabilities() {
      return JumpBack.of(['a']).capabilities;
    },
    place: (nodes) => JumpBack.of(unweighted(nodes)),
  },
  {
    name: 'modulo',
    title: 'Modulo',
    rule: 'hash % n: the node with that number. Not in the package.',
    capabilities: {
      strategy: 'modulo',
      weights: false,
      owners: false,
      removal: 'any',
      minimal: false,
      ranges: false,
    },
    place: modulo,
  },
];

/** The strategy of this name. */
export function strategyOf(name: StrategyName): Strategy {
  return STRATEGIES.find((strategy) => strategy.name === name)!;
}
