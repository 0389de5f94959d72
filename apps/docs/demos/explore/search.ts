/** A search through all that can happen, in slices, for a worker. `@dsys/check` does it; here it is counted by depth. */
import { StateSpace, type TransitionSystem, worldSystem } from '@dsys/check';
import type { PlainWords } from '@dsys/examples/two-phase-commit/plain.js';
import type { World } from '@dsys/sim';
import { readAct, worldActions } from '../player/acts.js';
import { worldOf } from '../player/scene.js';
import { twoPhaseScene } from './scene.js';

/** What to search: a variant, from the state that these actions lead to. */
export interface Wanted {
  readonly variant: string;
  readonly actions: readonly string[];
}

/** How far it has come. */
export interface Found {
  readonly states: number;
  readonly waiting: number;
  /** By number of steps: how many states are that far away and no nearer. */
  readonly levels: readonly number[];
  readonly isDone: boolean;
  /** Every state was visited, and none is wrong. */
  readonly isComplete: boolean;
  readonly violation: { readonly invariant: string; readonly detail: string; readonly path: readonly string[] } | null;
  readonly sometimes: Readonly<Record<string, number>>;
}

/** A worker's memory is finite. */
const MAX_STATES = 200_000;

/** See the top of `search.ts`. Throws `RangeError` for what can't happen. */
export class Search {
  private readonly space: StateSpace<At>;
  private readonly levels: number[] = [];

  constructor({ variant, actions }: Wanted) {
    const chosen = twoPhaseScene.variants.find(({ id }) => id === variant)!;
    const world = worldOf(twoPhaseScene, chosen);
    for (const id of actions) for (const action of worldActions(world, readAct(id))) world.perform(action);
    this.space = new StateSpace(withDepth(worldSystem(world)), {
      maxStates: MAX_STATES,
      // Asked once of every new state, which is when it is to be counted.
      sometimes: {
        visited: ({ depth }) => {
          this.levels[depth] = (this.levels[depth] ?? 0) + 1;
          return true;
        },
      },
    });
  }

  /** Visits so many more states. */
  run(states: number): Found {
    const isDone = this.space.run(states);
    const { violation, isComplete, sometimes } = this.space.found();
    const { visited: _, ...happened } = sometimes;
    return {
      states: this.space.states,
      waiting: this.space.waiting,
      levels: [...this.levels],
      isDone,
      isComplete,
      violation: violation && { invariant: violation.invariant, detail: violation.detail, path: violation.path },
      sometimes: happened,
    };
  }
}

type PlainWorld = World<PlainWords, unknown>;

/** A state, and how many steps away it is. */
interface At {
  readonly world: PlainWorld;
  readonly depth: number;
}

/** The same system, whose states know how far they are. Breadth first, the first way to a state is a shortest one. */
function withDepth(system: TransitionSystem<PlainWorld>): TransitionSystem<At> {
  return {
    *initial() {
      for (const world of system.initial()) yield { world, depth: 0 };
    },
    *next({ world, depth }) {
      for (const { action, state } of system.next(world)) yield { action, state: { world: state, depth: depth + 1 } };
    },
    fingerprint: ({ world }) => system.fingerprint!(world),
    violation: ({ world }) => system.violation!(world),
    sometimes: ({ world }) => system.sometimes!(world),
  };
}
