/** A demo's run in a page: Vue's view of the history, kept in the address as `#run=…`. */
import {
  type ComputedRef,
  computed,
  nextTick,
  onBeforeUnmount,
  onMounted,
  type Ref,
  ref,
  type ShallowRef,
  shallowRef,
  watch,
} from 'vue';
import { back, emptyHistory, forward, goTo, type History, record, START } from './history.js';
import { Replay } from './replay.js';
import { type Demo, decodeRun, encodeRun, type Goal, MAX_STEPS } from './run.js';

export interface RunInPage<O, A, S> {
  readonly history: Readonly<ShallowRef<History<A>>>;
  readonly options: Readonly<ShallowRef<O>>;
  readonly state: ComputedRef<S>;
  /** The state before the step that is shown; at the start, the same as `state`. */
  readonly before: ComputedRef<S>;
  /** The action of the step that is shown. */
  readonly action: ComputedRef<A | undefined>;
  readonly sentence: ComputedRef<string>;
  readonly reached: ComputedRef<Map<Goal<A, S>, number>>;
  readonly digest: ComputedRef<string>;
  /** Why the last action was refused, or a link could not be read; '' when all is well. */
  readonly complaint: Ref<string>;
  act(action: A): void;
  back(): void;
  forward(): void;
  goTo(step: number): void;
  startOver(): void;
  /** What was done stays, and is done again under these options. */
  setOptions(options: O): void;
  /** Begins another run: under other options what was done here may be impossible. */
  begin(options: O): void;
  /** Puts these actions behind the start, as a branch, to be stepped through; under other options as a run of their own. */
  load(options: unknown, actions: readonly A[]): void;
  /** The state after any step of this run. */
  stateAt(step: number): S;
  /** The address that replays this run. */
  link(): string;
}

const PREFIX = '#run=';

/** `demo` may change (its keys were loaded): the run is then played again on the new one. */
export function useRun<O, A, S>(demo: Readonly<Ref<Demo<O, A, S>>>): RunInPage<O, A, S> {
  const complaint = ref('');
  const history = shallowRef<History<A>>(emptyHistory());
  const options = shallowRef<O>(demo.value.defaults) as ShallowRef<O>;
  const replay = computed(() => new Replay(demo.value, options.value));
  const state = computed(() => replay.value.stateAt(history.value));
  const action = computed(() =>
    history.value.at === START ? undefined : history.value.steps[history.value.at]!.action,
  );
  const before = computed(() =>
    history.value.at === START
      ? state.value
      : replay.value.stateAt(history.value, history.value.steps[history.value.at]!.parent),
  );

  function move(next: History<A>): void {
    complaint.value = '';
    history.value = next;
  }

  function act(next: A): void {
    if (history.value.steps.length >= MAX_STEPS) {
      complaint.value = `A run holds ${MAX_STEPS} events at most. Open the page without its “#run=…” to begin another.`;
      return;
    }
    const candidate = record(history.value, next);
    try {
      replay.value.stateAt(candidate);
    } catch (error) {
      complaint.value = messageOf(error);
      return;
    }
    move(candidate);
  }

  function readAddress(): void {
    if (!location.hash.startsWith(PREFIX)) return;
    try {
      const run = decodeRun(location.hash.slice(PREFIX.length), demo.value);
      const trial = new Replay(demo.value, run.options);
      for (let i = 0; i < run.history.steps.length; i++) trial.stateAt(run.history, i);
      options.value = run.options;
      move(run.history);
    } catch (error) {
      complaint.value = messageOf(error);
    }
  }

  function address(): string {
    if (history.value.steps.length === 0 && JSON.stringify(options.value) === JSON.stringify(demo.value.defaults))
      return '';
    const run = { demo: demo.value.name, version: demo.value.version, options: options.value, history: history.value };
    return PREFIX + encodeRun(run);
  }

  const onHashChange = (): void => readAddress();
  onMounted(() => {
    readAddress();
    addEventListener('hashchange', onHashChange);
    // The address changes in place: the browser's own back button leaves the page, the demo's goes a step back.
    watch(
      [history, options],
      () =>
        void nextTick(() =>
          window.history.replaceState(window.history.state, '', address() || location.pathname + location.search),
        ),
    );
  });
  onBeforeUnmount(() => removeEventListener('hashchange', onHashChange));

  return {
    history,
    options,
    state,
    before,
    action,
    sentence: computed(() => replay.value.sayAt(history.value)),
    reached: computed(() => replay.value.reached(history.value)),
    digest: computed(() => demo.value.digest(state.value)),
    complaint,
    act,
    back: () => move(back(history.value)),
    forward: () => move(forward(history.value)),
    goTo: (step) => move(goTo(history.value, step)),
    startOver: () => move({ ...history.value, at: START }),
    setOptions: (next) => {
      options.value = next;
    },
    begin: (next) => {
      options.value = next;
      move(emptyHistory());
    },
    load: (next, actions) => {
      const read = demo.value.readOptions(next);
      const isOther = JSON.stringify(read) !== JSON.stringify(options.value);
      if (isOther) options.value = read;
      const before = isOther ? emptyHistory<A>() : history.value;
      if (before.steps.length + actions.length > MAX_STEPS) {
        complaint.value = `A run holds ${MAX_STEPS} events at most. Open the page without its “#run=…” to begin another.`;
        return;
      }
      move({ ...actions.reduce<History<A>>(record, { ...before, at: START }), at: START });
    },
    stateAt: (step) => replay.value.stateAt(history.value, step),
    link: () => location.origin + location.pathname + address(),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
