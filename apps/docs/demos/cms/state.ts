/** What the demo holds and what can be done to it: plain data, pure functions. */
import { fieldsOf, integerIn, oneOf, unknownStep } from '../kit/read.js';
import type { Field } from './log.js';

export type Update = 'plain' | 'conservative';

export interface State {
  readonly field: Field;
  readonly width: number;
  readonly depth: number;
  readonly update: Update;
  /** Lines of the log that were read. */
  readonly lines: number;
  /** The key that was asked for. */
  readonly asked: string | null;
}

export type Options = Omit<State, 'asked'>;

export type Action =
  | { readonly type: 'read'; readonly lines: number }
  | { readonly type: 'shape'; readonly width: number; readonly depth: number }
  | { readonly type: 'update'; readonly update: Update }
  | { readonly type: 'field'; readonly field: Field }
  | { readonly type: 'ask'; readonly key: string };

export const WIDTHS: readonly number[] = [16, 32, 64, 128, 256, 512, 1024];
export const DEPTHS: readonly number[] = [1, 2, 3, 4, 5, 7];
export const UPDATES: readonly Update[] = ['plain', 'conservative'];
export const FIELDS: readonly Field[] = ['path', 'client'];
/** Lines of the bundled log. */
export const ALL_LINES = 4_000;
export const MAX_KEY_LENGTH = 80;

export const DEFAULTS: Options = { field: 'path', width: 64, depth: 4, update: 'plain', lines: 1_000 };

export const start = (options: Options): State => ({ ...options, asked: null });

/** The state after `action`. Throws `RangeError` with a sentence when it can't be done. */
export function step(state: State, action: Action): State {
  switch (action.type) {
    case 'read':
      if (state.lines + action.lines > ALL_LINES)
        throw new RangeError(
          `The log has ${ALL_LINES.toLocaleString('en')} lines, and ${(ALL_LINES - state.lines).toLocaleString('en')} are left.`,
        );
      return { ...state, lines: state.lines + action.lines };
    case 'shape':
      return { ...state, width: action.width, depth: action.depth };
    case 'update':
      return { ...state, update: action.update };
    case 'field':
      return { ...state, field: action.field, asked: null };
    case 'ask':
      return { ...state, asked: action.key };
  }
}

/** An action from a link. Throws `RangeError` on anything else. */
export function readAction(value: unknown): Action {
  const { type, lines, width, depth, update, field, key } = fieldsOf(value);
  switch (type) {
    case 'read':
      return { type, lines: integerIn('The number of lines', lines, 1, ALL_LINES) };
    case 'shape':
      return { type, width: oneOf('The width', width, WIDTHS), depth: oneOf('The depth', depth, DEPTHS) };
    case 'update':
      return { type, update: oneOf('The update rule', update, UPDATES) };
    case 'field':
      return { type, field: oneOf('What is counted', field, FIELDS) };
    case 'ask':
      if (typeof key !== 'string' || !isKey(key)) throw new RangeError(`A key has 1 to ${MAX_KEY_LENGTH} characters.`);
      return { type, key };
    default:
      throw unknownStep(type);
  }
}

/** Options from a link. Throws `RangeError` on anything else. */
export function readOptions(value: unknown): Options {
  const { field, width, depth, update, lines } = fieldsOf(value);
  return {
    field: oneOf('What is counted', field, FIELDS),
    width: oneOf('The width', width, WIDTHS),
    depth: oneOf('The depth', depth, DEPTHS),
    update: oneOf('The update rule', update, UPDATES),
    lines: integerIn('The number of lines', lines, 0, ALL_LINES),
  };
}

/** Whether `text` can be asked for. */
export const isKey = (text: string): boolean =>
  text.trim() === text && text.length >= 1 && text.length <= MAX_KEY_LENGTH && !/\p{C}/u.test(text);
