/** Operations as they are drawn: whole numbers of time, a lane a client. Plain data, and what a link holds of them. */
import type { HistoryEvent } from '@dsys/check';
import { fieldsOf, integerIn, oneOf } from '../kit/read.js';

/** What is given and what comes back: enough for every model. */
export type Value = number | string | boolean | null | readonly Value[];

export const ANSWERS = ['ok', 'info', 'fail'] as const;

/** One bar. */
export interface Drawn {
  readonly id: number;
  /** Its lane, from 0. */
  readonly client: number;
  readonly f: string;
  readonly key: string | null;
  readonly input: Value;
  readonly output: Value;
  /** `info`: nobody knows; it stays open, and `end` is not looked at. `fail`: it did not happen. */
  readonly answer: (typeof ANSWERS)[number];
  readonly start: number;
  readonly end: number;
}

export const MAX_OPERATIONS = 60;
export const MAX_CLIENTS = 12;
export const MAX_TIME = 240;
const MAX_TEXT = 24;

/** The same as short as it goes, for links. */
export type Packed = readonly [
  client: number,
  f: string,
  key: string | null,
  input: Value,
  output: Value,
  answer: Drawn['answer'],
  start: number,
  end: number,
];

export const packed = ({ client, f, key, input, output, answer, start, end }: Omit<Drawn, 'id'>): Packed => [
  client,
  f,
  key,
  input,
  output,
  answer,
  start,
  end,
];

export const unpacked = (id: number, [client, f, key, input, output, answer, start, end]: Packed): Drawn => ({
  id,
  client,
  f,
  key,
  input,
  output,
  answer,
  start,
  end,
});

/** Reads one from a link. Throws `RangeError`. */
export function readPacked(value: unknown): Packed {
  const list = Object.values(fieldsOf(value));
  if (list.length !== 8) throw new RangeError('This link holds something that is no operation.');
  const [client, f, key, input, output, answer, start, end] = list;
  return [
    integerIn('A client', client, 0, MAX_CLIENTS - 1),
    textOf('The name of an operation', f),
    key === null ? null : textOf('A key', key),
    readValue(input),
    readValue(output),
    oneOf('An answer', answer, ANSWERS),
    integerIn('The time of a call', start, 0, MAX_TIME),
    integerIn('The time of an answer', end, 0, MAX_TIME),
  ];
}

function textOf(what: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT)
    throw new RangeError(`${what} is a text of at most ${MAX_TEXT} letters.`);
  return value;
}

/** A value small enough to be drawn. Throws `RangeError` for others. */
export function readValue(value: unknown, depth = 0): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') return textOf('A value', value);
  if (Array.isArray(value) && value.length <= 8 && depth < 2) return value.map((each) => readValue(each, depth + 1));
  throw new RangeError('A value is a number, a short text, true, false, null, or a list of a few of these.');
}

/** What a person types: JSON where it is, else a text. */
export function parseValue(text: string): Value {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  let value: unknown = trimmed;
  try {
    value = JSON.parse(trimmed);
  } catch {
    // A text without its quotes.
  }
  return readValue(value);
}

/** Whether they can have happened. Throws `RangeError` with a sentence that says what is in the way. */
export function checkDrawn(drawn: readonly Drawn[]): void {
  if (drawn.length > MAX_OPERATIONS) throw new RangeError(`There is room for ${MAX_OPERATIONS} operations.`);
  const lanes = new Map<number, Drawn[]>();
  for (const each of drawn) {
    if (each.answer !== 'info' && each.end <= each.start) throw new RangeError('An answer comes after its call.');
    lanes.set(each.client, [...(lanes.get(each.client) ?? []), each]);
  }
  for (const [client, own] of lanes) {
    own.sort((a, b) => a.start - b.start);
    for (let i = 1; i < own.length; i++) {
      if (own[i - 1]!.answer === 'info')
        throw new RangeError(`Client ${client + 1} still waits for an answer: let another client go on.`);
      if (own[i]!.start <= own[i - 1]!.end)
        throw new RangeError(`Client ${client + 1} is busy then: a client has one operation at a time.`);
    }
  }
}

/** Their events in the order of time; of those at one moment calls come first, so that bars that touch overlap. */
export function eventsOf(drawn: readonly Drawn[]): { readonly events: HistoryEvent[]; readonly ids: number[] } {
  const moments = drawn.flatMap((each) => {
    const { id, client, f, key, start, end, answer } = each;
    const event = { process: client + 1, f, ...(key !== null && { key }) };
    const call = { id, rank: 2 * start, event: { ...event, type: 'invoke' as const, value: each.input, time: start } };
    if (answer === 'info') return [call];
    const value = answer === 'fail' ? each.input : each.output;
    return [call, { id, rank: 2 * end + 1, event: { ...event, type: answer, value, time: end } }];
  });
  moments.sort((a, b) => a.rank - b.rank || a.id - b.id);
  return { events: moments.map(({ event }) => event), ids: moments.map(({ id }) => id) };
}

/** The same as lines of JSON, the shape that `dsys check` reads. */
export const ndjsonOf = (drawn: readonly Drawn[]): string =>
  eventsOf(drawn)
    .events.map((event) => `${JSON.stringify(event)}\n`)
    .join('');
