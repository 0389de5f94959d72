/**
 * The five properties of Figure 3, each looked at after every step of every node.
 *
 * The simulations of `@dsys/raft` have monitors of the same, made for millions of events: one of them holds four of the
 * properties, so that it can't tell which one broke, and they are no part of what the package publishes. A page that took
 * them by their path would carry a second core, whose class is not the one that runs. These tell the five apart, in the
 * words of the paper.
 */
import type { LogEntry, RaftState, RaftWords } from '@dsys/raft';
import type { Monitor, Report } from '@dsys/sim';
import { stateOf } from './broken.js';

/** An entry as far as it matters here. */
type Term = number;
/** What is left of a log behind its snapshot: entry `base + 1` comes first. */
interface Log<T = Term> {
  readonly base: number;
  readonly entries: readonly T[];
}

const logOf = ({ log }: Readonly<RaftState>): Log => ({
  base: log.baseIndex,
  entries: log.slice(log.firstIndex, log.lastIndex).map(({ term }) => term),
});
/** Undefined for what a log does not have, or no more. */
const at = <T>({ base, entries }: Log<T>, index: number): T | undefined => entries[index - base - 1];
const lastOf = ({ base, entries }: Log<unknown>): number => base + entries.length;

/** Looks at the state of whoever was stepped. */
function looking<S>(
  name: string,
  init: S,
  look: (seen: S, node: string, state: Readonly<RaftState>, report: Report) => S,
  crashed: (seen: S, node: string) => S = (seen) => seen,
): Monitor<RaftWords, S> {
  return {
    name,
    init,
    observe(seen, event, report) {
      if (event.type === 'crashed') return crashed(seen, event.node);
      return event.type === 'stepped' ? look(seen, event.node, stateOf(event.core), report) : seen;
    },
  };
}

type ByTerm = Readonly<Record<number, string>>;
const electionSafety = looking<ByTerm>('Election Safety', {}, (leaders, node, { role, term }, report) => {
  if (role !== 'leader' || leaders[term] === node) return leaders;
  if (leaders[term] !== undefined) report.broken(`In term ${term} both ${leaders[term]} and ${node} lead.`);
  return { ...leaders, [term]: node };
});

type ByLeader = Readonly<Record<string, { readonly term: number; readonly log: Log }>>;
const leaderAppendOnly = looking<ByLeader>(
  'Leader Append-Only',
  {},
  (leaders, node, state, report) => {
    if (state.role !== 'leader') return without(leaders, node);
    const log = logOf(state);
    const before = leaders[node];
    const has = (term: Term, i: number): boolean => {
      const index = before!.log.base + i + 1;
      return index <= log.base || at(log, index) === term;
    };
    if (before?.term === state.term && !before.log.entries.every(has))
      report.broken(`${node} leads term ${state.term}, and changed what was in its own log.`);
    return { ...leaders, [node]: { term: state.term, log } };
  },
  without,
);

type ByNode = Readonly<Record<string, Log<string>>>;
const logMatching = looking<ByNode>(
  'Log Matching',
  {},
  (logs, node, { log }, report) => {
    const mine = { base: log.baseIndex, entries: log.slice(log.firstIndex, log.lastIndex).map(textOf) };
    for (const [other, theirs] of Object.entries(logs)) {
      if (other === node) continue;
      const first = Math.max(mine.base, theirs.base) + 1;
      const both = Array.from({ length: Math.max(0, Math.min(lastOf(mine), lastOf(theirs)) - first + 1) }, (_, i) => {
        const [a, b] = [at(mine, first + i)!, at(theirs, first + i)!];
        return { index: first + i, isOfOneTerm: termOf(a) === termOf(b), isSame: a === b };
      });
      const agreed = both.findLast(({ isOfOneTerm }) => isOfOneTerm)?.index ?? 0;
      const wrong = both.find(({ index, isSame }) => index <= agreed && !isSame);
      if (wrong !== undefined)
        report.broken(
          `${node} and ${other} have the same term at index ${agreed}, and differ at index ${wrong.index}.`,
        );
    }
    return { ...logs, [node]: mine };
  },
  without,
);

type Committed = readonly { readonly term: Term; readonly inTerm: number }[];
const leaderCompleteness = looking<Committed>('Leader Completeness', [], (committed, node, state, report) => {
  const log = logOf(state);
  if (state.role === 'leader') {
    const lost = committed.findIndex(
      ({ term, inTerm }, i) => inTerm < state.term && i + 1 > log.base && at(log, i + 1) !== term,
    );
    if (lost !== -1)
      report.broken(
        `Entry ${lost + 1} of term ${committed[lost]!.term} was committed, and ${node} leads term ${state.term} without it.`,
      );
  }
  if (state.commitIndex <= committed.length) return committed;
  // What a snapshot holds was committed before, and is known.
  if (log.base > committed.length) return committed;
  const more = log.entries.slice(committed.length - log.base, state.commitIndex - log.base);
  return [...committed, ...more.map((term) => ({ term, inTerm: state.term }))];
});

type Applied = Readonly<Record<number, string>>;
const stateMachineSafety: Monitor<RaftWords, Applied> = {
  name: 'State Machine Safety',
  init: {},
  observe(applied, event, report) {
    if (event.type !== 'stepped') return applied;
    let known = applied;
    for (const output of event.outputs) {
      if (output.type !== 'apply') continue;
      for (const entry of output.entries as readonly LogEntry[]) {
        const text = textOf(entry);
        const other = known[entry.index];
        if (other === undefined) known = { ...known, [entry.index]: text };
        else if (other !== text)
          report.broken(`${event.node} applies another command at index ${entry.index} than was applied there before.`);
      }
    }
    return known;
  },
};

/** In the order of Figure 3. */
// biome-ignore lint/suspicious/noExplicitAny: each monitor has a state of its own type.
export const properties: readonly Monitor<RaftWords, any>[] = [
  electionSafety,
  leaderAppendOnly,
  logMatching,
  leaderCompleteness,
  stateMachineSafety,
];

/** What each says. */
export const STATEMENTS: readonly (readonly [name: string, statement: string])[] = [
  ['Election Safety', 'a term has at most one leader'],
  ['Leader Append-Only', 'a leader never changes what is in its log, it only adds'],
  ['Log Matching', 'where two logs have the same term at an index, they are the same up to there'],
  ['Leader Completeness', 'what was committed is in the log of every later leader'],
  ['State Machine Safety', 'no two nodes apply different commands at the same index'],
];

const textOf = ({ term, kind, bytes }: LogEntry): string => `${term} ${kind} ${new TextDecoder().decode(bytes)}`;
const termOf = (text: string): string => text.split(' ')[0]!;

function without<T>(all: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in all)) return all;
  const { [key]: _, ...rest } = all;
  return rest;
}
