import type { Action, Rename, Violation, World } from '@dsys/core';
import { describe, expect, test } from 'vitest';
import { explore, leastUnder, StateSpace, type TransitionSystem, worldSystem } from '../src/index.js';

/** A walk on a grid from 0,0: one step right or up. */
const grid = (size: number): TransitionSystem<readonly [number, number]> => ({
  initial: () => [[0, 0]],
  *next([x, y]) {
    if (x < size) yield { action: 'right', state: [x + 1, y] };
    if (y < size) yield { action: 'up', state: [x, y + 1] };
  },
});

describe('exploration', () => {
  test('visits each state once, however many ways lead there', () => {
    expect(explore(grid(9))).toMatchObject({ states: 100, steps: 180, levels: 19, terminal: 1, isComplete: true });
  });

  test('breadth first finds the shortest way to a violation; depth first some way', () => {
    const invariants = { 'not on the diagonal from 3 on': ([x, y]: readonly [number, number]) => x < 3 || x !== y };
    expect(explore(grid(9), { invariants }).violation?.path).toHaveLength(6);
    expect(explore(grid(9), { invariants, order: 'depth' }).violation).not.toBeNull();
    expect(explore(grid(9), { order: 'depth' })).toMatchObject({ states: 100, levels: null, isComplete: true });
  });

  test('an initial state that breaks an invariant is found, by an empty way', () => {
    expect(explore(grid(1), { invariants: { never: () => false } }).violation).toMatchObject({
      path: [],
      state: [0, 0],
    });
  });

  test('a limit that is reached is no green light', () => {
    expect(explore(grid(9), { depth: 3 })).toMatchObject({ states: 10, isComplete: false, violation: null });
    expect(explore(grid(200), { maxStates: 50 }).isComplete).toBe(false);
    expect(explore(grid(9), { depth: 18 }).states).toBe(100);
  });

  test('what should happen sometimes is counted, and what never did is zero', () => {
    const sometimes = { corner: ([x, y]: readonly [number, number]) => x === 2 && y === 2, beyond: () => false };
    expect(explore(grid(2), { sometimes }).sometimes).toEqual({ corner: 1, beyond: 0 });
  });

  test('the whole graph can be kept', () => {
    const { graph } = explore(grid(1), { keepGraph: true });
    expect(graph).toEqual({
      states: [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      next: [[1, 2], [3], [3], []],
    });
  });

  test('states that wait are made again, and are the same', () => {
    let madeAgain = 0;
    const wide: TransitionSystem<readonly number[]> = {
      initial: () => [[0, 0, 0, 0, 0]],
      *next(state) {
        for (const [i, each] of state.entries()) if (each < 6) yield { action: `${i}`, state: state.with(i, each + 1) };
      },
    };
    const again = (state: readonly number[], action: string): readonly number[] => {
      madeAgain++;
      return state.with(Number(action), state[Number(action)]! + 1);
    };
    const invariants = { 'not all at five': (state: readonly number[]) => state.some((each) => each !== 5) };
    for (const order of ['breadth', 'depth'] as const) {
      const kept = explore(wide, { order });
      expect(explore({ ...wide, again }, { order })).toEqual(kept);
      expect(kept.states).toBe(7 ** 5);
    }
    expect(madeAgain).toBeGreaterThan(1_000);
    const found = explore({ ...wide, again }, { invariants }).violation!;
    expect(found.path).toHaveLength(25);
    expect(found.state).toEqual([5, 5, 5, 5, 5]);
  });

  test('whole fingerprints give the same counts as 128 bits of them', () => {
    expect(explore(grid(60), { fingerprints: 'whole' })).toEqual(explore(grid(60)));
    expect(explore(grid(60)).states).toBe(61 ** 2);
  });

  test('slices, progress and a signal', () => {
    const space = new StateSpace(grid(9));
    expect(space.run(10)).toBe(false);
    expect(space.found().isComplete).toBe(false);
    while (!space.run(10)) expect(space.waiting).toBeGreaterThan(0);
    expect(space.found().states).toBe(100);
    const progress: number[] = [];
    explore(grid(200), { onProgress: ({ states }) => progress.push(states) });
    expect(progress.length).toBeGreaterThan(2);
    expect(explore(grid(200), { signal: AbortSignal.abort() }).isComplete).toBe(false);
  });

  test.each([
    [{ maxStates: 0 }, 'maxStates'],
    [{ depth: -1 }, 'depth'],
    [{ depth: Number.NaN }, 'depth'],
    [{ fingerprints: 'half' as 'whole' }, 'fingerprints'],
  ])('%j is refused', (options, name) => {
    expect(() => explore(grid(1), options)).toThrow(new RegExp(`^${name} must be`));
  });
});

/** Two nodes, either of which may take a token that is there once; a broken world has it twice. */
class Tokens implements World<Action> {
  private holders: readonly string[] = [];
  private readonly tokens: number;

  constructor(tokens: number) {
    this.tokens = tokens;
  }

  enabled(): readonly Action[] {
    return this.holders.length < this.tokens
      ? ['a', 'b'].filter((id) => !this.holders.includes(id)).map((id) => ({ id }))
      : [];
  }

  perform({ id }: Action): void {
    this.holders = [...this.holders, id];
  }

  fork(): this {
    return Object.assign(new Tokens(this.tokens), { holders: this.holders }) as this;
  }

  fingerprint(rename: Rename = (id) => id): string {
    return this.holders.map(rename).join();
  }

  violation(): Violation | null {
    return this.holders.length > 1 ? { invariant: 'one token', detail: this.holders.join() } : null;
  }

  sometimes(): Record<string, number> {
    return { taken: this.holders.length };
  }
}

describe('worlds', () => {
  test('their forks are the states, their violation is found, what they count is counted', () => {
    expect(explore(worldSystem(new Tokens(1)))).toMatchObject({ states: 3, violation: null, sometimes: { taken: 2 } });
    expect(explore(worldSystem(new Tokens(2))).violation).toMatchObject({ invariant: 'one token', path: ['a', 'b'] });
  });

  test('nodes that are alike are one, when asked', () => {
    const swap: Rename = (id) => ({ a: 'b', b: 'a' })[id]!;
    const symmetry = leastUnder([(id) => id, swap]);
    expect(explore(worldSystem(new Tokens(1)), { symmetry }).states).toBe(2);
  });
});
