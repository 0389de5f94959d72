/** Who leads, who may, and what a leader sends. */
import { describe, expect, test } from 'vitest';
import { Hand } from '../hand.js';
import { behind, matched, preVoteResult, say } from '../letters.js';

describe('pre-votes', () => {
  test('R23, R25: the only node with the whole log is of an earlier term, and leads all the same', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.settle(['n1', 'n3']); // n1 and n3 have it, n2 has not
    hand.wire = [];
    // n1 is gone. n2 has heard of a later term, and lacks what was committed.
    say(hand, 'n1', 'n2', preVoteResult(20, false));
    hand.settle(['n2', 'n3']);
    expect([hand.state('n2').term, hand.state('n3').term]).toEqual([20, 2]);
    hand.now += 1000;
    for (let tries = 0; tries < 4 && hand.state('n3').role !== 'leader'; tries++) {
      hand.timeout('n3');
      hand.settle(['n2', 'n3']);
    }
    expect(hand.state('n3')).toMatchObject({ role: 'leader', term: 21 });
  });

  test('R24: while some use pre-vote and some do not yet, each can be elected', () => {
    for (const updated of [['n1'], ['n1', 'n2']]) {
      const hand = new Hand(3, { preVote: false });
      for (const id of updated) hand.start(id, { preVote: true });
      for (const id of ['n1', 'n2', 'n3', 'n1']) {
        const others = hand.ids.filter((each) => each !== id);
        // The leader of before is silent, one of the others is left to help.
        const quorum = [id, others.find((each) => hand.state(each).role !== 'leader')!];
        hand.now += 1000;
        for (let tries = 0; tries < 4 && hand.state(id).role !== 'leader'; tries++) {
          hand.step(id, { type: 'timeout' });
          hand.settle(quorum);
          hand.now += 1000;
        }
        expect(hand.state(id).role, `${id}, where ${updated.join()} use it`).toBe('leader');
        hand.heartbeat(id);
      }
    }
  });
});

describe('leaders', () => {
  test('R27: a leader that is heard and hears nobody gives way to one that has a majority', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    const others = ['n2', 'n3', 'n4', 'n5'];
    // All that goes to n1 is lost, what comes from it arrives.
    for (let i = 0; i < 10; i++) {
      if (hand.state('n1').role === 'leader') hand.timeout('n1');
      else hand.now += 20;
      hand.wire = hand.wire.filter(({ to }) => to !== 'n1');
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift())
        if (letter.to !== 'n1') hand.deliver(letter);
    }
    expect(hand.state('n1').role).toBe('follower');
    for (let tries = 0; tries < 3 && hand.state('n2').role !== 'leader'; tries++) {
      hand.timeout('n2');
      hand.settle(others);
    }
    expect(hand.state('n2').role).toBe('leader');
  });

  test('R10: nobody is elected while a lease holds, for nobody is handed the leadership', () => {
    const hand = new Hand(3, { preVote: false, leaseReads: { maxDriftPpm: 1000 } });
    hand.elect('n1');
    // n3 hears nothing any more; n1 and n2 do, of each other.
    for (let i = 0; i < 5; i++) hand.heartbeat('n1', ['n1', 'n2']);
    hand.now = Math.max(hand.now, hand.core('n3').deadline());
    hand.step('n3', { type: 'timeout' });
    expect(hand.state('n3').role).toBe('candidate');
    hand.settle(['n2', 'n3']);
    hand.propose('n3', 'newer');
    hand.settle(['n2', 'n3']);
    expect(hand.outcome('n1', hand.read('n1'))).toBe('readable');
    expect(hand.applied('n3')).toEqual(hand.applied('n1'));
    expect(hand.state('n3').role).toBe('candidate');
  });
});

test('R16: what a follower has said to have is not sent to it again', () => {
  const hand = new Hand(3, { appendBytes: 1 });
  hand.elect('n1');
  hand.timeout('n1');
  hand.propose('n1', 'a', 'b');
  const last = hand.state('n1').log.lastIndex;
  // The two appends overtake each other: n2 refuses the second, then has both; so far one of them is sent again.
  const { term, round } = hand.state('n1');
  const refusal = { matched: false, rejectedIndex: last - 1, conflictTerm: 2, conflictIndex: 2 } as const;
  say(hand, 'n2', 'n1', { type: 'appendEntriesResult', term, incarnation: 1, round, result: refusal });
  expect(hand.state('n1').progress.get('n2')).toMatchObject({ mode: 'probe', nextIndex: 3 });
  hand.wire = [];
  say(hand, 'n2', 'n1', matched(term, last, round));
  expect(hand.state('n1').progress.get('n2')).toMatchObject({ matchIndex: last, nextIndex: last + 1 });
  hand.propose('n1', 'c');
  expect(hand.take('n1', 'n2').message).toMatchObject({ prevLogIndex: last, entries: [{ index: last + 1 }] });
});

test('R38, R41: of a snapshot that ends early, or can not be read, nothing is sent', () => {
  for (const left of [6, 0]) {
    const hand = behind();
    hand.start('n1');
    hand.elect('n1', ['n1', 'n2']);
    // The disk loses the end of it, or all.
    const { snapshots } = hand.nodes.get('n1')!;
    for (const [name, bytes] of snapshots)
      if (left === 0) snapshots.delete(name);
      else snapshots.set(name, bytes.slice(0, left));
    const chunks: number[] = [];
    for (let i = 0; i < 6; i++) {
      hand.timeout('n1');
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift()) {
        if (letter.message.type === 'installSnapshot') chunks.push(letter.message.offset + letter.message.bytes.length);
        hand.deliver(letter);
        for (const id of hand.ids) hand.persist(id);
      }
    }
    expect(hand.nodes.get('n1')!.outputs.some(({ type }) => type === 'readSnapshot')).toBe(true);
    // The chunks that are whole may go, again and again; what comes behind them never.
    expect([...new Set(chunks)]).toEqual(left === 0 ? [] : [4]);
    expect(hand.applied('n3')).toEqual([]);
  }
});
