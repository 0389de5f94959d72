import { describe, expect, test } from 'vitest';
import type { RaftMessage } from '../src/index.js';
import { Hand, sentBy } from './hand.js';

const preVote = (term: number, lastIndex = 9, lastTerm = 9): RaftMessage => ({
  type: 'preVote',
  term,
  incarnation: 1,
  lastIndex,
  lastTerm: Math.min(lastTerm, term),
});
const requestVote = (term: number, lastIndex = 9, lastTerm = 9): RaftMessage => ({
  type: 'requestVote',
  term,
  incarnation: 1,
  lastIndex,
  lastTerm: Math.min(lastTerm, term),
  transfer: false,
});
const say = (hand: Hand, from: string, to: string, message: RaftMessage): RaftMessage[] =>
  sentBy(hand.step(to, { type: 'receive', from, message }));

describe('votes', () => {
  test('one a term, first come first served (Raft §5.2)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', requestVote(5));
    hand.persist('n1');
    expect(say(hand, 'n3', 'n1', requestVote(5))).toMatchObject([{ type: 'vote', granted: false, term: 5 }]);
    expect(say(hand, 'n2', 'n1', requestVote(5))).toMatchObject([{ type: 'vote', granted: true, term: 5 }]);
  });

  test('a vote is kept over a restart, and gone in a later term (R3, R5)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', requestVote(5));
    hand.persist('n1');
    hand.start('n1');
    hand.now += 1000;
    expect(hand.state('n1')).toMatchObject({ term: 5, votedFor: 'n2' });
    expect(say(hand, 'n3', 'n1', requestVote(5))).toMatchObject([{ granted: false }]);
    say(hand, 'n3', 'n1', requestVote(6));
    expect(hand.state('n1')).toMatchObject({ term: 6, votedFor: 'n3' });
  });

  test('none for a log that is behind: by last term first, then by length (Raft §5.4.1, R6)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.settle();
    const { lastIndex, lastTerm } = hand.state('n2').log;
    hand.now += 1000;
    expect(say(hand, 'n3', 'n2', requestVote(20, lastIndex - 1, lastTerm))).toMatchObject([{ granted: false }]);
    expect(say(hand, 'n3', 'n2', requestVote(21, lastIndex + 9, lastTerm - 1))).toMatchObject([{ granted: false }]);
    say(hand, 'n3', 'n2', requestVote(22, lastIndex - 2, lastTerm + 1));
    expect(hand.state('n2').votedFor).toBe('n3');
  });
});

describe('pre-votes', () => {
  test('none while a leader was heard a moment ago, but for that leader itself (R26)', () => {
    const hand = new Hand();
    hand.elect('n1');
    expect(say(hand, 'n3', 'n2', preVote(9))).toMatchObject([{ granted: false }]);
    expect(say(hand, 'n1', 'n2', preVote(9))).toMatchObject([{ granted: true }]);
    hand.now += 100;
    expect(say(hand, 'n3', 'n2', preVote(9))).toMatchObject([{ granted: true, term: 9 }]);
  });

  test('a question moves no timer (R26)', () => {
    const hand = new Hand();
    const before = hand.core('n2').deadline();
    hand.now += 50;
    say(hand, 'n3', 'n2', preVote(2));
    expect(hand.core('n2').deadline()).toBe(before);
  });

  test('a refusal by someone of a later term brings the asker up to it (R23, R25)', () => {
    const hand = new Hand();
    say(hand, 'n3', 'n2', requestVote(7));
    hand.settle();
    hand.timeout('n1');
    hand.deliver(hand.take('n1', 'n2'));
    hand.deliver(hand.take('n2', 'n1'));
    expect(hand.state('n1')).toMatchObject({ role: 'follower', term: 7 });
  });

  test('one that comes after the election counts for nothing (R26)', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    const { term } = hand.state('n2');
    hand.now += 1000;
    hand.step('n2', { type: 'timeout' });
    say(hand, 'n3', 'n2', { type: 'preVoteResult', term, incarnation: 1, granted: true });
    expect(hand.state('n2')).toMatchObject({ role: 'preCandidate', votes: ['n2'] });
  });
});

describe('leaders', () => {
  test('healing a partition raises no term', () => {
    const hand = new Hand();
    hand.elect('n1');
    const { term } = hand.state('n1');
    for (let i = 0; i < 5; i++) {
      hand.timeout('n3');
      hand.wire = [];
    }
    hand.heartbeat('n1');
    expect(hand.state('n3')).toMatchObject({ role: 'follower', leader: 'n1', term });
  });

  test('one that hears no quorum for an election timeout steps down (R27)', () => {
    const hand = new Hand();
    hand.elect('n1');
    for (let i = 0; i < 7 && hand.state('n1').role === 'leader'; i++) {
      hand.timeout('n1');
      hand.wire = [];
    }
    expect(hand.state('n1').role).toBe('follower');
    expect(hand.nodes.get('n1')!.outputs.findLast(({ type }) => type === 'event')).toMatchObject({
      event: { type: 'role', reason: 'no quorum' },
    });
  });

  test('one whose disk hangs steps down, and does not stand until it moves (R28)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    const term = hand.state('n1').term;
    for (let i = 0; i < 9 && hand.state('n1').role === 'leader'; i++) {
      hand.timeout('n1');
      // All but its own disk goes on: it hears everybody.
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift()) {
        hand.deliver(letter);
        for (const id of ['n2', 'n3']) hand.persist(id);
      }
    }
    expect(hand.state('n1').role).toBe('follower');
    expect(hand.nodes.get('n1')!.outputs.findLast(({ type }) => type === 'event')).toMatchObject({
      event: { type: 'role', reason: 'disk hangs' },
    });
    hand.timeout('n1');
    expect(hand.state('n1')).toMatchObject({ role: 'follower', term });
    hand.persist('n1');
    hand.timeout('n1');
    expect(hand.state('n1').role).toBe('preCandidate');
  });

  test('a single voter leads at once, and applies what is on its disk (R20)', () => {
    const hand = new Hand(1);
    hand.timeout('n1');
    hand.settle();
    const ref = hand.propose('n1', 'x');
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.persist('n1');
    expect(hand.outcome('n1', ref)).toBe('applied');
  });

  test('one that was deposed learns what became of its proposals: superseded, or applied after all', () => {
    const hand = new Hand();
    hand.elect('n1');
    const kept = hand.propose('n1', 'kept');
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    hand.persist('n2');
    hand.wire = [];
    const lost = hand.propose('n1', 'lost');
    hand.wire = [];
    hand.persist('n1');
    hand.elect('n2', ['n2', 'n3']);
    hand.propose('n2', 'other');
    hand.settle();
    hand.heartbeat('n2');
    hand.heartbeat('n2');
    expect(hand.outcome('n1', kept)).toBe('applied');
    expect(hand.outcome('n1', lost)).toBe('superseded');
    expect(hand.applied('n1')).toEqual(['kept', 'other']);
  });

  test('one that hears of its successor from the successor itself stands back once, and tells whoever reads where to go', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.read('n1');
    hand.wire = [];
    hand.elect('n2', ['n2', 'n3']);
    hand.timeout('n2');
    const append = hand.take('n2', 'n1', 'appendEntries');
    const outputs = hand.step('n1', { type: 'receive', from: 'n2', message: append.message });
    const roles = outputs.flatMap((output) =>
      output.type === 'event' && output.event.type === 'role' ? output.event : [],
    );
    expect(roles).toEqual([{ type: 'role', role: 'follower', term: 3, leader: 'n2', reason: 'heard a leader' }]);
    expect(hand.answer('n1', ref)).toMatchObject({ answer: { outcome: 'not-leader', hint: 'n2' } });
    // Led by the same node in a later term, it says so too.
    hand.start('n2');
    hand.elect('n2', ['n2', 'n3']);
    hand.timeout('n2');
    const again = hand.take('n2', 'n1', 'appendEntries');
    expect(hand.step('n1', { type: 'receive', from: 'n2', message: again.message })).toContainEqual({
      type: 'event',
      event: { type: 'role', role: 'follower', term: 4, leader: 'n2', reason: 'heard a leader' },
    });
  });

  test('what became of a proposal may stay unknown (R44)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.propose('n1', 'x');
    hand.wire = [];
    say(hand, 'n2', 'n1', { type: 'preVoteResult', term: 50, incarnation: 1, granted: false });
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.now += 1000;
    hand.step('n1', { type: 'timeout' });
    expect(hand.outcome('n1', ref)).toBe('unknown');
  });
});
