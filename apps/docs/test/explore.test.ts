import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PALETTE } from '@dsys/drawing';
import { replay } from '@dsys/sim';
import { describe, expect, test } from 'vitest';
import { twoPhaseScene } from '../demos/explore/scene.js';
import { Search } from '../demos/explore/search.js';
import { emptyHistory, record } from '../demos/kit/history.js';
import { Replay } from '../demos/kit/replay.js';
import { choices, demoOf } from '../demos/player/scene.js';

const demo = demoOf(twoPhaseScene);

describe('explore', () => {
  test('finds the shortest way to the fault, which the player can go', () => {
    const { violation, levels, isDone } = new Search({ variant: 'forgetful', actions: [] }).run(50_000);
    expect(isDone).toBe(true);
    expect(violation).toMatchObject({ invariant: 'a transaction ends alike everywhere', path: { length: 15 } });
    expect(levels.slice(0, 5)).toEqual([1, 4, 7, 20, 54]);
    const run = new Replay(demo, { variant: 'forgetful' });
    const history = violation!.path.reduce(record<string>, emptyHistory<string>());
    expect(run.stateAt(history).world.violation()?.invariant).toBe(violation!.invariant);
    expect([...run.reached(history).keys()].map(({ id }) => id)).toContain('break');
    const actions = violation!.path.map((id) => [0, id] as const);
    const system = twoPhaseScene.variants[1]!.system;
    expect(replay(system, { options: { fused: false, clocks: {} }, actions }).violation).not.toBeNull();
  });

  test('goes on from where one is, and to nothing that can’t happen', () => {
    const first = choices(twoPhaseScene, demo.start(demo.defaults)).map(({ id }) => id);
    expect(first).toContain('ask coordinator 1 "t1"');
    const { levels } = new Search({ variant: 'right', actions: [first.find((id) => id.startsWith('ask'))!] }).run(1);
    expect(levels[0]).toBe(1);
    expect(() => new Search({ variant: 'right', actions: ['flushed p1'] })).toThrow(RangeError);
  });

  test('counts while it searches', () => {
    const search = new Search({ variant: 'right', actions: [] });
    const early = search.run(100);
    expect(early).toMatchObject({ isDone: false, isComplete: false, violation: null });
    expect(early.levels.reduce((sum, count) => sum + count, 0)).toBe(early.states);
    expect(search.run(100).states).toBeGreaterThan(early.states);
  });
});

test('files of the command have the colours of the site', () => {
  const css = readFileSync(join(import.meta.dirname, '../.vitepress/theme/style/tokens.css'), 'utf8');
  const [light = '', dark = ''] = css.slice(css.indexOf(':root {')).split('.dark {');
  for (const [text, colours] of [[light, PALETTE.light] as const, [dark, PALETTE.dark] as const])
    for (const [name, value] of Object.entries(colours)) expect(text, name).toContain(`--${name}: ${value};`);
});
