/** A trace as text: one line an event for people and golden files, or what a drawing tool reads. */
import type { Vocabulary } from '@dsys/core';
import type { Run } from './run.js';
import type { TimedAction } from './simulation-result.js';
import type { System } from './system.js';
import { type Show, type TraceEvent, traceOf } from './trace.js';

/** What a line shows beside time, node, event, peers, text and state. */
export interface TranscriptOptions {
  /** The vector clock, at the end of the line. Default false. */
  readonly clocks?: boolean;
  /** Columns for what an event says; what is longer is cut, with an ellipsis. Default 40. */
  readonly textWidth?: number;
}

/**
 * One line an event, in columns of one width:
 *
 *      150.000  n1  timeout                                                       asking, term 1
 *      150.000  n1  persist           #1
 *      150.000  n1  send       n2 n3  ask 1 0
 *      152.310  n2  receive    n1     ask 1 0                                      waiting, term 1
 *
 * Milliseconds of virtual time, node, what happened, with whom, what it said, and the node's state where it has changed.
 */
export function transcript(events: readonly TraceEvent[], options: TranscriptOptions = {}): string {
  const { clocks = false, textWidth = 40 } = options;
  const nodeWidth = widest(events.map(({ node }) => node));
  const peersWidth = widest(events.map(({ peers }) => peers.join(' ')));
  const typeWidth = Math.max(9, widest(events.map(({ type }) => type)));
  const stateWidth = clocks ? widest(events.map(({ state }) => state ?? '')) : 0;
  const lines = events.map(({ at, node, type, peers, text, state, clock }) => {
    // An invariant is told in full: it is the last line.
    const said = type === 'broken' ? text : cut(text, textWidth);
    const columns = [
      millis(at).padStart(11),
      node.padEnd(nodeWidth),
      type.padEnd(typeWidth),
      peers.join(' ').padEnd(peersWidth),
      said.padEnd(textWidth),
      (state ?? '').padEnd(stateWidth),
    ];
    if (clocks && clock !== null) columns.push(`[${clockText(clock)}]`);
    return columns.join('  ').trimEnd();
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** The transcript of a run, or of a result that was recorded. */
export function transcriptOf<V extends Vocabulary, Op>(
  system: System<V, Op>,
  run: Pick<Run, 'options'> & { readonly actions: Run['actions'] | readonly TimedAction[] },
  { show, ...options }: TranscriptOptions & { readonly show?: Show<V> } = {},
): string {
  return transcript(traceOf(system, run, show), options);
}

/**
 * For ShiViz, which draws logs by their vector clocks: a line with node and clock, then one with the event. Its regular
 * expression is `(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`. What was done from outside has no clock and is left out.
 */
export function shiviz(events: readonly TraceEvent[]): string {
  return events
    .filter(({ clock }) => clock !== null)
    .map(
      ({ node, clock, type, peers, text }) =>
        `${node} ${JSON.stringify(clock)}\n${[type, ...peers, text].join(' ').trim()}\n`,
    )
    .join('');
}

/** With all three digits: columns stay straight. */
function millis(us: number): string {
  const fraction = us % 1_000;
  return `${(us - fraction) / 1_000}.${String(fraction).padStart(3, '0')}`;
}

function cut(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

const clockText = (clock: Readonly<Record<string, number>>): string =>
  Object.entries(clock)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, count]) => `${node}:${count}`)
    .join(' ');

const widest = (texts: readonly string[]): number => texts.reduce((width, { length }) => Math.max(width, length), 0);
