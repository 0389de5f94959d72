/** Leadership handed over, sentence by sentence (thesis §3.10). */
import { describe, expect, test } from 'vitest';
import type { TimeoutNow } from '../src/index.js';
import { Hand } from './hand.js';
import { requestVote, say } from './letters.js';

const timeoutNow = (term: number, round: number): TimeoutNow => ({ type: 'timeoutNow', term, incarnation: 1, round });

describe('a transfer', () => {
  test.each([true, false])('R39: elects its target at once, without a timeout, with pre-vote %s', (preVote) => {
    const hand = new Hand(3, { preVote });
    hand.elect('n1');
    const before = hand.now;
    const ref = hand.transfer('n1', 'n3');
    hand.settle();
    expect(hand.state('n3')).toMatchObject({ role: 'leader', term: 3 });
    expect(hand.now).toBe(before);
    expect(hand.outcome('n1', ref)).toBe('transferred');
    expect(hand.state('n1')).toMatchObject({ role: 'follower', leader: 'n3', transfer: null });
  });

  test('brings its target up to date first, and takes nothing meanwhile (R39)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const early = hand.propose('n1', 'early');
    hand.persist('n1');
    hand.transfer('n1', 'n3');
    expect(hand.wire.filter(({ message }) => message.type === 'timeoutNow')).toEqual([]);
    const late = hand.propose('n1', 'late');
    expect(hand.answer('n1', late)).toMatchObject({ answer: { outcome: 'transferring', to: 'n3' } });
    expect(hand.answer('n1', hand.change('n1', 'n1 n2'))).toMatchObject({ answer: { outcome: 'transferring' } });
    hand.deliver(hand.take('n1', 'n3', 'appendEntries'));
    expect(hand.wire.filter(({ message }) => message.type === 'timeoutNow')).toEqual([]);
    hand.persist('n3');
    hand.deliver(hand.take('n3', 'n1', 'appendEntriesResult'));
    expect(hand.take('n1', 'n3', 'timeoutNow').message).toMatchObject({ term: 2 });
    hand.heartbeat('n1');
    expect(hand.state('n3').role).toBe('leader');
    expect(hand.outcome('n1', early)).toBe('applied');
    expect(hand.applied('n3')).toEqual(['early']);
  });

  test('is given up after an election timeout: the leader goes on', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x'); // n3 does not hear of it.
    hand.settle(['n1', 'n2']);
    const ref = hand.transfer('n1', 'n3');
    const began = hand.now;
    for (let i = 0; i < 20 && hand.outcome('n1', ref) === undefined; i++) hand.heartbeat('n1', ['n1', 'n2']);
    expect(hand.answer('n1', ref)).toMatchObject({ answer: { outcome: 'not-transferred', leader: 'n1' } });
    expect(hand.now - began).toBe(100);
    const next = hand.propose('n1', 'on');
    hand.settle();
    expect(hand.outcome('n1', next)).toBe('applied');
  });

  test('that was asked for once is not asked for again; the same word is said with each round', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.transfer('n1', 'n3');
    hand.take('n1', 'n3', 'timeoutNow'); // lost
    expect(hand.answer('n1', hand.transfer('n1', 'n2'))).toMatchObject({
      answer: { outcome: 'transferring', to: 'n3' },
    });
    expect(hand.wire).toEqual([]);
    hand.heartbeat('n1');
    expect(hand.state('n3').role).toBe('leader');
  });

  test.each([
    ['itself', 'n1', 'leads-already'],
    ['nobody that is known', 'n9', 'unknown-member'],
    ['a learner', 'n4', 'not-a-voter'],
  ])('to %s is refused', (_what, to, reason) => {
    const hand = new Hand(4, {}, ['n1', 'n2', 'n3']);
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n3', 'n4');
    hand.calm();
    const ref = hand.transfer('n1', to);
    expect(hand.answer('n1', ref)).toMatchObject({
      answer: { outcome: 'refused', reason, message: expect.anything() },
    });
  });

  test('is asked of the leader', () => {
    const hand = new Hand();
    hand.elect('n1');
    expect(hand.answer('n2', hand.transfer('n2', 'n3'))).toMatchObject({
      answer: { outcome: 'not-leader', hint: 'n1' },
    });
  });

  test('that ends with another leader, or with the same one in a later term, says so', () => {
    for (const successor of ['n2', 'n1']) {
      const hand = new Hand();
      hand.elect('n1');
      hand.propose('n1', 'x');
      hand.settle(['n1', 'n2']);
      const ref = hand.transfer('n1', 'n3');
      say(hand, 'n2', 'n1', { type: 'vote', term: 7, incarnation: 1, granted: false });
      hand.elect(successor, ['n1', 'n2']);
      expect(hand.answer('n1', ref)).toMatchObject({ answer: { outcome: 'not-transferred' } });
      expect(hand.state('n1').transfer).toBe(null);
    }
  });
});

describe('the target', () => {
  test('refuses a word of an earlier term, or of another than its leader (R39)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.elect('n2');
    const { term, round } = hand.state('n2');
    say(hand, 'n1', 'n3', timeoutNow(term - 1, 99));
    say(hand, 'n1', 'n3', timeoutNow(term, 99));
    expect(hand.state('n3')).toMatchObject({ role: 'follower', term });
    say(hand, 'n2', 'n3', timeoutNow(term, round));
    expect(hand.state('n3')).toMatchObject({ role: 'candidate', term: term + 1 });
  });

  test('refuses a word that comes after a later round: the leader may have given it up (R39)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.transfer('n1', 'n3');
    const late = hand.take('n1', 'n3', 'timeoutNow');
    hand.propose('n1', 'x');
    for (let i = 0; i < 9; i++) {
      hand.timeout('n1');
      hand.wire = hand.wire.filter(({ message }) => message.type !== 'timeoutNow');
      hand.settle();
    }
    expect(hand.state('n1')).toMatchObject({ role: 'leader', transfer: null });
    hand.deliver(late);
    expect(hand.state('n3').role).toBe('follower');
  });

  test('stands by no word while its disk hangs, or while it is no voter', () => {
    const hand = new Hand(4, {}, ['n1', 'n2', 'n3']);
    hand.elect('n1');
    hand.change('n1', 'n1 n2 n3', 'n4');
    hand.calm();
    const { term, round } = hand.state('n1');
    say(hand, 'n1', 'n4', timeoutNow(term, round + 1));
    expect(hand.state('n4').role).toBe('follower');
    hand.propose('n1', 'x');
    hand.deliver(hand.take('n1', 'n3', 'appendEntries'));
    hand.now += 1000;
    say(hand, 'n1', 'n3', timeoutNow(term, round + 1));
    expect(hand.state('n3').role).toBe('follower');
  });

  test('is voted for by those that hear the leader; a second try of its own is like any other', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.transfer('n1', 'n3');
    hand.deliver(hand.take('n1', 'n3', 'timeoutNow'));
    hand.persist('n3');
    expect(hand.take('n3', 'n2', 'requestVote').message).toMatchObject({ transfer: true });
    hand.wire = [];
    hand.timeout('n3'); // It was not heard: it asks beforehand now, and stands in a term that no leader asked for.
    hand.settle(['n3']);
    hand.now += 1000;
    hand.elect('n3', ['n2', 'n3']);
    expect(hand.state('n3').isSuccessor).toBe(false);
  });

  test('that has less than others is not elected: the word is no vote', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.settle(['n1', 'n2']);
    say(hand, 'n1', 'n3', timeoutNow(2, hand.state('n1').round));
    hand.settle();
    expect(hand.state('n3').role).not.toBe('leader');
  });
});

describe('reads meanwhile', () => {
  const LEASE = { leaseReads: { maxDriftPpm: 1000 } };

  test('R10: go by no lease once a transfer has begun, and never again in that term', () => {
    const hand = new Hand(3, LEASE);
    hand.elect('n1');
    hand.heartbeat('n1');
    expect(hand.outcome('n1', hand.read('n1'))).toBe('readable'); // At once.
    const ref = hand.transfer('n1', 'n3');
    hand.wire = []; // n3 may have heard of it, and stand any moment.
    const during = hand.read('n1');
    expect(hand.outcome('n1', during)).toBeUndefined();
    for (let i = 0; i < 9 && hand.outcome('n1', ref) === undefined; i++) {
      hand.timeout('n1');
      hand.wire = hand.wire.filter(({ message }) => message.type !== 'timeoutNow');
      hand.settle();
    }
    expect(hand.outcome('n1', ref)).toBe('not-transferred');
    expect(hand.outcome('n1', during)).toBe('readable'); // A quorum said so.
    hand.heartbeat('n1');
    const after = hand.read('n1');
    expect(hand.outcome('n1', after)).toBeUndefined();
    hand.settle();
    expect(hand.outcome('n1', after)).toBe('readable');
    // Those who were told to stand have left their term behind, at the latest when this node leads in another.
    hand.elect('n2');
    hand.elect('n1');
    hand.heartbeat('n1');
    expect(hand.outcome('n1', hand.read('n1'))).toBe('readable');
  });

  test('R10: by a quorum are answered while it still follows, and not once it does not', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.transfer('n1', 'n3');
    const word = hand.take('n1', 'n3', 'timeoutNow');
    const first = hand.read('n1');
    hand.wire = hand.wire.filter(({ message }) => message.type !== 'timeoutNow');
    hand.settle(['n1', 'n2']);
    expect(hand.outcome('n1', first)).toBe('readable');
    hand.deliver({ ...word, message: { ...word.message, round: 99 } as TimeoutNow });
    hand.settle(['n2', 'n3']);
    expect(hand.state('n3').role).toBe('leader');
    hand.propose('n3', 'newer');
    hand.settle(['n2', 'n3']);
    const second = hand.read('n1');
    hand.settle();
    expect(hand.outcome('n1', second)).toBe('not-leader');
  });

  test('R39: who hears a leader votes for its successor and for nobody else', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.heartbeat('n1');
    const { lastIndex, lastTerm } = hand.state('n2').log;
    say(hand, 'n3', 'n2', requestVote(5, lastIndex, lastTerm));
    expect(hand.state('n2').term).toBe(2);
    say(hand, 'n3', 'n2', requestVote(5, lastIndex, lastTerm, true));
    expect(hand.state('n2')).toMatchObject({ term: 5, votedFor: 'n3' });
  });
});
