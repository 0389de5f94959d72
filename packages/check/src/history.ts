/**
 * What clients saw, as events in the order in which they happened, and the operations that the events make up:
 *
 *     {"process":1,"type":"invoke","f":"write","key":"x","value":3}     operation 0 ├──────┤
 *     {"process":2,"type":"invoke","f":"read","key":"x"}                operation 1    ├──────────┤
 *     {"process":1,"type":"ok","f":"write","key":"x","value":3}
 *     {"process":2,"type":"ok","f":"read","key":"x","value":3}
 *
 * `ok` has the result. `fail` says that it did not happen and never will. `info` says that nobody knows: the operation
 * stays open, and may take effect at any later time, or never. So does one without an answer. The shape is Jepsen's.
 */

/** One event. Others of its fields are ignored. */
export interface HistoryEvent {
  /** Who asked. A process has one operation at a time; after `info` it may begin another. */
  readonly process: string | number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  /** What was asked for: `read`, `write`, whatever the model understands. */
  readonly f: string;
  /** Which of several independent objects. */
  readonly key?: string | number | null;
  /** JSON: what was given with `invoke`, what came back with `ok`. */
  readonly value?: unknown;
  /** Of one clock; not going back. Only shown. */
  readonly time?: number;
}

/** A call and its answer. */
export interface Operation {
  /** Its number, from 0, in the order of the calls. */
  readonly id: number;
  readonly process: string | number;
  readonly f: string;
  /** Which object it was done to, as text; '' where there is only one. */
  readonly key: string;
  /** What was given, and what came back; `undefined` when nothing is known to have come back. */
  readonly input: unknown;
  readonly output: unknown;
  /** Numbers of its events, from 0. `end` is `Infinity` when it is open. */
  readonly start: number;
  readonly end: number;
}

/** A history that can't have happened, or isn't one. */
export class HistoryError extends Error {
  override readonly name: string = 'HistoryError';
  readonly code = 'bad-history';
  /** Number of the event, from 0; of a line of ndjson, from 1. */
  readonly at: number;

  constructor(place: 'event' | 'line', at: number, message: string) {
    super(`${place} ${at}: ${message}`);
    this.at = at;
  }
}

/** The operations of a history, in the order of their calls, without those that failed. Throws `HistoryError`. */
export function operationsOf(events: readonly HistoryEvent[]): Operation[] {
  const open = new Map<string | number, { call: HistoryEvent; start: number }>();
  const found: Omit<Operation, 'id'>[] = [];
  let time = Number.NEGATIVE_INFINITY;
  for (const [at, event] of events.entries()) {
    const refuse = (why: string) => new HistoryError('event', at, why);
    checkShape(event, refuse);
    if (event.time !== undefined) {
      if (event.time < time) throw refuse(`time goes back from ${time} to ${event.time}; events are in order of time`);
      time = event.time;
    }
    const begun = open.get(event.process);
    if (event.type === 'invoke') {
      if (begun !== undefined)
        throw refuse(`process ${event.process} calls, but its call of event ${begun.start} has no answer yet`);
      open.set(event.process, { call: event, start: at });
      continue;
    }
    if (begun === undefined) throw refuse(`an answer to process ${event.process} precedes its call, or comes twice`);
    const { call, start } = begun;
    if (call.f !== event.f || keyText(call) !== keyText(event))
      throw refuse(`"${event.f}" on "${keyText(event)}" answers "${call.f}" on "${keyText(call)}" of event ${start}`);
    open.delete(event.process);
    if (event.type === 'ok') found.push({ ...begin(call, start), output: event.value, end: at });
    if (event.type === 'info') found.push(begin(call, start));
  }
  for (const { call, start } of open.values()) found.push(begin(call, start));
  return found.sort((a, b) => a.start - b.start).map((operation, id) => ({ id, ...operation }));
}

/** Events from lines of JSON; empty lines are skipped. Throws `HistoryError` with the number of the line. */
export function parseHistory(text: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      throw new HistoryError('line', i + 1, `not JSON: ${line.slice(0, 60)}`);
    }
    checkShape(event, (why) => new HistoryError('line', i + 1, why));
    events.push(event);
  }
  return events;
}

const begin = (call: HistoryEvent, start: number): Omit<Operation, 'id'> => ({
  process: call.process,
  f: call.f,
  key: keyText(call),
  input: call.value,
  output: undefined,
  start,
  end: Number.POSITIVE_INFINITY,
});

const keyText = ({ key }: HistoryEvent): string => (key === undefined || key === null ? '' : String(key));

const TYPES: readonly unknown[] = ['invoke', 'ok', 'fail', 'info'];

function checkShape(event: unknown, refuse: (why: string) => HistoryError): asserts event is HistoryEvent {
  if (typeof event !== 'object' || event === null) throw refuse('an event is an object');
  const { process, type, f, key, time } = event as Record<string, unknown>;
  if (typeof process !== 'string' && typeof process !== 'number') throw refuse('"process" is a string or a number');
  if (!TYPES.includes(type)) throw refuse('"type" is one of invoke, ok, fail, info');
  if (typeof f !== 'string') throw refuse('"f" is a string');
  if (key !== undefined && key !== null && typeof key !== 'string' && typeof key !== 'number')
    throw refuse('"key" is a string, a number or null');
  if (time !== undefined && (typeof time !== 'number' || !Number.isFinite(time))) throw refuse('"time" is a number');
}
