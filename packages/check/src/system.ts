import { assert } from '@dsys/codec';
import type { Action, Rename, Violation, World } from '@dsys/core';
import { textOf } from './model.js';

/** Something that can happen, and what it leads to. */
export interface Transition<S> {
  /** What happens, for people and for replaying: `deliver prepare to n2`. */
  readonly action: string;
  readonly state: S;
}

/**
 * A system as a bare set of states and steps: a published specification can be written down as one in a page. States are
 * immutable values.
 */
export interface TransitionSystem<S> {
  /** Where it can begin. The same state may come twice. */
  initial(): Iterable<S>;
  /** All that can happen in this state, in a fixed order. A step that changes nothing may be left out. */
  next(state: S): Iterable<Transition<S>>;
  /** The state that an action of `next` leads to, once more. With it, states that wait need not be kept: large spaces fit. */
  again?(state: S, action: string): S;
  /** Equal for equal states only. Default: the state as text. */
  fingerprint?(state: S): string;
  /** An invariant of the system's own that this state breaks. */
  violation?(state: S): Violation | null;
  /** What should happen in some state: how often it did on the way to this one. */
  sometimes?(state: S): Readonly<Record<string, number>>;
}

/** A world as a system to explore: its states are its forks. */
export function worldSystem<W extends World<A>, A extends Action>(world: W): TransitionSystem<W> {
  return {
    initial: () => [world.fork()],
    *next(state) {
      for (const action of state.enabled()) {
        const after = state.fork();
        after.perform(action as A);
        yield { action: action.id, state: after };
      }
    },
    again(state, id) {
      const after = state.fork();
      const action = state.enabled().find((each) => each.id === id);
      assert(action !== undefined, 'what could happen in a state can happen in it again');
      after.perform(action as A);
      return after;
    },
    fingerprint: (state) => state.fingerprint(),
    violation: (state) => state.violation(),
    sometimes: (state) => state.sometimes(),
  };
}

/**
 * The text of the least of all states that a set of renamings makes of this one. States whose texts are equal are taken
 * for one: sound when the system treats all names alike.
 */
export const leastUnder =
  (renames: readonly Rename[]) =>
  (world: World): string =>
    least(renames.map((rename) => world.fingerprint(rename)));

/** The same for bare states, given the states that count as one with a state. */
export const leastOf =
  <S>(variants: (state: S) => Iterable<S>) =>
  (state: S): string =>
    least([...variants(state)].map(textOf));

/** All orders of some items: n! of them. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

function least(texts: readonly string[]): string {
  let found = texts[0] ?? '';
  for (const text of texts) if (text < found) found = text;
  return found;
}
