/** What a disk has not yet, or only in part. */
import { describe, expect, test } from 'vitest';
import { type RaftCore, raft } from '../../src/index.js';
import { Hand } from '../hand.js';
import { append, requestVote, say, termsOf } from '../letters.js';

const votesFor = (hand: Hand): string[] =>
  hand.wire.flatMap(({ to, message }) => (message.type === 'vote' && message.granted ? [to] : []));

describe('a vote', () => {
  test('R3: a crash before a vote is durable leaves no vote that anybody heard of', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', requestVote(5));
    hand.start('n1'); // and with it what was being written
    hand.now += 1000;
    say(hand, 'n3', 'n1', requestVote(5));
    hand.persist('n1');
    expect(votesFor(hand)).toEqual(['n3']);
  });

  test('R3: a candidate that crashes before its own vote is durable has asked nobody', () => {
    const hand = new Hand(3, { preVote: false });
    hand.timeout('n1');
    expect(hand.state('n1')).toMatchObject({ role: 'candidate', term: 2 });
    hand.start('n1');
    hand.now += 1000;
    say(hand, 'n2', 'n1', requestVote(2));
    hand.persist('n1');
    // Else it were elected in term 2 by whoever it had asked, and had helped n2 in the same.
    expect(hand.wire.map(({ to, message }) => `${message.type} to ${to}`)).toEqual(['vote to n2']);
  });

  test('R3: a vote in a term that was heard of before is durable too', () => {
    const hand = new Hand();
    say(hand, 'n3', 'n1', append(5, 1, 1, []));
    hand.persist('n1');
    hand.now += 1000;
    say(hand, 'n2', 'n1', requestVote(5));
    expect(hand.state('n1').votedFor).toBe('n2');
    hand.persist('n1');
    hand.start('n1');
    expect(hand.state('n1')).toMatchObject({ term: 5, votedFor: 'n2' });
  });

  test('R4: of two requests that come while the disk is at work, the first gets the vote', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', requestVote(5));
    say(hand, 'n3', 'n1', requestVote(5));
    expect(hand.state('n1').votedFor).toBe('n2');
    while (hand.nodes.get('n1')!.writing.length > 0) hand.persist('n1', 1);
    expect(votesFor(hand)).toEqual(['n2']);
  });
});

describe('a write', () => {
  test('R18, R19: a crash may keep any part of a write, and the node comes back from it', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2]));
    say(hand, 'n3', 'n1', append(4, 2, 2, [3, 4]));
    const protocol = raft({ cluster: 'hand' });
    const { records, writing } = hand.nodes.get('n1')!;
    const bytes = protocol.encodeRecords(writing.flatMap(({ writes }) => writes));
    expect(bytes.length).toBeGreaterThanOrEqual(5); // terms, entries, what fell, entries
    const voters = hand.ids.map((id) => ({ id, incarnation: 1, address: '' }));
    const seen: string[] = [];
    for (let kept = 0; kept <= bytes.length; kept++) {
      const { core } = protocol.recover(
        { bootstrap: { voters, outgoing: null, learners: [] } },
        { id: 'n1', boot: 2, appliedIndex: 0, nextPosition: 99, snapshots: [], damage: null },
        [...records, ...bytes.slice(0, kept).map((each, i) => ({ position: 50 + i, bytes: each }))],
        hand.now,
      );
      const { term, log, configuration } = (core as RaftCore).state;
      expect(configuration.voters).toHaveLength(3);
      expect(term, 'no entry is of a term that the node does not know').toBeGreaterThanOrEqual(log.lastTerm);
      seen.push(
        `${term}: ${log
          .slice(1, log.lastIndex)
          .map((entry) => entry.term)
          .join(' ')}`,
      );
    }
    expect(seen).toEqual(['1: 1', '2: 1', '2: 1 2 2 2', '4: 1 2 2 2', '4: 1 2', '4: 1 2 3 4']);
  });

  test('R20: a leader’s own copy counts once its disk has it', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    hand.propose('n1', 'x');
    const { lastIndex } = hand.state('n1').log;
    for (const id of ['n2', 'n3']) {
      hand.deliver(hand.take('n1', id, 'appendEntries'));
      hand.persist(id);
      hand.deliver(hand.take(id, 'n1', 'appendEntriesResult'));
    }
    // Two of five have it on disk.
    expect(hand.state('n1').commitIndex).toBe(lastIndex - 1);
    hand.persist('n1');
    expect(hand.state('n1').commitIndex).toBe(lastIndex);
  });

  test('R20, R21: what is committed before the own disk has it is handed over later, every entry once', () => {
    const hand = new Hand();
    hand.elect('n1');
    for (const text of ['a', 'b', 'c']) hand.propose('n1', text);
    while (hand.wire.some(({ to }) => to === 'n2')) hand.deliver(hand.take('n1', 'n2'));
    hand.persist('n2');
    while (hand.wire.some(({ from }) => from === 'n2')) hand.deliver(hand.take('n2', 'n1'));
    while (hand.wire.some(({ to }) => to === 'n3')) hand.deliver(hand.take('n1', 'n3'));
    hand.persist('n3');
    while (hand.wire.some(({ from }) => from === 'n3')) hand.deliver(hand.take('n3', 'n1'));
    expect(hand.state('n1').commitIndex).toBe(hand.state('n1').log.lastIndex);
    const seen = [hand.applied('n1').join('')];
    for (let i = 0; i < 3; i++) {
      hand.persist('n1', 1);
      seen.push(hand.applied('n1').join(''));
    }
    expect(seen).toEqual(['', 'a', 'ab', 'abc']);
  });
});

test('R28: a follower whose disk was full, or slow, is fed again once it has room', () => {
  const hand = new Hand(3, { windowBytes: 200 });
  hand.elect('n1');
  const deliverAll = () => {
    for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift()) {
      hand.deliver(letter);
      for (const id of ['n1', 'n3']) hand.persist(id);
    }
  };
  for (let i = 0; i < 20; i++) {
    hand.propose('n1', 'abcdefgh');
    hand.persist('n1');
    deliverAll();
  }
  const last = hand.state('n1').log.lastIndex;
  expect(hand.state('n1').commitIndex).toBe(last); // n3 follows, n2 is behind by what a window holds
  expect(hand.state('n2').log.lastIndex).toBeLessThan(last);
  // Full: nothing is kept. Room comes, and the next try finds it.
  hand.refuse('n2');
  hand.persist('n2');
  hand.now = Math.max(hand.now, hand.core('n2').deadline());
  hand.step('n2', { type: 'timeout' });
  // Without a heartbeat: what it says when its disk is done lets the leader go on.
  hand.settle();
  expect(hand.state('n2').durable.lastIndex).toBe(last);
  expect(termsOf(hand, 'n2')).toEqual(termsOf(hand, 'n1'));
});
