import * as hash from '@dsys/hash';
import * as hashring from '@dsys/hashring';
import { diff, Ring } from '@dsys/hashring';
import { describe, expect, test } from 'vitest';
import { codeFor } from '../demos/hashring/code.js';
import { contenders, lastChange } from '../demos/hashring/compare.js';
import { digest } from '../demos/hashring/demo.js';
import { arcsOf, movedArcs, nearestRingOf, ringOf } from '../demos/hashring/picture.js';
import { due, maxOverExpected } from '../demos/hashring/report.js';
import { type Action, DEFAULTS, refusal, start } from '../demos/hashring/state.js';
import { STRATEGIES, type StrategyName } from '../demos/hashring/strategies.js';
import { measure, play } from './ring-demo.js';

const remove = (id: string): Action => ({ type: 'remove', id });
const add = (id: string, weight = 1): Action => ({ type: 'add', id, weight });
const points = (pointsPerNode: number): Action => ({ type: 'points', pointsPerNode });
const strategy = (name: StrategyName): Action => ({ type: 'strategy', strategy: name });

describe('what is measured', () => {
  test('is what the package says: every moved key has another owner in the ring after', () => {
    const { history, replay, state } = play([remove('cache-3')]);
    const before = Ring.of(DEFAULTS.nodes, { pointsPerNode: 32 });
    const after = before.without('cache-3');
    const moved = measure.keySet.keys.filter((key) => before.owner(key) !== after.owner(key)).length;
    expect(measure.movement(replay.stateAt(history, -1), state, 'keys').moved).toBe(moved);
  });

  test('adds up: loads are all keys, flows are all moves', () => {
    for (const { name } of STRATEGIES) {
      const { history, replay, state } = play([add('cache-6')], { strategy: name });
      const loads = measure.loads(state, 'keys');
      expect(loads.reduce((sum, { count }) => sum + count, 0)).toBe(measure.keySet.keys.length);
      const { flows, moved } = measure.movement(replay.stateAt(history, -1), state, 'keys');
      expect(flows.reduce((sum, { count }) => sum + count, 0)).toBe(moved);
    }
  });

  test('counts requests as often as the log has them', () => {
    const { state } = play([]);
    expect(measure.loads(state, 'lines').reduce((sum, { count }) => sum + count, 0)).toBe(4000);
  });

  test.each<[StrategyName, boolean]>([
    ['ring', false],
    ['rendezvous', false],
    ['jump', false],
    ['jumpBack', false],
    ['modulo', true],
  ])('%s moves keys between nodes that nobody touched: %s', (name, needless) => {
    const { history, replay, state } = play([add('cache-6')], { strategy: name });
    expect(measure.movement(replay.stateAt(history, -1), state, 'keys').needless > 0).toBe(needless);
  });

  test('what had to move follows from the weights alone', () => {
    const from = start(DEFAULTS);
    expect(due(from, play([remove('cache-1')]).state)).toBeCloseTo(1 / 5);
    expect(due(from, play([add('cache-6')]).state)).toBeCloseTo(1 / 6);
    expect(due(from, play([add('cache-6', 2)]).state)).toBeCloseTo(2 / 7);
    expect(due(from, play([{ type: 'reweight', id: 'cache-1', weight: 3 }]).state)).toBeCloseTo(3 / 7 - 1 / 5);
    expect(due(from, play([points(512)]).state)).toBe(0);
  });

  test('more points make the fullest node less full, on average of what one can choose', () => {
    const fullness = [1, 16, 512].map((n) =>
      maxOverExpected(measure.loads(start({ ...DEFAULTS, pointsPerNode: n }), 'keys')),
    );
    expect(fullness).toEqual([...fullness].sort((a, b) => b - a));
  });
});

describe('what is said', () => {
  test('a node that leaves: its keys, its share, and who bore it', () => {
    expect(play([remove('cache-3')]).sentence).toMatch(
      /^cache-3 left: 518 keys of 2,385 moved \(21\.7 %\); its share was 1\/5, 20\.0 %\. Its load spread over 4 nodes; cache-\d took the most, \d+\.\d % of it\.$/,
    );
  });

  test('with one point a node one neighbour inherits all (the claim of extra points)', () => {
    expect(play([points(1), remove('cache-1')]).sentence).toMatch(/All of its load fell on one node: cache-\d\.$/);
  });

  test('modulo: most of what moved was none of the change’s business', () => {
    expect(play([strategy('modulo'), remove('cache-3')]).sentence).toMatch(
      /keys of these were none of its business: they moved between nodes that nobody touched\.$/,
    );
  });

  test('a node that joins takes keys and disturbs nobody', () => {
    expect(play([add('cache-6', 2)]).sentence).toMatch(
      /^cache-6 joined with weight 2: .* Nothing moved between the others\.$/,
    );
  });

  test('every step has a sentence and a short name', () => {
    const actions = [
      add('x'),
      { type: 'reweight', id: 'x', weight: 2 } as const,
      points(64),
      remove('x'),
      strategy('maglev'),
    ];
    const { history, replay } = play(actions);
    for (let i = -1; i < actions.length; i++) expect(replay.sayAt(history, i)).toMatch(/^.{20,}[.]$/);
  });
});

describe('what can’t be done is refused with its reason', () => {
  test.each<[string, Action[], Action, string | undefined]>([
    ['two nodes of one name', [], add('cache-1'), 'There is a node called cache-1 already.'],
    ['a node that is not there', [], remove('nobody'), 'There is no node called nobody.'],
    [
      'the last node',
      ['1', '2', '3', '4'].map((n) => remove(`cache-${n}`)),
      remove('cache-5'),
      'The last node has to stay: somebody must own the keys.',
    ],
    [
      'any but the last of jump',
      [strategy('jump')],
      remove('cache-1'),
      'Jump numbers its nodes; only the one that came last, cache-5, can leave.',
    ],
    ['the last of jump', [strategy('jump')], remove('cache-5'), undefined],
    [
      'a weight for jump',
      [strategy('jump')],
      { type: 'reweight', id: 'cache-1', weight: 2 },
      'Jump knows no weights: its nodes are all alike.',
    ],
    ['jump over weighted nodes', [add('x', 2)], strategy('jump'), 'Jump knows no weights: set them all to 1 first.'],
    ['points of maglev', [strategy('maglev')], points(1), 'Only a ring has points; this is Maglev.'],
    [
      'a seventeenth node',
      Array.from({ length: 11 }, (_, i) => add(`x${i}`)),
      add('y'),
      '16 nodes are enough for a page.',
    ],
  ])('%s', (_, before, action, reason) => {
    const { state } = play(before);
    expect(refusal(state, action)).toBe(reason);
    if (reason !== undefined) expect(() => play([...before, action])).toThrow(reason);
  });
});

describe('goals', () => {
  test('none is reached by standing still', () => {
    expect(play([]).reached).toEqual([]);
  });

  test.each<[string, Action[]]>([
    ['minimal-removal', [strategy('rendezvous'), remove('cache-2')]],
    ['sole-heir', [points(1), remove('cache-1')]],
    ['avalanche', [strategy('modulo'), add('cache-6')]],
    ['strong-node', [strategy('maglev'), add('cache-6', 2)]],
    ['even', [strategy('maglev')]],
  ])('%s can be reached', (goal, actions) => {
    expect(play(actions).reached).toContain(goal);
  });

  test.each<[string, Action[]]>([
    ['minimal-removal', [strategy('modulo'), remove('cache-2')]],
    ['sole-heir', [remove('cache-1')]],
    ['avalanche', [add('cache-6')]],
    ['strong-node', [points(1), add('x', 2)]],
    ['even', [points(1)]],
  ])('%s is not reached by just anything', (goal, actions) => {
    expect(play(actions).reached).not.toContain(goal);
  });
});

describe('the picture', () => {
  test('covers the circle once', () => {
    const arcs = arcsOf(ringOf(start(DEFAULTS)));
    expect(arcs[0]!.start).toBe(0);
    expect(arcs.at(-1)!.end).toBe(1);
    for (let i = 1; i < arcs.length; i++) expect(arcs[i]!.start).toBe(arcs[i - 1]!.end);
  });

  test('marks as moved exactly what the plan moves', () => {
    for (const action of [remove('cache-2'), add('cache-6', 3)]) {
      const before = ringOf(start(DEFAULTS));
      const after = ringOf(play([action]).state);
      const moved = movedArcs(arcsOf(before), arcsOf(after));
      expect(moved.reduce((sum, { start: from, end }) => sum + end - from, 0)).toBeCloseTo(
        diff(before, after).moved,
        12,
      );
      expect(moved.every(({ from, slot }) => from !== slot)).toBe(true);
    }
  });

  test('the nearest point is another node for some keys: the “closest node” of textbooks is not this rule', () => {
    const state = start(DEFAULTS);
    const differ = measure.keySet.keys.filter(
      (key) => nearestRingOf(state).owner(key).id !== ringOf(state).owner(key).id,
    );
    expect(differ.length).toBeGreaterThan(measure.keySet.keys.length / 4);
  });
});

describe('the same change, three ways', () => {
  test('shows the newest change of nodes, also after points were changed', () => {
    const { history, replay } = play([remove('cache-3'), points(64)]);
    const change = lastChange(history, (step) => replay.stateAt(history, step))!;
    expect(change.what).toBe('cache-3 left');
    expect(contenders(change, measure).map(({ name }) => name)).toEqual(['yours', 'one-point', 'modulo']);
  });

  test('never shows the same rule twice', () => {
    for (const [actions, others] of [
      [
        [points(1), remove('cache-3')],
        ['modulo', 'many-points'],
      ],
      [
        [strategy('modulo'), remove('cache-3')],
        ['one-point', 'many-points'],
      ],
    ] as const) {
      const { history, replay } = play(actions);
      const change = lastChange(history, (step) => replay.stateAt(history, step))!;
      expect(contenders(change, measure).map(({ name }) => name)).toEqual(['yours', ...others]);
    }
  });
});

describe('the code to copy', () => {
  /** Runs a program of the demo; what it printed, line by line. */
  function run(code: string): unknown[][] {
    const printed: unknown[][] = [];
    const body = code.replace(/^import (\{[^}]+\}) from '([^']+)';$/gm, "const $1 = modules['$2'];");
    new Function('modules', 'console', body)(
      { '@dsys/hashring': hashring, '@dsys/hash': hash },
      { log: (...args: unknown[]) => printed.push(args) },
    );
    return printed;
  }
  const codeOf = (actions: Action[]): { code: string; state: ReturnType<typeof play>['state'] } => {
    const { history, replay, state } = play(actions);
    const { action, parent } = history.steps[history.at]!;
    return { code: codeFor(replay.stateAt(history, parent), action, state, "it's /a"), state };
  };

  test.each<[string, Action[]]>([
    ['a node that left', [remove('cache-3')]],
    ['a node that joined with a weight', [add('cache-6', 3)]],
    ['a weight that changed, on weighted nodes', [add('x', 2), { type: 'reweight', id: 'cache-1', weight: 4 }]],
    ['other points', [points(512)]],
    ['a name with a quote', [add("o'neil")]],
  ])('of %s prints the fingerprint that the page shows, and the plan', (_, actions) => {
    const { code, state } = codeOf(actions);
    const [[, fingerprint], ...ranges] = run(code) as [[number, string], ...unknown[][]];
    expect(fingerprint).toBe(digest(state));
    expect(ranges.length).toBeGreaterThan(0);
  });

  test.each(STRATEGIES.map(({ name }) => [name]))('of %s runs, and asks for the key', (name) => {
    const { code } = codeOf([strategy(name), ...(name === 'ring' ? [] : [add('cache-6')])]);
    expect(run(code).length).toBeGreaterThan(0);
    expect(code.split('\n').length).toBeLessThanOrEqual(14);
  });

  test('before anything was done it builds the ring', () => {
    const state = start(DEFAULTS);
    const printed = run(codeFor(state, undefined, state, '/a'));
    expect(printed[1]![1]).toBe(digest(state));
  });
});
