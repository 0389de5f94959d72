/** What just happened, in one sentence or two: what moved, what had to, and who bore it. */
import { due, type Measure, type Movement, maxOverExpected, type Unit } from './report.js';
import type { Action, State } from './state.js';
import { strategyOf } from './strategies.js';

export function greet(measure: Measure, state: State): string {
  const { unit } = state;
  const load = Math.max(...measure.loads(state, unit).map(({ count }) => count));
  return `${state.nodes.length} nodes share ${count(measure.total(unit), unit)}; the fullest holds ${number(load)}. Take one away, or add one, and see which keys move.`;
}

export function say(measure: Measure, before: State, action: Action, after: State): string {
  const { unit } = after;
  const movement = measure.movement(before, after, unit);
  const moved = `${count(movement.moved, unit)} of ${number(movement.total)} moved (${percent(movement.share)})`;
  switch (action.type) {
    case 'add':
      return `${action.id} joined${action.weight === 1 ? '' : ` with weight ${action.weight}`}: ${moved}; its share is ${dueOf(before, after)}. ${others(movement, unit)}`;
    case 'remove':
      return `${action.id} left: ${moved}; its share was ${dueOf(before, after)}. ${movement.needless > 0 ? others(movement, unit) : heirs(movement, action.id)}`;
    case 'reweight':
      return `${action.id} has weight ${action.weight} now: ${moved}; ${percent(due(before, after))} had to. ${others(movement, unit)}`;
    case 'strategy':
      return `${strategyOf(action.strategy).title} places the keys now: ${moved}, though no node came or went. To change the strategy is a migration of its own.`;
    case 'points': {
      const [was, is] = [before, after].map((state) => maxOverExpected(measure.loads(state, unit)));
      return `${points(action.pointsPerNode)} a node: ${moved}; the fullest node holds ${is!.toFixed(2)} times its share, ${was!.toFixed(2)} before.`;
    }
  }
}

function dueOf(before: State, after: State): string {
  const share = due(before, after);
  const n = Math.max(before.nodes.length, after.nodes.length);
  const equal = [...before.nodes, ...after.nodes].every((node) => node.weight === 1);
  return equal ? `1/${n}, ${percent(share)}` : percent(share);
}

function others(movement: Movement, unit: Unit): string {
  if (movement.needless === 0) return 'Nothing moved between the others.';
  const verb = movement.needless === 1 ? 'was' : 'were';
  return `${count(movement.needless, unit)} of these ${verb} none of its business: they moved between nodes that nobody touched.`;
}

/** Who took over what a node left behind. */
function heirs(movement: Movement, id: string): string {
  const flows = movement.flows.filter(({ from }) => from === id);
  if (flows.length === 0) return 'It held nothing.';
  if (flows.length === 1) return `All of its load fell on one node: ${flows[0]!.to}.`;
  return `Its load spread over ${flows.length} nodes; ${flows[0]!.to} took the most, ${percent(flows[0]!.count / movement.moved)} of it.`;
}

export const number = (value: number): string => value.toLocaleString('en');

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const points = (value: number): string => `${number(value)} ${value === 1 ? 'point' : 'points'}`;

/** `1 key`, `2,385 keys`, `4,000 requests`. */
export const count = (value: number, unit: Unit): string => {
  const noun = unit === 'keys' ? 'key' : 'request';
  return `${number(value)} ${value === 1 ? noun : `${noun}s`}`;
};
