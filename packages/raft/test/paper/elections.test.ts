/** What the paper says of terms and elections, sentence by sentence. */
import { describe, expect, test } from 'vitest';
import { Hand } from '../hand.js';
import { append, matched, preVote, preVoteResult, requestVote, say, vote } from '../letters.js';

/** n1 stands in term 2, and its own vote is durable. */
function candidate(count = 3): Hand {
  const hand = new Hand(count, { preVote: false });
  hand.timeout('n1');
  hand.persist('n1');
  expect(hand.state('n1')).toMatchObject({ role: 'candidate', term: 2 });
  return hand;
}

describe('terms (Raft §5.1)', () => {
  test.each([
    ['follower', () => new Hand()],
    ['candidate', () => candidate()],
    [
      'leader',
      () => {
        const hand = new Hand();
        hand.elect('n1');
        return hand;
      },
    ],
  ] as const)(
    'a %s that hears of a later term takes it and is a follower, whatever the message says (§5.1)',
    (_, make) => {
      for (const message of [
        append(9, 1, 1, []),
        matched(9, 1),
        vote(9, false),
        preVoteResult(9, false),
        requestVote(9, 99, 8, true),
      ]) {
        const hand = make();
        say(hand, 'n2', 'n1', message);
        expect(hand.state('n1'), message.type).toMatchObject({ role: 'follower', term: 9 });
      }
    },
  );

  test('a request of an earlier term is rejected, and the answer says the later one (§5.1)', () => {
    const hand = new Hand();
    say(hand, 'n3', 'n1', append(7, 1, 1, []));
    hand.persist('n1');
    const before = JSON.stringify(hand.state('n1').log);
    expect(say(hand, 'n2', 'n1', append(6, 1, 1, [6]))).toMatchObject([{ term: 7, result: { matched: false } }]);
    expect(say(hand, 'n2', 'n1', requestVote(6))).toMatchObject([{ type: 'vote', term: 7, granted: false }]);
    expect(say(hand, 'n2', 'n1', preVote(6))).toMatchObject([{ type: 'preVoteResult', term: 7, granted: false }]);
    expect(JSON.stringify(hand.state('n1').log)).toBe(before);
    expect(hand.state('n1')).toMatchObject({ term: 7, leader: 'n3', votedFor: null });
  });

  test('an answer of an earlier term counts for nothing (§5.1)', () => {
    const hand = candidate(5);
    say(hand, 'n2', 'n1', vote(1, true));
    say(hand, 'n3', 'n1', vote(1, true));
    expect(hand.state('n1')).toMatchObject({ role: 'candidate', votes: ['n1'] });
  });
});

describe('leader election (Raft §5.2)', () => {
  test('when servers start up, they begin as followers (§5.2)', () => {
    const hand = new Hand(5);
    for (const id of hand.ids) expect(hand.state(id)).toMatchObject({ role: 'follower', leader: null });
  });

  test('a server remains in follower state as long as it hears from a leader (§5.2)', () => {
    const hand = new Hand();
    hand.elect('n1');
    for (let i = 0; i < 20; i++) hand.heartbeat('n1');
    for (const id of ['n2', 'n3']) {
      expect(hand.state(id)).toMatchObject({ role: 'follower', leader: 'n1', term: 2 });
      expect(hand.core(id).deadline()).toBe(hand.now + 100);
    }
  });

  test('to begin an election, it increments its term, votes for itself and asks each of the others (§5.2)', () => {
    const hand = candidate(5);
    expect(hand.state('n1')).toMatchObject({ term: 2, votedFor: 'n1', votes: ['n1'] });
    expect(hand.wire.map(({ to, message }) => `${to} ${message.type} ${message.term}`)).toEqual(
      ['n2', 'n3', 'n4', 'n5'].map((id) => `${id} requestVote 2`),
    );
  });

  test.each([
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [7, 4],
  ])('of %i servers, %i votes for the same term elect, and no fewer; a vote twice is one (§5.2)', (count, needed) => {
    const hand = candidate(count);
    for (let votes = 1; votes < needed; votes++) {
      expect(hand.state('n1').role).toBe('candidate');
      if (votes > 1) say(hand, `n${votes}`, 'n1', vote(2, true));
      expect(hand.state('n1').role).toBe('candidate');
      say(hand, `n${votes + 1}`, 'n1', vote(2, true));
    }
    expect(hand.state('n1').role).toBe('leader');
  });

  test('refusals elect nobody, and neither do votes of strangers (§5.2)', () => {
    const hand = candidate();
    for (const id of ['n2', 'n3']) say(hand, id, 'n1', vote(2, false));
    for (const id of ['x', 'y']) say(hand, id, 'n1', vote(2, true));
    expect(hand.state('n1').role).toBe('candidate');
  });

  test('each server votes for at most one candidate in a term, first come first served (§5.2)', () => {
    const hand = new Hand(5);
    say(hand, 'n3', 'n1', requestVote(4));
    hand.persist('n1');
    for (const id of ['n2', 'n4', 'n5'])
      expect(say(hand, id, 'n1', requestVote(4))).toMatchObject([{ type: 'vote', granted: false }]);
    expect(hand.take('n1', 'n3').message).toMatchObject({ type: 'vote', granted: true });
  });

  test('once it is elected, it sends to all, so that no new election begins (§5.2)', () => {
    const hand = candidate(5);
    hand.wire = [];
    for (const id of ['n2', 'n3']) say(hand, id, 'n1', vote(2, true));
    expect(hand.wire.map(({ to, message }) => `${to} ${message.type}`)).toEqual(
      ['n2', 'n3', 'n4', 'n5'].map((id) => `${id} appendEntries`),
    );
    expect(hand.core('n1').deadline()).toBe(hand.now + 20);
  });

  test('a candidate that hears a leader of its term is a follower again; of an earlier term it goes on (§5.2)', () => {
    const hand = candidate();
    say(hand, 'n2', 'n1', append(1, 1, 1, []));
    expect(hand.state('n1').role).toBe('candidate');
    say(hand, 'n2', 'n1', append(2, 1, 1, []));
    expect(hand.state('n1')).toMatchObject({ role: 'follower', leader: 'n2', term: 2, votedFor: 'n1' });
  });

  test('if the vote is split, each candidate times out and begins anew, in the next term (§5.2)', () => {
    const hand = candidate();
    hand.wire = [];
    hand.timeout('n1');
    hand.persist('n1');
    expect(hand.state('n1')).toMatchObject({ role: 'candidate', term: 3, votedFor: 'n1', votes: ['n1'] });
    expect(hand.take('n1', 'n2').message).toMatchObject({ type: 'requestVote', term: 3 });
  });

  test('election timeouts are chosen at random from an interval, anew each time, and apart on each server (§5.2)', () => {
    const hand = new Hand(5, { electionTimeoutMs: { min: 100, max: 200 }, preVote: false });
    const seen = new Set<number>();
    for (const id of hand.ids)
      for (let i = 0; i < 20; i++) {
        hand.timeout(id);
        hand.persist(id);
        const timeoutMs = hand.core(id).deadline() - hand.now;
        expect(timeoutMs).toBeGreaterThanOrEqual(100);
        expect(timeoutMs).toBeLessThanOrEqual(200);
        seen.add(timeoutMs);
      }
    expect(seen.size).toBeGreaterThan(30);
  });
});

describe('election restriction (Raft §5.4.1)', () => {
  test.each([
    // The voter's log is 1.1 2.5 3.5.
    [3, 5, true, 'equal'],
    [4, 5, true, 'longer'],
    [2, 5, false, 'shorter'],
    [1, 6, true, 'of a later term, though shorter'],
    [9, 4, false, 'of an earlier term, though longer'],
  ] as const)(
    'a log that ends at %i of term %i gets the vote: %s, for it is %s (§5.4.1)',
    (lastIndex, lastTerm, granted, _) => {
      const hand = new Hand();
      say(hand, 'n2', 'n1', append(5, 1, 1, [5, 5]));
      hand.persist('n1');
      hand.wire = [];
      hand.now += 1000;
      expect(say(hand, 'n3', 'n1', preVote(9, lastIndex, lastTerm))).toMatchObject([{ granted }]);
      say(hand, 'n3', 'n1', requestVote(9, lastIndex, lastTerm));
      hand.wire = hand.wire.filter(({ message }) => message.type === 'vote');
      hand.persist('n1');
      expect(hand.take('n1', 'n3').message).toMatchObject({ type: 'vote', term: 9, granted });
    },
  );
});

describe('disruptive servers (Raft §6, thesis §4.2.3)', () => {
  test('a server that has heard a leader within the least election timeout takes no term from a RequestVote (§6)', () => {
    const hand = new Hand();
    hand.elect('n1');
    for (const id of ['n1', 'n2']) {
      expect(say(hand, 'n3', id, requestVote(9))).toEqual([]);
      expect(hand.state(id).term).toBe(2);
    }
    // But for one that its leader asked to take over.
    say(hand, 'n3', 'n2', requestVote(9, 99, 8, true));
    expect(hand.state('n2')).toMatchObject({ term: 9, votedFor: 'n3' });
  });
});

describe('pre-vote (thesis §9.6)', () => {
  test('a term rises only after a majority has said that it would vote so (§9.6)', () => {
    const hand = new Hand(5);
    for (let i = 0; i < 5; i++) hand.timeout('n1');
    expect(hand.state('n1')).toMatchObject({ role: 'preCandidate', term: 1 });
    say(hand, 'n2', 'n1', preVoteResult(2, true));
    say(hand, 'n2', 'n1', preVoteResult(2, true));
    expect(hand.state('n1')).toMatchObject({ role: 'preCandidate', term: 1 });
    say(hand, 'n3', 'n1', preVoteResult(2, true));
    expect(hand.state('n1')).toMatchObject({ role: 'candidate', term: 2 });
  });

  test('a pre-vote is no vote: it may be given to several, and a vote to another (§9.6)', () => {
    const hand = new Hand(5);
    for (const id of ['n2', 'n3']) expect(say(hand, id, 'n1', preVote(2))).toMatchObject([{ granted: true }]);
    expect(hand.nodes.get('n1')!.writing).toEqual([]);
    say(hand, 'n4', 'n1', requestVote(2));
    expect(hand.state('n1').votedFor).toBe('n4');
  });
});
