/** What the demo holds and what can be done to it: plain data, pure functions. */
import type { Field } from './keys.js';
import type { Unit } from './report.js';
import { type DemoNode, STRATEGIES, type StrategyName, strategyOf } from './strategies.js';

export interface State {
  readonly nodes: readonly DemoNode[];
  readonly strategy: StrategyName;
  /** Points of a node of weight 1, on the ring. */
  readonly pointsPerNode: number;
  /** The slot that the next node gets. */
  readonly nextSlot: number;
  /** What is counted; the same throughout a run. */
  readonly field: Field;
  readonly unit: Unit;
}

export type Action =
  | { readonly type: 'add'; readonly id: string; readonly weight: number }
  | { readonly type: 'remove'; readonly id: string }
  | { readonly type: 'reweight'; readonly id: string; readonly weight: number }
  | { readonly type: 'strategy'; readonly strategy: StrategyName }
  | { readonly type: 'points'; readonly pointsPerNode: number };

export interface Options {
  /** Ids of the nodes at the start. */
  readonly nodes: readonly string[];
  readonly strategy: StrategyName;
  readonly pointsPerNode: number;
  /** What of a log line is the key. */
  readonly field: Field;
  /** What is counted: each distinct key once, or every line. */
  readonly unit: Unit;
  /** The run was made on the reader's own keys, which no link holds. */
  readonly ownKeys: boolean;
}

/** Few enough points that one sees the arcs; the package's default of 512 is a control away. */
export const DEFAULTS: Options = {
  nodes: ['cache-1', 'cache-2', 'cache-3', 'cache-4', 'cache-5'],
  strategy: 'ring',
  pointsPerNode: 32,
  field: 'path',
  unit: 'keys',
  ownKeys: false,
};

export const POINT_STEPS: readonly number[] = [1, 4, 16, 32, 64, 160, 512, 2048];
export const MAX_NODES = 16;
export const MAX_DEMO_WEIGHT = 8;

export function start(options: Options): State {
  return {
    nodes: options.nodes.map((id, slot) => ({ id, slot, weight: 1 })),
    strategy: options.strategy,
    pointsPerNode: options.pointsPerNode,
    nextSlot: options.nodes.length,
    field: options.field,
    unit: options.unit,
  };
}

/** The state after `action`. Throws `RangeError`, with the sentence of `refusal`, when it can't be done. */
export function step(state: State, action: Action): State {
  const reason = refusal(state, action);
  if (reason !== undefined) throw new RangeError(reason);
  switch (action.type) {
    case 'add': {
      const node = { id: action.id, weight: action.weight, slot: state.nextSlot };
      return { ...state, nodes: [...state.nodes, node], nextSlot: state.nextSlot + 1 };
    }
    case 'remove':
      return { ...state, nodes: state.nodes.filter((node) => node.id !== action.id) };
    case 'reweight':
      return {
        ...state,
        nodes: state.nodes.map((node) => (node.id === action.id ? { ...node, weight: action.weight } : node)),
      };
    case 'strategy':
      return { ...state, strategy: action.strategy };
    case 'points':
      return { ...state, pointsPerNode: action.pointsPerNode };
  }
}

/** Why `action` can't be done now, as a sentence for the reader; undefined when it can. */
export function refusal(state: State, action: Action): string | undefined {
  const { title, capabilities } = strategyOf(state.strategy);
  switch (action.type) {
    case 'add':
      if (state.nodes.some((node) => node.id === action.id)) return `There is a node called ${action.id} already.`;
      if (state.nodes.length >= MAX_NODES) return `${MAX_NODES} nodes are enough for a page.`;
      if (action.weight !== 1 && !capabilities.weights) return `${title} knows no weights: its nodes are all alike.`;
      return undefined;
    case 'remove':
      if (!state.nodes.some((node) => node.id === action.id)) return `There is no node called ${action.id}.`;
      if (state.nodes.length === 1) return 'The last node has to stay: somebody must own the keys.';
      if (capabilities.removal === 'last' && state.nodes.at(-1)!.id !== action.id)
        return `${title} numbers its nodes; only the one that came last, ${state.nodes.at(-1)!.id}, can leave.`;
      return undefined;
    case 'reweight':
      if (!state.nodes.some((node) => node.id === action.id)) return `There is no node called ${action.id}.`;
      if (!capabilities.weights) return `${title} knows no weights: its nodes are all alike.`;
      return undefined;
    case 'strategy':
      if (!strategyOf(action.strategy).capabilities.weights && state.nodes.some((node) => node.weight !== 1))
        return `${strategyOf(action.strategy).title} knows no weights: set them all to 1 first.`;
      return undefined;
    case 'points':
      if (state.strategy !== 'ring') return `Only a ring has points; this is ${title}.`;
      return undefined;
  }
}

/** The next name that no node of this run has had. */
export const freshId = (state: State): string => {
  let n = state.nextSlot + 1;
  while (state.nodes.some((node) => node.id === `cache-${n}`)) n++;
  return `cache-${n}`;
};

/** An action from a link. Throws `RangeError` on anything else. */
export function readAction(value: unknown): Action {
  const { type, id, weight, strategy, pointsPerNode } = fieldsOf(value);
  switch (type) {
    case 'add':
      return { type, id: readId(id), weight: readWeight(weight) };
    case 'remove':
      return { type, id: readId(id) };
    case 'reweight':
      return { type, id: readId(id), weight: readWeight(weight) };
    case 'strategy':
      return { type, strategy: readStrategy(strategy) };
    case 'points':
      return { type, pointsPerNode: readPoints(pointsPerNode) };
    default:
      throw new RangeError(`This link holds a step that the demo does not know (“${String(type)}”).`);
  }
}

/** Options from a link. Throws `RangeError` on anything else. */
export function readOptions(value: unknown): Options {
  const { nodes, strategy, pointsPerNode, field, unit, ownKeys } = fieldsOf(value);
  if (field !== 'path' && field !== 'client' && field !== 'line')
    throw new RangeError(`No key can be taken from “${String(field)}”.`);
  if (unit !== 'keys' && unit !== 'lines') throw new RangeError(`“${String(unit)}” is nothing that the demo counts.`);
  if (!Array.isArray(nodes) || nodes.length < 1 || nodes.length > MAX_NODES || new Set(nodes).size !== nodes.length)
    throw new RangeError(`This link must name 1 to ${MAX_NODES} different nodes.`);
  return {
    nodes: nodes.map(readId),
    strategy: readStrategy(strategy),
    pointsPerNode: readPoints(pointsPerNode),
    field,
    unit,
    ownKeys: ownKeys === true,
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new RangeError('This link holds something that is no step of the demo.');
  return value as Record<string, unknown>;
}

/** Longest name of a node that the page has room for. */
export const MAX_ID_LENGTH = 40;

function readId(value: unknown): string {
  if (typeof value !== 'string' || !isId(value))
    throw new RangeError(`A node’s name has 1 to ${MAX_ID_LENGTH} characters.`);
  return value;
}

/** Whether `text` may name a node. */
export const isId = (text: string): boolean =>
  text.trim() === text && text.length >= 1 && text.length <= MAX_ID_LENGTH && !/\p{C}/u.test(text);

function readWeight(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > MAX_DEMO_WEIGHT)
    throw new RangeError(`A weight is a whole number from 1 to ${MAX_DEMO_WEIGHT}.`);
  return value as number;
}

function readStrategy(value: unknown): StrategyName {
  const found = STRATEGIES.find((strategy) => strategy.name === value);
  if (found === undefined) throw new RangeError(`There is no strategy “${String(value)}”.`);
  return found.name;
}

function readPoints(value: unknown): number {
  if (!POINT_STEPS.includes(value as number))
    throw new RangeError(`Points a node are one of ${POINT_STEPS.join(', ')}.`);
  return value as number;
}
