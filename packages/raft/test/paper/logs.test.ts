/** What the paper says of logs, of commitment and of what is asked twice, sentence by sentence. */
import { describe, expect, test } from 'vitest';
import { Hand, sentBy } from '../hand.js';
import { append, entry, matched, requestVote, say, termsOf } from '../letters.js';

function led(count = 3, options: ConstructorParameters<typeof Hand>[1] = {}): Hand {
  const hand = new Hand(count, options);
  hand.elect('n1');
  return hand;
}

describe('log replication (Raft §5.3)', () => {
  test('a command is appended as a new entry, and sent to each of the others in parallel (§5.3)', () => {
    const hand = led(5);
    hand.propose('n1', 'x');
    expect(hand.state('n1').log.at(3)).toMatchObject({ index: 3, term: 2, kind: 'command' });
    expect(hand.wire.map(({ to, message }) => `${to} ${message.type}`)).toEqual(
      ['n2', 'n3', 'n4', 'n5'].map((id) => `${id} appendEntries`),
    );
    expect(hand.take('n1', 'n5').message).toMatchObject({ prevLogIndex: 2, prevLogTerm: 2, entries: [{ index: 3 }] });
  });

  test('if messages are lost, the leader tries until all followers have all entries (§5.3)', () => {
    const hand = led();
    hand.propose('n1', 'a');
    for (let i = 0; i < 4; i++) {
      hand.wire = [];
      hand.step('n1', { type: 'receive', from: 'n2', message: matched(2, 2, hand.state('n1').round) });
      hand.timeout('n1');
    }
    hand.settle();
    hand.heartbeat('n1');
    for (const id of hand.ids) expect(hand.applied(id), id).toEqual(['a']);
  });

  test.each([
    [3, 2],
    [4, 3],
    [5, 3],
    [7, 4],
  ])('of %i servers, an entry on the disks of %i is committed, and no fewer (§5.3)', (count, needed) => {
    const hand = led(count);
    hand.propose('n1', 'x');
    hand.persist('n1');
    for (let copies = 1; copies < needed; copies++) {
      expect(hand.state('n1').commitIndex).toBe(2);
      say(hand, `n${copies + 1}`, 'n1', matched(2, 3));
    }
    expect(hand.state('n1').commitIndex).toBe(3);
    expect(hand.applied('n1')).toEqual(['x']);
  });

  test('with it all entries before it are committed, those of earlier leaders too (§5.3)', () => {
    const hand = led();
    hand.propose('n1', 'a', 'b');
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    hand.persist('n2');
    hand.wire = [];
    hand.start('n1');
    hand.elect('n2', ['n2', 'n3']);
    expect(termsOf(hand, 'n2')).toEqual([1, 2, 2, 2, 3]);
    expect(hand.state('n2').commitIndex).toBe(5);
    expect(hand.applied('n2')).toEqual(['a', 'b']);
  });

  test('what is committed is said with the next append, heartbeats included, and applied in the order of the log (§5.3)', () => {
    const hand = led();
    hand.propose('n1', 'a', 'b', 'c');
    hand.settle();
    expect(hand.applied('n2')).toEqual([]);
    hand.timeout('n1');
    expect(hand.take('n1', 'n3').message).toMatchObject({ entries: [], commitIndex: 5 });
    hand.settle();
    expect(hand.applied('n2')).toEqual(['a', 'b', 'c']);
  });

  test('a follower commits no more than the leader says, and no more than it knows to be the leader’s (Figure 2, 5)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2], { commitIndex: 2 }));
    expect(hand.state('n1').commitIndex).toBe(2);
    // The log has four entries; that the next leader's are the same is known of two.
    say(hand, 'n3', 'n1', append(3, 2, 2, [], { commitIndex: 4 }));
    expect(hand.state('n1').commitIndex).toBe(2);
  });

  test.each([
    [2, 1, true, 'the same entry'],
    [3, 2, false, 'another term there'],
    [9, 2, false, 'nothing there'],
    [0, 0, true, 'the beginning, which all have'],
  ] as const)(
    'after %i of term %i, the log of terms 1 1 1 takes new entries: %s, there is %s (§5.3)',
    (prev, term, fits, _) => {
      const hand = new Hand();
      say(hand, 'n2', 'n1', append(2, 1, 1, [1, 1]));
      hand.persist('n1');
      const before = termsOf(hand, 'n1');
      const message = prev === 0 ? append(3, 0, 0, []) : append(3, prev, term, [3]);
      const answers = say(hand, 'n3', 'n1', message);
      if (fits) expect(termsOf(hand, 'n1')).toEqual(prev === 0 ? before : [...before.slice(0, prev), 3]);
      else {
        expect(answers).toMatchObject([{ result: { matched: false, rejectedIndex: prev } }]);
        expect(termsOf(hand, 'n1')).toEqual(before);
      }
    },
  );

  test('an entry that conflicts falls with all that follow it; nothing falls that does not (§5.3, Figure 2)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2, 2]));
    say(hand, 'n3', 'n1', append(3, 1, 1, [2, 2]));
    expect(termsOf(hand, 'n1')).toEqual([1, 2, 2, 2, 2]);
    say(hand, 'n3', 'n1', append(3, 1, 1, [2, 3]));
    expect(termsOf(hand, 'n1')).toEqual([1, 2, 3]);
  });

  test('a new leader begins for each follower with what comes behind its own log (§5.3, Figure 2)', () => {
    const hand = new Hand(3, { preVote: false });
    hand.timeout('n1');
    hand.persist('n1');
    say(hand, 'n2', 'n1', append(1, 1, 1, []));
    say(hand, 'n2', 'n1', { type: 'vote', term: 2, incarnation: 1, granted: true });
    for (const id of ['n2', 'n3'])
      expect(hand.state('n1').progress.get(id)).toMatchObject({ mode: 'probe', nextIndex: 2, matchIndex: 0 });
    expect(hand.take('n1', 'n3', 'appendEntries').message).toMatchObject({ prevLogIndex: 1, prevLogTerm: 1 });
  });

  test('after a refusal it goes back and tries again, until the logs match (§5.3)', () => {
    const hand = led();
    for (const text of ['a', 'b', 'c']) {
      hand.propose('n1', text);
      hand.settle(['n1', 'n2']);
    }
    hand.timeout('n1');
    hand.deliver(hand.take('n1', 'n3'));
    hand.deliver(hand.take('n3', 'n1'));
    expect(hand.take('n1', 'n3', 'appendEntries').message).toMatchObject({ prevLogIndex: 5 - 3 });
    hand.heartbeat('n1');
    hand.heartbeat('n1');
    expect(termsOf(hand, 'n3')).toEqual(termsOf(hand, 'n1'));
  });

  test('a leader never overwrites or deletes entries of its own log, it only appends (§5.3, Figure 3)', () => {
    const hand = led();
    hand.propose('n1', 'a');
    const before = termsOf(hand, 'n1');
    expect(() => say(hand, 'n2', 'n1', append(2, 1, 1, [2]))).toThrow('a term has one leader');
    expect(termsOf(hand, 'n1')).toEqual(before);
  });
});

describe('commitment (Raft §5.4.2)', () => {
  test('what earlier leaders left is not committed by counting, but with the first entry of the own term (§5.4.2)', () => {
    const hand = new Hand();
    hand.startWith(
      'n1',
      { type: 'hardState', term: 2, votedFor: null },
      { type: 'entries', entries: [entry(2, 2), entry(3, 2)] },
    );
    hand.now += 1000;
    for (let i = 0; i < 3 && hand.state('n1').role !== 'leader'; i++) {
      hand.timeout('n1');
      for (let left = 30; left > 0 && hand.state('n1').role !== 'leader'; left--) {
        const letter = hand.wire.shift();
        if (letter === undefined) for (const id of hand.ids) hand.persist(id);
        else hand.deliver(letter);
      }
    }
    hand.wire = [];
    hand.persist('n1');
    expect(termsOf(hand, 'n1')).toEqual([1, 2, 2, 3]);
    for (const id of ['n2', 'n3']) say(hand, id, 'n1', matched(3, 3));
    expect(hand.state('n1').commitIndex).toBe(0); // on three of three
    say(hand, 'n2', 'n1', matched(3, 4));
    expect(hand.state('n1').commitIndex).toBe(4);
  });
});

describe('crashes (Raft §5.5)', () => {
  test('a request that is asked again is answered the same, and does nothing more (§5.5)', () => {
    const hand = new Hand();
    const message = append(2, 1, 1, [2, 2], { commitIndex: 3 });
    say(hand, 'n2', 'n1', message);
    hand.persist('n1');
    const first = hand.take('n1', 'n2').message;
    expect(say(hand, 'n2', 'n1', message)).toEqual([first]);
    expect(hand.nodes.get('n1')!.writing).toEqual([]);
    expect(hand.applied('n1')).toEqual(['2.2', '3.2']);
    say(hand, 'n3', 'n1', requestVote(9, 99, 8, true));
    hand.persist('n1');
    const granted = hand.take('n1', 'n3', 'vote').message;
    expect(say(hand, 'n3', 'n1', requestVote(9, 99, 8, true))).toEqual([granted]);
  });

  test('a server that crashes comes back with its term, its vote and its log (Figure 2: persistent state)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(4, 1, 1, [3, 4]));
    say(hand, 'n3', 'n1', requestVote(5, 99, 4, true));
    hand.persist('n1');
    hand.start('n1');
    expect(hand.state('n1')).toMatchObject({ term: 5, votedFor: 'n3', role: 'follower', commitIndex: 0 });
    expect(termsOf(hand, 'n1')).toEqual([1, 3, 4]);
  });

  test('nothing is answered before it is on stable storage (Figure 2: updated before responding)', () => {
    const hand = new Hand();
    for (const message of [append(4, 1, 1, [3, 4]), requestVote(5, 99, 4, true)]) {
      const outputs = hand.step('n1', { type: 'receive', from: 'n2', message });
      expect(sentBy(outputs), message.type).toEqual([]);
      expect(hand.nodes.get('n1')!.writing).toHaveLength(1);
      hand.persist('n1');
      expect(hand.take('n1', 'n2').message.term).toBe(message.term);
    }
  });
});

describe('configurations (Raft §6)', () => {
  test('a server uses the latest configuration of its log, committed or not, and goes back when it falls (§6)', () => {
    const hand = new Hand(3, { bootstrap: null });
    const first = new Hand(3).state('n1').log.at(1);
    expect(hand.state('n1').configuration.voters).toEqual([]);
    say(hand, 'n2', 'n1', { ...append(2, 0, 0, []), entries: [first] });
    expect(hand.state('n1').configuration.voters.map(({ id }) => id)).toEqual(['n1', 'n2', 'n3']);
    expect(hand.state('n1').commitIndex).toBe(0);
    const four = new Hand(4).state('n1').log.at(1);
    say(hand, 'n2', 'n1', { ...append(2, 1, 1, []), entries: [{ ...four, index: 2, term: 2 }] });
    expect(hand.state('n1').configuration.voters).toHaveLength(4);
    say(hand, 'n3', 'n1', append(3, 1, 1, [3]));
    expect(hand.state('n1').configuration.voters).toHaveLength(3);
  });
});
