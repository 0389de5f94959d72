/** Messages as a node might get them, for tests that say by hand what others say. */
import type {
  AppendEntries,
  AppendEntriesResult,
  InstallSnapshot,
  LogEntry,
  PreVote,
  PreVoteResult,
  RaftMessage,
  RequestVote,
  SnapshotPoint,
  Vote,
} from '../src/index.js';
import { Hand, sentBy } from './hand.js';

const incarnation = 1;

/** Of a log that is ahead of everybody's, unless it is said where it ends. */
export const preVote = (term: number, lastIndex = 99, lastTerm: number = term - 1): PreVote => ({
  type: 'preVote',
  term,
  incarnation,
  lastIndex,
  lastTerm,
});

export const requestVote = (
  term: number,
  lastIndex = 99,
  lastTerm: number = term - 1,
  transfer = false,
): RequestVote => ({ type: 'requestVote', term, incarnation, lastIndex, lastTerm, transfer });

export const preVoteResult = (term: number, granted: boolean): PreVoteResult => ({
  type: 'preVoteResult',
  term,
  incarnation,
  granted,
});

export const vote = (term: number, granted: boolean): Vote => ({ type: 'vote', term, incarnation, granted });

export const entry = (index: number, term: number): LogEntry => ({
  index,
  term,
  kind: 'command',
  timeMs: 0,
  bytes: new TextEncoder().encode(`${index}.${term}`),
});

/** Entries of these terms behind an entry. */
export const append = (
  term: number,
  prevLogIndex: number,
  prevLogTerm: number,
  terms: readonly number[],
  more: Partial<AppendEntries> = {},
): AppendEntries => ({
  type: 'appendEntries',
  term,
  incarnation,
  prevLogIndex,
  prevLogTerm,
  entries: terms.map((each, i) => entry(prevLogIndex + 1 + i, each)),
  commitIndex: 0,
  round: 1,
  ...more,
});

export const matched = (term: number, matchIndex: number, round = 1): AppendEntriesResult => ({
  type: 'appendEntriesResult',
  term,
  incarnation,
  round,
  result: { matched: true, matchIndex },
});

/** All of a snapshot in one chunk. */
export const wholeSnapshot = (
  term: number,
  snapshot: SnapshotPoint,
  bytes: Uint8Array,
  more: Partial<InstallSnapshot> = {},
): InstallSnapshot => ({
  type: 'installSnapshot',
  term,
  incarnation,
  snapshot,
  offset: 0,
  bytes,
  isLast: true,
  round: 1,
  ...more,
});

/** Delivers it, and gives what is sent in the same step. */
export const say = (hand: Hand, from: string, to: string, message: RaftMessage): RaftMessage[] =>
  sentBy(hand.step(to, { type: 'receive', from, message }));

/** Of its log, from its first entry on. */
export function termsOf(hand: Hand, id: string): number[] {
  const { log } = hand.state(id);
  return log.slice(log.firstIndex, log.lastIndex).map(({ term }) => term);
}

/** n1 leads, and n3 has missed so much that it is gone from the log. */
export function behind(options: ConstructorParameters<typeof Hand>[1] = {}): Hand {
  const hand = new Hand(3, { keepBytes: 0, chunkBytes: 4, ...options });
  hand.elect('n1');
  for (let i = 0; i < 5; i++) {
    hand.propose('n1', `word${i}`);
    hand.settle(['n1', 'n2']);
  }
  hand.step('n1', { type: 'takeSnapshot' });
  hand.persist('n1');
  return hand;
}
