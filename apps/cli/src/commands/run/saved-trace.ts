/** Reads what happened in a run: a saved run with its `trace`, or a trace alone. Trusts nothing in it. */
import type { TracedEvent } from '@dsys/drawing';
import { inputError } from '../../frame/exit.js';

export interface SavedTrace {
  /** Null where the file doesn't say. */
  readonly system: string | null;
  readonly seed: number | null;
  readonly events: readonly TracedEvent[];
}

/** Throws `CommandError` bad input, which names the event. */
export function readSavedTrace(text: string, name: string): SavedTrace {
  const value = parse(text, name);
  if (Array.isArray(value)) return { system: null, seed: null, events: value.map((each, i) => eventOf(each, i, name)) };
  const { system, seed, trace, actions } = value as Record<string, unknown>;
  if (!Array.isArray(trace)) {
    if (Array.isArray(actions))
      throw inputError(
        `${name} is a run without its trace: what its ${actions.length} actions led to, only its system can tell`,
        'Replay it: `traceOf(system, run)` of @dsys/sim gives the events; save them as JSON, alone or as "trace" of the run.',
      );
    throw inputError(
      `${name} is neither a saved run nor a trace`,
      'A run has "actions" and "trace"; a trace is an array of events, or one a line.',
    );
  }
  return {
    system: typeof system === 'string' ? system : null,
    seed: typeof seed === 'number' ? seed : null,
    events: trace.map((each, i) => eventOf(each, i, name)),
  };
}

function parse(text: string, name: string): object {
  try {
    const value: unknown = JSON.parse(text);
    // One event alone is a trace of one line.
    if (typeof value === 'object' && value !== null) return 'node' in value ? [value] : value;
  } catch {
    // Then perhaps each line is.
  }
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      throw inputError(
        `${name}:${i + 1}: not JSON: ${line.slice(0, 60)}`,
        'A trace is JSON: an array of events, or one a line.',
      );
    }
  });
}

function eventOf(value: unknown, i: number, name: string): TracedEvent {
  const refuse = (field: string, expected: string) => inputError(`${name}: event ${i + 1}: "${field}" is ${expected}`);
  if (typeof value !== 'object' || value === null) throw inputError(`${name}: event ${i + 1} is no object`);
  const { at, node, type, peers = [], text = '', state = null, clock = null } = value as Record<string, unknown>;
  if (typeof at !== 'number' || !Number.isFinite(at)) throw refuse('at', 'a number of microseconds');
  if (typeof node !== 'string') throw refuse('node', 'a string');
  if (typeof type !== 'string') throw refuse('type', 'a string');
  if (typeof text !== 'string') throw refuse('text', 'a string');
  if (state !== null && typeof state !== 'string') throw refuse('state', 'a string or null');
  if (!Array.isArray(peers) || peers.some((peer) => typeof peer !== 'string'))
    throw refuse('peers', 'an array of strings');
  if (
    clock !== null &&
    (typeof clock !== 'object' || Object.values(clock as object).some((each) => typeof each !== 'number'))
  )
    throw refuse('clock', 'an object of numbers, or null');
  return { at, node, type, peers: peers as string[], text, state, clock: clock as TracedEvent['clock'] };
}
