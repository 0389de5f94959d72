/** What the demo holds and what can be done to it: plain data, pure functions. A blob is kept as base64: links hold it. */
import { fieldsOf, oneOf, unknownStep } from '../kit/read.js';
import { explain } from './explain.js';
import { SAMPLES } from './samples.js';

export interface State {
  readonly name: string;
  /** Where it is from. */
  readonly source: string;
  readonly data: string;
  readonly asked: string | null;
}

export interface Options {
  readonly sample: string;
}

export type Action =
  | { readonly type: 'open'; readonly sample: string }
  | { readonly type: 'drop'; readonly name: string; readonly data: string }
  /** Into one of the blob’s other forms. */
  | { readonly type: 'turn'; readonly form: string }
  | { readonly type: 'ask'; readonly key: string };

export const DEFAULTS: Options = { sample: 'redis-sparse' };
/** Largest blob: more of them in one link would be too long. A dense sketch of Redis fits. */
export const MAX_BYTES = 20_000;
export const MAX_KEY_LENGTH = 80;
const MAX_NAME_LENGTH = 80;

export const start = ({ sample }: Options): State => opened(sample);

function opened(id: string): State {
  const { title, source, data } = SAMPLES.find((sample) => sample.id === id)!;
  return { name: title, source, data, asked: null };
}

/** The state after `action`. Throws `RangeError` or `DecodeError` with a sentence when it can't be done. */
export function step(state: State, action: Action): State {
  switch (action.type) {
    case 'open':
      return opened(action.sample);
    case 'drop':
      explain(bytesOf(action.data));
      return {
        name: action.name,
        source: 'Yours. It stays in this page, and in the link to it.',
        data: action.data,
        asked: null,
      };
    case 'turn': {
      const form = explain(bytesOf(state.data)).forms.find(({ id }) => id === action.form);
      if (form === undefined) throw new RangeError(`This can’t be turned into “${action.form}”.`);
      return { ...state, name: `${state.name.replace(/, as .*/, '')}, as ${form.title}`, data: base64Of(form.make()) };
    }
    case 'ask':
      return { ...state, asked: action.key };
  }
}

/** An action from a link. Throws `RangeError` on anything else. */
export function readAction(value: unknown): Action {
  const { type, sample, name, data, form, key } = fieldsOf(value);
  switch (type) {
    case 'open':
      return { type, sample: readSample(sample) };
    case 'drop':
      if (typeof data !== 'string' || data.length > (MAX_BYTES * 4) / 3 + 4)
        throw new RangeError(`A blob has at most ${MAX_BYTES.toLocaleString('en')} bytes.`);
      bytesOf(data);
      return { type, name: readText('A name', name, MAX_NAME_LENGTH), data };
    case 'turn':
      return { type, form: readText('A form', form, MAX_NAME_LENGTH) };
    case 'ask':
      return { type, key: readText('A key', key, MAX_KEY_LENGTH) };
    default:
      throw unknownStep(type);
  }
}

/** Options from a link. Throws `RangeError` on anything else. */
export const readOptions = (value: unknown): Options => ({ sample: readSample(fieldsOf(value)['sample']) });

const readSample = (value: unknown): string =>
  oneOf(
    'A sample',
    value,
    SAMPLES.map(({ id }) => id),
  );

function readText(what: string, value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > most)
    throw new RangeError(`${what} has 1 to ${most} characters.`);
  return value;
}

/** The bytes of a blob. Throws `RangeError` for what is no base64. */
export function bytesOf(data: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  } catch {
    throw new RangeError('The blob in this link is damaged.');
  }
}

export function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The step that opens a blob of the reader’s. Throws `RangeError` for one that no link would hold. */
export function dropOf(name: string, bytes: Uint8Array): Action {
  if (bytes.length > MAX_BYTES)
    throw new RangeError(
      `${name} has ${bytes.length.toLocaleString('en')} bytes, and a link holds ${MAX_BYTES.toLocaleString('en')}: read it with the package.`,
    );
  return { type: 'drop', name: name.slice(0, MAX_NAME_LENGTH), data: base64Of(bytes) };
}
