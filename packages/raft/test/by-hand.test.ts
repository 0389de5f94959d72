/** A core can be driven message by message: timeouts, deliveries, losses and the disk are whoever's hands they are in. */
import { describe, expect, test } from 'vitest';
import { Hand, sentBy, typesOf } from './hand.js';

describe('an election and a command, message by message', () => {
  const hand = new Hand();

  test('a node that hears no leader asks before it stands (thesis §9.6)', () => {
    hand.timeout('n1');
    expect(hand.state('n1')).toMatchObject({ role: 'preCandidate', term: 1, votes: ['n1'] });
    expect(hand.wire.map(({ to, message }) => `${to} ${message.type} ${message.term}`)).toEqual([
      'n2 preVote 2',
      'n3 preVote 2',
    ]);
  });

  test('a question raises nobody’s term', () => {
    hand.deliver(hand.take('n1', 'n2'));
    expect(hand.state('n2')).toMatchObject({ role: 'follower', term: 1 });
  });

  test('with a quorum in favour it stands, and says so only once its own vote is durable', () => {
    const outputs = hand.deliver(hand.take('n2', 'n1'));
    expect(hand.state('n1')).toMatchObject({ role: 'candidate', term: 2, votedFor: 'n1', votes: [] });
    expect(typesOf(outputs)).toEqual(['event', 'persist']);
    hand.persist('n1');
    expect(hand.take('n1', 'n3', 'requestVote').message).toMatchObject({ term: 2, lastIndex: 1, lastTerm: 1 });
  });

  test('a vote leaves once it is durable (Raft §5.2)', () => {
    const outputs = hand.deliver(hand.take('n1', 'n2', 'requestVote'));
    expect(hand.state('n2')).toMatchObject({ term: 2, votedFor: 'n1' });
    expect(sentBy(outputs)).toEqual([]);
    hand.persist('n2');
    expect(hand.take('n2', 'n1').message).toMatchObject({ type: 'vote', term: 2, granted: true });
  });

  test('two of three elect it, and it appends an entry of its term', () => {
    hand.deliver({ from: 'n2', to: 'n1', message: { type: 'vote', term: 2, incarnation: 1, granted: true } });
    expect(hand.state('n1')).toMatchObject({ role: 'leader', leader: 'n1', term: 2 });
    expect(hand.state('n1').log.at(2)).toMatchObject({ term: 2, kind: 'noop' });
  });

  test('a command is applied when it is durable on a quorum, the leader’s disk included or not', () => {
    hand.settle();
    const ref = hand.propose('n1', 'x');
    // Its appends leave beside its own write.
    expect(hand.nodes.get('n1')!.writing).toHaveLength(1);
    hand.deliver(hand.take('n1', 'n2'));
    hand.deliver(hand.take('n1', 'n3'));
    hand.persist('n2');
    hand.deliver(hand.take('n2', 'n1'));
    expect(hand.state('n1').commitIndex).toBe(2);
    hand.persist('n3');
    hand.deliver(hand.take('n3', 'n1'));
    expect(hand.state('n1').commitIndex).toBe(3);
    // Committed by the others; its own state machine waits for its own disk.
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.persist('n1');
    expect(hand.outcome('n1', ref)).toBe('applied');
  });

  test('a fork goes its own way', () => {
    const fork = hand.core('n1').clone();
    const before = hand.core('n1').fingerprint(hand.now);
    fork.step({ type: 'propose', commands: [{ ref: 99, bytes: new Uint8Array(1) }] }, hand.now);
    expect(hand.core('n1').fingerprint(hand.now)).toBe(before);
    expect(fork.fingerprint(hand.now)).not.toBe(before);
  });
});
