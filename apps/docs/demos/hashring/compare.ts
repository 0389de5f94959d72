/** One change of the nodes, played under several rules. */
import { type History, pathTo } from '../kit/history.js';
import { MAX_CELLS, type Measure, type Movement } from './report.js';
import { percent, points } from './sentences.js';
import type { Action, State } from './state.js';
import { strategyOf } from './strategies.js';

export interface Change {
  readonly before: State;
  readonly after: State;
  readonly action: Action;
  readonly what: string;
  readonly step: number;
}

export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly rule: string;
  readonly movement: Movement;
  /** For each of the first keys whether it moved. */
  readonly marked: Uint8Array;
  /** Who took most of what a node left behind; '' when none left. */
  readonly heir: string;
  readonly note: string;
}

/** The newest step on the line that is shown that changed the nodes. */
export function lastChange(history: History<Action>, stateAt: (step: number) => State): Change | undefined {
  for (const step of pathTo(history).reverse()) {
    const { action, parent } = history.steps[step]!;
    if (action.type !== 'add' && action.type !== 'remove' && action.type !== 'reweight') continue;
    return { before: stateAt(parent), after: stateAt(step), action, what: whatOf(action), step };
  }
  return undefined;
}

function whatOf(action: Extract<Action, { id: string }>): string {
  switch (action.type) {
    case 'add':
      return `${action.id} joined${action.weight === 1 ? '' : ` with weight ${action.weight}`}`;
    case 'remove':
      return `${action.id} left`;
    case 'reweight':
      return `${action.id} got weight ${action.weight}`;
  }
}

/** The change as it was made, and two other ways: with one point a node, by `hash % n`, or, if it was made so, with many points. */
export function contenders({ before, after, action }: Change, measure: Measure): Contender[] {
  const weighted = [...before.nodes, ...after.nodes].some((node) => node.weight !== 1);
  const play = (name: string, rules: Partial<State>): Contender => {
    const was = { ...before, ...rules };
    const is = { ...after, ...rules };
    const { title, rule } = strategyOf(is.strategy);
    const movement = measure.movement(was, is, after.unit);
    return {
      name,
      title,
      rule: is.strategy === 'ring' ? `${points(is.pointsPerNode)} a node` : rule,
      movement,
      marked: measure.movedKeys(was, is).subarray(0, MAX_CELLS),
      heir: action.type === 'remove' ? heirOf(movement, action.id) : '',
      note: is.strategy === 'modulo' && weighted ? 'It knows no weights.' : '',
    };
  };
  const others = [
    play('one-point', { strategy: 'ring', pointsPerNode: 1 }),
    play('modulo', { strategy: 'modulo' }),
    play('many-points', { strategy: 'ring', pointsPerNode: 512 }),
  ];
  const yours = play('yours', {});
  return [yours, ...others.filter(({ title, rule }) => title !== yours.title || rule !== yours.rule).slice(0, 2)];
}

function heirOf({ flows }: Movement, id: string): string {
  const own = flows.filter(({ from }) => from === id);
  const all = own.reduce((sum, { count }) => sum + count, 0);
  if (own[0] === undefined) return `${id} held nothing`;
  return own.length === 1
    ? `${own[0].to} inherits all of ${id}’s load`
    : `${own[0].to} inherits most: ${percent(own[0].count / all)} of ${id}’s load`;
}
