/**
 * A run is a value: which demo, which options, what was done. It fits in a link; the link replays what was *done*,
 * and the same JSON is a fixture that a test runs without a page.
 */
import { type History, START } from './history.js';

/** What a demo is to the kit: pure functions over plain data, and how to read both from a stranger's link. */
export interface Demo<Options, Action, State> {
  readonly name: string;
  /** Raised when old links would mean something else. */
  readonly version: number;
  readonly defaults: Options;
  start(options: Options): State;
  /** The state after `action`. Throws `RangeError` with a sentence when it can't be done. */
  step(state: State, action: Action): State;
  /** What the action is called in the history: a word or two. */
  label(action: Action): string;
  /** One sentence, in the paper's words: what just happened. */
  say(before: State, action: Action, after: State): string;
  /** What is worth a sentence before anything was done. */
  greet(state: State): string;
  readonly goals: readonly Goal<Action, State>[];
  /** Equal states have equal digests, in every process: a page and a test can compare what they got. */
  digest(state: State): string;
  /** Both check what comes from outside, and throw `RangeError` or `TypeError` on anything else. */
  readOptions(value: unknown): Options;
  readAction(value: unknown): Action;
}

/** Something to try. */
export interface Goal<Action, State> {
  readonly id: string;
  /** An imperative sentence. */
  readonly title: string;
  /** How to go about it, for whoever is stuck. */
  readonly hint: string;
  /** A way there, to be played by a reader who gives up. */
  readonly solution?: () => { readonly options: unknown; readonly actions: readonly Action[] };
  /** Whether this step reaches it. */
  reachedBy(before: State, action: Action, after: State): boolean;
}

/** Everything a link holds. `steps` are `[action]`, or `[action, parent]` when a step does not follow the one before it. */
export interface Run<Options, Action> {
  readonly demo: string;
  readonly version: number;
  readonly options: Options;
  readonly history: History<Action>;
}

interface RunJson {
  readonly d: string;
  readonly v: number;
  readonly o: unknown;
  readonly s: readonly (readonly [unknown] | readonly [unknown, number])[];
  readonly at?: number;
}

/** Longest history: more is no lesson, and a link is untrusted. */
export const MAX_STEPS = 200;
/** Longest link that is read; a run of `MAX_STEPS` fits in. */
const MAX_LINK_LENGTH = 65_536;

/** A run as text that survives chats and mail: base64url of JSON. */
export function encodeRun(run: Run<unknown, unknown>): string {
  const { steps, at } = run.history;
  const json: RunJson = {
    d: run.demo,
    v: run.version,
    o: run.options,
    s: steps.map(({ action, parent }, i) => (parent === i - 1 ? [action] : [action, parent])),
    ...(at === steps.length - 1 ? {} : { at }),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The run in a link. Throws `RangeError` with a sentence for the reader when the text is no run of this demo. */
export function decodeRun<O, A>(
  text: string,
  demo: Pick<Demo<O, A, never>, 'name' | 'version' | 'readOptions' | 'readAction'>,
): Run<O, A> {
  const json = parse(text);
  if (json.d !== demo.name) throw new RangeError(`This link is of another demo (“${String(json.d)}”).`);
  if (json.v !== demo.version)
    throw new RangeError(
      `This link was made by version ${String(json.v)} of the demo; this is version ${demo.version}.`,
    );
  if (!Array.isArray(json.s) || json.s.length > MAX_STEPS)
    throw new RangeError(`A run has at most ${MAX_STEPS} steps.`);
  const steps = json.s.map((entry: unknown, i) => {
    if (!Array.isArray(entry)) throw new RangeError(`Step ${i + 1} of this link is not a step.`);
    const parent: unknown = entry[1] ?? i - 1;
    if (!isStep(parent, i)) throw new RangeError(`Step ${i + 1} of this link follows a step that is not before it.`);
    return { action: demo.readAction(entry[0]), parent };
  });
  const at: unknown = json.at ?? steps.length - 1;
  if (!isStep(at, steps.length)) throw new RangeError('This link points at a step that it does not hold.');
  return { demo: demo.name, version: demo.version, options: demo.readOptions(json.o), history: { steps, at } };
}

function parse(text: string): RunJson {
  if (text.length > MAX_LINK_LENGTH) throw new RangeError('This link is too long to be a run.');
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const json: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))),
    );
    if (typeof json === 'object' && json !== null) return json as RunJson;
  } catch {
    // Told below, in words for the person who followed the link.
  }
  throw new RangeError('This link is damaged: what follows “#run=” can’t be read.');
}

const isStep = (value: unknown, end: number): value is number =>
  Number.isInteger(value) && (value as number) >= START && (value as number) < end;
