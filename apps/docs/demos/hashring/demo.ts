/** The hash ring as the kit sees it: what can be done, what happened, what to try. */
import { xxh64 } from '@dsys/hash';
import { Ring } from '@dsys/hashring';
import type { Demo, Goal } from '../kit/run.js';
import type { RunInPage } from '../kit/use-run.js';
import type { Load, Movement } from './report.js';
import { greet, points, say } from './sentences.js';
import type { KeySource } from './source.js';
import { type Action, DEFAULTS, type Options, readAction, readOptions, type State, start, step } from './state.js';
import { strategyOf } from './strategies.js';

export type HashRingDemo = Demo<Options, Action, State>;
export type HashRingRun = RunInPage<Options, Action, State>;

/** The demo on these keys. */
export function hashRingDemo(source: KeySource): HashRingDemo {
  return {
    name: 'hashring',
    version: 1,
    defaults: DEFAULTS,
    start,
    step,
    label,
    say: (before, action, after) => say(source.measure(after.field), before, action, after),
    greet: (state) => greet(source.measure(state.field), state),
    goals: goals(source),
    digest,
    readOptions,
    readAction,
  };
}

/** What a step is called in the history: a word or two. */
function label(action: Action): string {
  switch (action.type) {
    case 'add':
      return action.weight === 1 ? `+ ${action.id}` : `+ ${action.id} × ${action.weight}`;
    case 'remove':
      return `− ${action.id}`;
    case 'reweight':
      return `${action.id} × ${action.weight}`;
    case 'strategy':
      return strategyOf(action.strategy).title;
    case 'points':
      return points(action.pointsPerNode);
  }
}

/** Goals count distinct keys, whatever the page counts: the claim is about keys. */
function goals(source: KeySource): Goal<Action, State>[] {
  const moved = (before: State, after: State): Movement => source.measure(after.field).movement(before, after, 'keys');
  const loads = (state: State): Load[] => source.measure(state.field).loads(state, 'keys');
  return [
    {
      id: 'minimal-removal',
      title: 'Take a node away and move fewer than 1/N + 1 % of the keys.',
      hint: 'A node that holds more than its share takes more with it. More points a node, or another strategy, even the shares out.',
      reachedBy: (before, action, after) =>
        action.type === 'remove' && moved(before, after).share < 1 / before.nodes.length + 0.01,
    },
    {
      id: 'sole-heir',
      title: 'Make one node inherit a dead one’s whole load.',
      hint: 'Give each node a single point, then take one away while at least two others are left.',
      reachedBy: (before, action, after) =>
        action.type === 'remove' &&
        after.nodes.length >= 2 &&
        moved(before, after).moved > 0 &&
        new Set(moved(before, after).flows.map(({ to }) => to)).size === 1,
    },
    {
      id: 'avalanche',
      title: 'Move more than half of all keys by one node that comes or goes.',
      hint: 'What do services do before they know consistent hashing?',
      reachedBy: (before, action, after) =>
        (action.type === 'add' || action.type === 'remove') &&
        before.nodes.length >= 3 &&
        moved(before, after).share > 0.5,
    },
    {
      id: 'strong-node',
      title: 'Add a node twice as strong, and have it hold twice a share, give or take 10 %.',
      hint: 'Weight 2, and enough points that the shares are even.',
      reachedBy: (_before, action, after) => {
        if (action.type !== 'add' || action.weight !== 2) return false;
        const load = loads(after).at(-1)!;
        return Math.abs(load.share / load.expected - 1) <= 0.1;
      },
    },
    {
      id: 'even',
      title: 'Bring every one of five or more nodes within 10 % of its share.',
      hint: 'Balance grows with the points; the other strategies are even by construction.',
      reachedBy: (_before, _action, after) =>
        after.nodes.length >= 5 && loads(after).every(({ share, expected }) => Math.abs(share / expected - 1) <= 0.1),
    },
  ];
}

/** On a ring the package's own fingerprint; else a hash of what was asked for. */
export function digest(state: State): string {
  if (state.strategy === 'ring') return Ring.of(state.nodes, { pointsPerNode: state.pointsPerNode }).fingerprint;
  const text = JSON.stringify([state.strategy, state.nodes.map(({ id, weight }) => [id, weight])]);
  return xxh64(text).toString(16).padStart(16, '0');
}
