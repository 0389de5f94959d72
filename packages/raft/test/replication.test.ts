import { describe, expect, test } from 'vitest';
import type { RaftMessage } from '../src/index.js';
import { Hand } from './hand.js';
import { append, say, termsOf } from './letters.js';

describe('a follower', () => {
  test('acknowledges what is durable, and nothing before', () => {
    const hand = new Hand();
    expect(say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2]))).toEqual([]);
    hand.persist('n1');
    expect(hand.take('n1', 'n2').message).toMatchObject({ result: { matched: true, matchIndex: 3 } });
    expect(say(hand, 'n2', 'n1', append(2, 3, 2, [2], { round: 2 }))).toMatchObject([
      { round: 2, result: { matched: true, matchIndex: 3 } },
    ]);
  });

  test('keeps what matches when an append comes late or twice (R14)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2]));
    say(hand, 'n2', 'n1', append(2, 1, 1, [2]));
    expect(termsOf(hand, 'n1')).toEqual([1, 2, 2, 2]);
  });

  test('compares terms, in heartbeats too (Raft §5.3, R15)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2]));
    hand.persist('n1');
    expect(say(hand, 'n3', 'n1', append(3, 3, 3, []))).toMatchObject([
      { result: { matched: false, rejectedIndex: 3, conflictTerm: 2, conflictIndex: 3 } },
    ]);
  });

  test('a completion of what was overwritten acknowledges nothing of what took its place (R17)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2]));
    say(hand, 'n3', 'n1', append(3, 1, 1, [3, 3, 3]));
    const [first] = hand.nodes.get('n1')!.writing;
    hand.step('n1', { type: 'persisted', id: first!.id, position: 9 });
    expect(hand.wire).toEqual([]);
    expect(hand.state('n1').durable.lastIndex).toBe(1);
  });

  test('never loses what is committed', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2], { commitIndex: 2 }));
    expect(() => say(hand, 'n3', 'n1', append(3, 1, 1, [3]))).toThrow('what is committed never falls');
  });

  test('on a full disk acknowledges what fits, and says its vote all the same', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2]));
    hand.refuse('n1');
    expect(hand.nodes.get('n1')!.writing).toMatchObject([{ writes: [{ type: 'hardState', term: 2 }] }]);
    hand.persist('n1');
    expect(hand.take('n1', 'n2').message).toMatchObject({ result: { matched: true, matchIndex: 1 } });
    hand.timeout('n1');
    hand.persist('n1');
    expect(hand.take('n1', 'n2').message).toMatchObject({ result: { matched: true, matchIndex: 3 } });
  });

  test('writes over what fell also where the first try was refused', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2]));
    hand.persist('n1');
    say(hand, 'n3', 'n1', append(3, 1, 1, [3]));
    hand.refuse('n1');
    hand.persist('n1');
    hand.now += 20;
    hand.step('n1', { type: 'timeout' });
    hand.persist('n1');
    hand.start('n1');
    expect(termsOf(hand, 'n1')).toEqual([1, 3]);
  });
});

describe('a leader', () => {
  test('says the same to several at once, encoded once', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    const outputs = hand.step('n1', { type: 'propose', commands: [{ ref: 1000, bytes: new Uint8Array(1) }] });
    expect(outputs.filter(({ type }) => type === 'send')).toMatchObject([{ to: ['n2', 'n3', 'n4', 'n5'] }]);
  });

  test('does not wait for answers while its window has room', () => {
    const hand = new Hand(3, { windowBytes: 200 });
    hand.elect('n1');
    for (let i = 0; i < 20; i++) hand.propose('n1', 'abcdefgh');
    // 40 bytes each: beyond 200 it waits.
    expect(hand.wire.filter(({ to }) => to === 'n2')).toHaveLength(5);
    hand.settle();
    expect(hand.state('n2').log.lastIndex).toBe(hand.state('n1').log.lastIndex);
  });

  test('counts copies of its own term’s entries only: an older one on a majority may still fall (Raft §5.4.2, R2)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'old');
    hand.persist('n1');
    const old = hand.state('n1').log.lastIndex;
    hand.wire = [];
    hand.start('n1');
    hand.elect('n2', ['n2', 'n3']); // never hears of it
    hand.wire = [];
    hand.now += 1000;
    hand.start('n2');
    hand.start('n3');
    hand.now += 1000;
    // It leads again, in a later term: what n3 says is given by hand.
    hand.step('n1', {
      type: 'receive',
      from: 'n3',
      message: { type: 'preVoteResult', term: 40, incarnation: 1, granted: false },
    });
    hand.persist('n1');
    hand.now += 1000;
    hand.step('n1', { type: 'timeout' });
    const say = (message: RaftMessage) => hand.step('n1', { type: 'receive', from: 'n3', message });
    say({ type: 'preVoteResult', term: 41, incarnation: 1, granted: true });
    hand.persist('n1');
    say({ type: 'vote', term: 41, incarnation: 1, granted: true });
    hand.persist('n1');
    expect(hand.state('n1')).toMatchObject({ role: 'leader', term: 41 });
    const head = { type: 'appendEntriesResult', term: 41, incarnation: 1, round: 1 } as const;
    say({ ...head, result: { matched: true, matchIndex: old } });
    expect(hand.state('n1').commitIndex).toBeLessThan(old);
    say({ ...head, result: { matched: true, matchIndex: old + 1 } });
    expect(hand.state('n1').commitIndex).toBe(old + 1);
  });

  test('answers busy beyond its bound, and takes more once it is committed (R22)', () => {
    const hand = new Hand(3, { uncommittedBytes: 100 });
    hand.elect('n1');
    const refs = Array.from({ length: 4 }, () => hand.propose('n1', 'abcdefgh'));
    expect(refs.map((ref) => hand.outcome('n1', ref))).toEqual([undefined, undefined, 'busy', 'busy']);
    hand.settle();
    const again = hand.propose('n1', 'abcdefgh');
    hand.settle();
    expect(hand.outcome('n1', again)).toBe('applied');
  });

  test('feeds on after messages were lost, with the next heartbeat', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'a', 'b');
    hand.wire = [];
    hand.propose('n1', 'c');
    hand.wire = [];
    hand.heartbeat('n1');
    hand.heartbeat('n1');
    expect(hand.applied('n2')).toEqual(['a', 'b', 'c']);
  });

  test('steps back over a long divergent tail in a few round trips (R40)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.settle();
    // A tail of many terms that nobody else has.
    const { lastIndex, lastTerm } = hand.state('n3').log;
    const tail = Array.from({ length: 300 }, (_, i) => lastTerm + 1 + Math.floor(i / 3));
    say(hand, 'n2', 'n3', append(lastTerm + 200, lastIndex, lastTerm, tail));
    hand.persist('n3');
    hand.wire = [];
    for (let i = 0; i < 5; i++) hand.propose('n1', `${i}`);
    hand.settle(['n1', 'n2']);
    hand.step('n1', {
      type: 'receive',
      from: 'n2',
      message: { type: 'preVoteResult', term: lastTerm + 200, incarnation: 1, granted: false },
    });
    hand.settle(['n1', 'n2']);
    hand.elect('n1', ['n1', 'n2']);
    hand.timeout('n1');
    let rejections = 0;
    for (let left = 100; left > 0 && hand.wire.length > 0; left--) {
      const letter = hand.wire.shift()!;
      if (letter.message.type === 'appendEntriesResult' && !letter.message.result.matched) rejections++;
      hand.deliver(letter);
      for (const id of hand.ids) hand.persist(id);
    }
    expect(termsOf(hand, 'n3')).toEqual(termsOf(hand, 'n1'));
    expect(rejections).toBeLessThanOrEqual(2);
  });

  test('an old answer moves nothing back (R16)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'a');
    hand.settle();
    const before = { ...hand.state('n1').progress.get('n2')! };
    const { term } = hand.state('n1');
    const head = { type: 'appendEntriesResult', term, incarnation: 1, round: 1 } as const;
    say(hand, 'n2', 'n1', { ...head, result: { matched: true, matchIndex: 1 } });
    say(hand, 'n2', 'n1', {
      ...head,
      result: { matched: false, rejectedIndex: 2, conflictTerm: 1, conflictIndex: 1 },
    });
    expect(hand.state('n1').progress.get('n2')).toMatchObject({
      matchIndex: before.matchIndex,
      nextIndex: before.nextIndex,
    });
  });

  test('a command that is too large is told so', () => {
    const hand = new Hand(1, { commandBytes: 3 });
    hand.timeout('n1');
    hand.settle();
    expect(hand.outcome('n1', hand.propose('n1', 'abcd'))).toBe('too-large');
  });
});
