/**
 * Visits every state that a system can reach, each once.
 *
 *     initial states ─► queue ─► next(state) ─► new? remember its fingerprint, whence it came and by what ─► queue
 *
 * Breadth first finds the shortest way to a violation; depth first reaches deep states early. A state costs about 40 bytes
 * in either: 128 bits of its fingerprint, and whence it came.
 *
 * A green exploration proves something only of what it met: `sometimes` counts the states in which what should happen
 * did, and one that stays at zero means that the system was never put to the test.
 */
import { mustBe, outOfRange } from '@dsys/codec';
import { type Fingerprints, HashedFingerprints, WholeFingerprints } from './fingerprints.js';
import { Frontier } from './frontier.js';
import { textOf } from './model.js';
import type { TransitionSystem } from './system.js';
import { Ways } from './ways.js';

/** What must hold, or should sometimes: by name, a predicate of a state. */
export type Predicates<S> = Readonly<Record<string, (state: S) => boolean>>;

/** What to look for, and how far. */
export interface ExploreOptions<S> {
  /** What must hold in every state. */
  readonly invariants?: Predicates<S>;
  /** What should happen in some state. */
  readonly sometimes?: Predicates<S>;
  /** The fingerprint to take instead of the system's: equal for states that count as one (see `leastUnder`, `leastOf`). */
  readonly symmetry?: (state: S) => string;
  /** Keep 128 bits of each fingerprint (the default), or all of it: then two states can't be taken for one, and memory is theirs. */
  readonly fingerprints?: 'hashed' | 'whole';
  /** States more than so many steps from the beginning are not visited. Default: all are. */
  readonly depth?: number;
  /** Give up after so many states. Default 10 million. */
  readonly maxStates?: number;
  /** Default `breadth`. */
  readonly order?: 'breadth' | 'depth';
  /** Keep every state and step, for questions about the whole graph. */
  readonly keepGraph?: boolean;
  readonly signal?: AbortSignal;
  /** Called every 10,000 states. */
  readonly onProgress?: (progress: { readonly states: number; readonly waiting: number }) => void;
}

/** What was found. */
export interface Exploration<S> {
  /** Distinct states visited, initial ones included. */
  readonly states: number;
  /** Steps taken, those to known states included. */
  readonly steps: number;
  /** How many steps away the farthest state is, plus one; null for depth first. */
  readonly levels: number | null;
  /** Every state was visited: no limit was reached, and no violation ended it. */
  readonly isComplete: boolean;
  /** States in which nothing can happen. */
  readonly terminal: number;
  readonly violation: FoundViolation<S> | null;
  /** In how many states each of them happened. */
  readonly sometimes: Readonly<Record<string, number>>;
  /** With `keepGraph`: the states in the order in which they were met, and the numbers of those that follow each. */
  readonly graph: { readonly states: readonly S[]; readonly next: readonly (readonly number[])[] } | null;
}

/** A broken invariant and the way to it: the shortest, when breadth first. */
export interface FoundViolation<S> {
  readonly invariant: string;
  readonly detail: string;
  /** The actions from an initial state on. */
  readonly path: readonly string[];
  readonly state: S;
}

/** Explores a system to its end, or to a limit. */
export function explore<S>(system: TransitionSystem<S>, options: ExploreOptions<S> = {}): Exploration<S> {
  const space = new StateSpace(system, options);
  while (!space.run(10_000)) {
    options.onProgress?.({ states: space.states, waiting: space.waiting });
    if (options.signal?.aborted === true) break;
  }
  return space.found();
}

/** The same, in slices, for whoever has other things to do meanwhile. */
export class StateSpace<S> {
  private readonly system: TransitionSystem<S>;
  private readonly options: ExploreOptions<S>;
  private readonly fingerprint: (state: S) => string;
  private readonly maxStates: number;
  private readonly known: Fingerprints;
  private readonly ways = new Ways();
  private readonly frontier: Frontier<S>;
  private readonly counts = new Map<string, number>();
  private readonly graph: { states: S[]; next: number[][] } | null;
  private violation: FoundViolation<S> | null = null;
  private steps = 0;
  private terminal = 0;
  private isCut = false;

  constructor(system: TransitionSystem<S>, options: ExploreOptions<S> = {}) {
    const { maxStates = 10_000_000, depth, keepGraph = false, fingerprints = 'hashed', order = 'breadth' } = options;
    if (!(maxStates >= 1)) throw outOfRange('maxStates', '1 or more', maxStates);
    if (depth !== undefined && !(depth >= 0)) throw outOfRange('depth', '0 or more', depth);
    if (fingerprints !== 'hashed' && fingerprints !== 'whole')
      throw new RangeError(mustBe('fingerprints', 'hashed or whole', fingerprints));
    this.system = system;
    this.known = fingerprints === 'whole' ? new WholeFingerprints() : new HashedFingerprints();
    const initial: S[] = [];
    const { ways } = this;
    this.frontier = new Frontier({ ways, initial: (id) => initial[id]!, again: system.again?.bind(system), order });
    this.options = options;
    this.maxStates = maxStates;
    this.fingerprint = options.symmetry ?? ((state) => system.fingerprint?.(state) ?? textOf(state));
    this.graph = keepGraph ? { states: [], next: [] } : null;
    for (const name of Object.keys(options.sometimes ?? {})) this.counts.set(name, 0);
    for (const state of system.initial()) {
      const id = this.meet(state, -1, '');
      initial[id] ??= state;
    }
  }

  /** Distinct states so far. */
  get states(): number {
    return this.known.size;
  }

  /** Those of them whose steps are still to be taken. */
  get waiting(): number {
    return this.frontier.size;
  }

  /** Takes the steps of so many states. True at the end. */
  run(states: number): boolean {
    for (let i = 0; i < states; i++) {
      if (this.violation !== null || this.waiting === 0) return true;
      if (this.known.size > this.maxStates) {
        this.isCut = true;
        return true;
      }
      this.visit(this.frontier.take());
    }
    return this.violation !== null || this.waiting === 0;
  }

  /** What has been found up to now. */
  found(): Exploration<S> {
    const isBreadth = this.options.order !== 'depth';
    return {
      states: this.known.size,
      steps: this.steps,
      levels: isBreadth ? this.known.size && this.ways.depthOf(this.known.size - 1) + 1 : null,
      isComplete: this.violation === null && this.waiting === 0 && !this.isCut,
      terminal: this.terminal,
      violation: this.violation,
      sometimes: Object.fromEntries(this.counts),
      graph: this.graph,
    };
  }

  private visit({ id, state }: { id: number; state: S }): void {
    const { depth = Number.POSITIVE_INFINITY } = this.options;
    if (this.ways.depthOf(id) >= depth) {
      this.isCut = true;
      return;
    }
    let isTerminal = true;
    for (const { action, state: next } of this.system.next(state)) {
      isTerminal = false;
      this.steps++;
      const to = this.meet(next, id, action);
      if (this.graph !== null) this.graph.next[id]!.push(to);
      if (this.violation !== null) return;
    }
    if (isTerminal) this.terminal++;
  }

  /** Gives the number of a state, and queues it when it is new. */
  private meet(state: S, from: number, action: string): number {
    const { size } = this.known;
    const id = this.known.add(this.fingerprint(state));
    if (id < size) return id;
    this.ways.push(from, action);
    this.graph?.states.push(state);
    this.graph?.next.push([]);
    this.judge(state, id);
    this.frontier.push(id, state);
    return id;
  }

  private judge(state: S, id: number): void {
    const { invariants = {}, sometimes = {} } = this.options;
    for (const [name, happens] of Object.entries(sometimes)) if (happens(state)) this.count(name);
    for (const [name, times] of Object.entries(this.system.sometimes?.(state) ?? {}))
      this.count(name, times > 0 ? 1 : 0);
    const own = this.system.violation?.(state) ?? null;
    if (own !== null) this.violation ??= { ...own, path: this.ways.to(id), state };
    for (const [invariant, holds] of Object.entries(invariants))
      if (!holds(state)) this.violation ??= { invariant, detail: textOf(state), path: this.ways.to(id), state };
  }

  private count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }
}
