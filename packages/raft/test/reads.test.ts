import { describe, expect, test } from 'vitest';
import type { RaftMessage } from '../src/index.js';
import { Hand, sentBy } from './hand.js';

const say = (hand: Hand, from: string, to: string, message: RaftMessage): RaftMessage[] =>
  sentBy(hand.step(to, { type: 'receive', from, message }));

describe('reads', () => {
  test('R8: delayed acknowledgements of an older round confirm no read, it waits for one that began after it', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.timeout('n1');
    const older = hand.wire;
    hand.wire = [];
    const ref = hand.read('n1');
    for (const letter of older) hand.deliver(letter);
    for (const letter of hand.wire.splice(0).filter(({ to }) => to === 'n1')) hand.deliver(letter);
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.settle();
    expect(hand.outcome('n1', ref)).toBe('readable');
  });

  test('share a round', () => {
    const hand = new Hand();
    hand.elect('n1');
    const first = hand.read('n1');
    const sent = hand.wire.length;
    const later = [hand.read('n1'), hand.read('n1')];
    expect(hand.wire).toHaveLength(sent);
    hand.settle();
    expect([first, ...later].map((ref) => hand.outcome('n1', ref))).toEqual(['readable', 'readable', 'readable']);
  });

  test('a new leader answers none before an entry of its term is committed (R7)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const written = hand.propose('n1', 'x');
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    hand.persist('n2');
    hand.persist('n1');
    hand.deliver(hand.take('n2', 'n1', 'appendEntriesResult'));
    expect(hand.outcome('n1', written)).toBe('applied');
    // n2 has it and does not know that it is committed. It leads, and n3's disk is slow.
    hand.wire = [];
    hand.now += 1000;
    hand.step('n2', { type: 'timeout' });
    const deliverAll = () => {
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift())
        if (letter.to !== 'n1') hand.deliver(letter);
    };
    deliverAll();
    hand.persist('n2');
    deliverAll();
    hand.persist('n3');
    deliverAll();
    expect(hand.state('n2').role).toBe('leader');
    const ref = hand.read('n2');
    for (let i = 0; i < 3; i++) {
      hand.timeout('n2');
      deliverAll();
    }
    expect(hand.state('n2').quorumRound).toBeGreaterThan(1); // a quorum follows it, and it knows
    expect(hand.outcome('n2', ref)).toBeUndefined();
    hand.settle(['n2', 'n3']);
    expect(hand.outcome('n2', ref)).toBe('readable');
    expect(hand.applied('n2')).toEqual(['x']);
  });

  test('of a follower: the leader says where, and the follower waits until it has come there', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.settle();
    const ref = hand.read('n2');
    hand.settle();
    expect(hand.outcome('n2', ref)).toBe('readable');
    expect(hand.applied('n2')).toEqual(['x']);
  });

  test('of a follower: a word for a former boot answers nothing (R8)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.read('n2');
    const { term, boot } = hand.state('n2');
    const word = { type: 'readIndexResult', term, incarnation: 1, number: 1, index: 1 } as const;
    say(hand, 'n1', 'n2', { ...word, boot: boot - 1 });
    expect(hand.outcome('n2', ref)).toBeUndefined();
    say(hand, 'n1', 'n2', { ...word, boot });
    expect(hand.outcome('n2', ref)).toBe('readable');
  });

  test('of a follower: asked again when the word was lost, and given up after an election timeout', () => {
    const hand = new Hand();
    hand.elect('n1');
    const ref = hand.read('n2');
    hand.take('n2', 'n1', 'readIndex');
    hand.now += 20;
    hand.step('n2', { type: 'timeout' });
    hand.take('n2', 'n1', 'readIndex');
    hand.now += 100;
    hand.step('n2', { type: 'timeout' });
    expect(hand.outcome('n2', ref)).toBe('unknown');
  });

  test('without a leader are told so', () => {
    const hand = new Hand();
    expect(hand.outcome('n1', hand.read('n1'))).toBe('not-leader');
  });

  test('of a single voter wait for its own entry after a restart (R9)', () => {
    const hand = new Hand(1);
    hand.timeout('n1');
    hand.settle();
    hand.propose('n1', 'x');
    hand.settle();
    hand.start('n1');
    hand.timeout('n1');
    hand.persist('n1');
    expect(hand.state('n1').role).toBe('leader');
    const ref = hand.read('n1');
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.settle();
    expect(hand.outcome('n1', ref)).toBe('readable');
    expect(hand.applied('n1')).toEqual(['x']);
  });
});

describe('a lease', () => {
  const leased = () => {
    const hand = new Hand(3, { leaseReads: { maxDriftPpm: 100_000 } });
    hand.elect('n1');
    return hand;
  };

  test('answers at once after a round that a quorum has answered', () => {
    const hand = leased();
    expect(hand.outcome('n1', hand.read('n1'))).toBe('readable');
    expect(hand.wire).toEqual([]);
  });

  test('ends with the least election timeout, less the drift, from when the round began (R11)', () => {
    const hand = leased();
    hand.now += 87; // 100 ms less a tenth, less two for the clocks' steps
    expect(hand.outcome('n1', hand.read('n1'))).toBe('readable');
    hand.now += 1;
    expect(hand.outcome('n1', hand.read('n1'))).toBeUndefined();
  });

  test('begins when the round began, however late it was answered (R11)', () => {
    const hand = leased();
    hand.timeout('n1');
    const began = hand.now;
    hand.now += 50; // The answers take their time.
    for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift()) hand.deliver(letter);
    hand.now = began + 87;
    expect(hand.outcome('n1', hand.read('n1'))).toBe('readable');
    hand.now = began + 88;
    expect(hand.outcome('n1', hand.read('n1'))).toBeUndefined();
  });

  test('is not trusted after a pause or a jump of the clock (R11)', () => {
    const hand = leased();
    hand.now += 100_000;
    const ref = hand.read('n1');
    expect(hand.outcome('n1', ref)).toBeUndefined();
  });
});
