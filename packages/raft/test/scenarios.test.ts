/** The paper's famous traps, by hand. What happened is in `golden/`, message by message. */
import { describe, expect, test } from 'vitest';
import { Hand } from './hand.js';
import { entry, termsOf } from './letters.js';
import { Transcript } from './transcript.js';

const golden = (transcript: Transcript, name: string): Promise<void> =>
  expect(transcript.toString()).toMatchFileSnapshot(`golden/${name}.txt`);

/** Gives each node a log of these terms; the first entry is everybody's. */
function withLogs(logs: Readonly<Record<string, readonly number[]>>, term: number): Hand {
  const hand = new Hand(Object.keys(logs).length);
  for (const [id, terms] of Object.entries(logs))
    hand.startWith(
      id,
      { type: 'hardState', term, votedFor: null },
      { type: 'entries', entries: terms.slice(1).map((each, i) => entry(i + 2, each)) },
    );
  hand.wire = [];
  return hand;
}

describe('Figure 7: the leader of term 8 brings six diverging logs into line', () => {
  // n2 to n7 are the figure's (a) to (f).
  const LEADER = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
  const logs = {
    n1: LEADER,
    n2: [1, 1, 1, 4, 4, 5, 5, 6, 6],
    n3: [1, 1, 1, 4],
    n4: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    n5: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    n6: [1, 1, 1, 4, 4, 4, 4],
    n7: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  };

  test('all at once', async () => {
    const hand = withLogs(logs, 7);
    const transcript = new Transcript(hand);
    transcript.logs();
    transcript.scene('the election: (c) and (d) have more, and refuse');
    hand.timeout('n1');
    hand.settle();
    transcript.scene('a heartbeat, with what is committed');
    hand.heartbeat('n1');
    transcript.logs();
    await golden(transcript, 'figure-7');
    for (const id of hand.ids) {
      expect(termsOf(hand, id), id).toEqual([...LEADER, 8]);
      expect(hand.state(id).commitIndex, id).toBe(11);
    }
  });

  test.each([
    ['(a) lacks an entry', 'n2', 1],
    ['(b) lacks six', 'n3', 1],
    ['(c) has one too many', 'n4', 0],
    ['(d) has two of a later term', 'n5', 0],
    ['(e) has some of an earlier term, and lacks others', 'n6', 1],
    ['(f) has two terms that nobody else has', 'n7', 1],
  ] as const)('%s: as %s it refuses %i of its appends', (_, id, refusals) => {
    const hand = withLogs(logs, 7);
    hand.timeout('n1');
    let refused = 0;
    for (let left = 1000; left > 0; left--) {
      const letter = hand.wire.shift();
      if (letter !== undefined) {
        const { from, message } = letter;
        if (from === id && message.type === 'appendEntriesResult' && !message.result.matched) refused++;
        hand.deliver(letter);
      } else for (const each of hand.ids) hand.persist(each);
    }
    expect(termsOf(hand, id)).toEqual([...LEADER, 8]);
    expect(refused).toBe(refusals);
  });
});

describe('Figure 8: an entry of an earlier term on a majority of disks', () => {
  /** Up to (c): n1 leads in term 4 and has brought its entry of term 2 to n2 and n3. Its own of term 4 is on no other disk. */
  function figure8(): { hand: Hand; transcript: Transcript } {
    const hand = new Hand(5, { appendBytes: 1 });
    const transcript = new Transcript(hand);
    const lead = (id: string, voters: readonly string[]) => {
      hand.now += 1000;
      for (let left = 100; left > 0 && hand.state(id).role !== 'leader'; left--) {
        const letter = hand.wire.shift();
        const writer = [id, ...voters].find((each) => hand.nodes.get(each)!.writing.length > 0);
        if (letter !== undefined) {
          if (letter.to === id || voters.includes(letter.to)) hand.deliver(letter);
        } else if (writer !== undefined) hand.persist(writer);
        else hand.timeout(id);
      }
    };
    transcript.scene('(a) n1 leads in term 2, and one follower has its entry');
    lead('n1', ['n2', 'n3']);
    hand.persist('n1');
    hand.deliver(hand.take('n1', 'n2', 'appendEntries'));
    hand.persist('n2');
    hand.wire = [];
    transcript.logs();
    transcript.scene('(b) n1 crashes, n5 leads in term 3 with another entry there');
    hand.start('n1');
    lead('n5', ['n3', 'n4']);
    hand.persist('n5');
    hand.wire = [];
    transcript.logs();
    transcript.scene('(c) n5 crashes, n1 leads in term 4 and goes on with its entry of term 2');
    hand.start('n5');
    lead('n1', ['n2', 'n3']);
    hand.persist('n1');
    hand.wire = [];
    hand.timeout('n1'); // A heartbeat: n2 says what it has, n3 that it lacks it.
    for (const id of ['n2', 'n3']) {
      hand.deliver(hand.take('n1', id, 'appendEntries'));
      hand.deliver(hand.take(id, 'n1', 'appendEntriesResult'));
    }
    hand.deliver(hand.take('n1', 'n3', 'appendEntries'));
    hand.persist('n3');
    hand.deliver(hand.take('n3', 'n1', 'appendEntriesResult'));
    hand.wire = [];
    transcript.logs();
    return { hand, transcript };
  }

  test('(c) is not committed for being on a majority (R2), and (d) another leader overwrites it', async () => {
    const { hand, transcript } = figure8();
    expect(['n1', 'n2', 'n3'].map((id) => termsOf(hand, id)[1])).toEqual([2, 2, 2]);
    expect(hand.state('n1')).toMatchObject({ role: 'leader', term: 4, commitIndex: 0 });
    transcript.scene('(d) n1 crashes, n5 leads again and its entry takes that place everywhere');
    hand.start('n1');
    hand.elect('n5', ['n3', 'n4', 'n5']);
    hand.heartbeat('n5');
    hand.heartbeat('n5');
    transcript.logs();
    await golden(transcript, 'figure-8-d');
    for (const id of hand.ids) expect(termsOf(hand, id)[1], id).toBe(3);
  });

  test('(e) with an entry of its own term on a majority both are committed, and the other can not be elected', async () => {
    const { hand, transcript } = figure8();
    transcript.scene('(e) n1 brings its entry of term 4 to the same majority');
    hand.heartbeat('n1', ['n1', 'n2', 'n3']);
    hand.heartbeat('n1', ['n1', 'n2', 'n3']);
    expect(hand.state('n1').commitIndex).toBe(3);
    transcript.scene('n1 crashes, and n5 asks in vain');
    hand.start('n1');
    hand.now += 1000;
    for (let tries = 0; tries < 3; tries++) {
      hand.timeout('n5');
      hand.settle(['n2', 'n3', 'n4', 'n5']);
    }
    transcript.logs();
    await golden(transcript, 'figure-8-e');
    expect(hand.state('n5').role).not.toBe('leader');
    expect(termsOf(hand, 'n2').slice(0, 3)).toEqual([1, 2, 4]);
  });
});

describe('partitions', () => {
  test('what a minority’s leader took is superseded, and its members come back without an election', async () => {
    const hand = new Hand(5);
    hand.elect('n1');
    const transcript = new Transcript(hand);
    transcript.scene('n1 and n2 are cut off, and n1 is proposed something');
    const lost = hand.propose('n1', 'lost');
    hand.settle(['n1', 'n2']);
    expect(hand.outcome('n1', lost)).toBeUndefined();
    transcript.scene('the others elect n3');
    hand.now += 1000;
    hand.step('n3', { type: 'timeout' });
    hand.settle(['n3', 'n4', 'n5']);
    const kept = hand.propose('n3', 'kept');
    hand.settle(['n3', 'n4', 'n5']);
    expect(hand.outcome('n3', kept)).toBe('applied');
    const { term } = hand.state('n3');
    transcript.scene('n1 notices that it hears no majority, and n2 asks whether it should stand');
    hand.step('n1', { type: 'timeout' });
    hand.step('n2', { type: 'timeout' });
    hand.settle(['n1', 'n2']);
    transcript.logs();
    transcript.scene('all are connected again');
    hand.heartbeat('n3');
    hand.heartbeat('n3');
    transcript.logs();
    await golden(transcript, 'partition');
    expect(hand.outcome('n1', lost)).toBe('superseded');
    for (const id of hand.ids) {
      expect(hand.applied(id), id).toEqual(['kept']);
      expect(hand.state(id), id).toMatchObject({ leader: 'n3', term });
    }
  });

  test('a bridge: two nodes that do not hear each other and one that hears both keep one leader', async () => {
    const hand = new Hand(3);
    hand.elect('n1');
    const { term } = hand.state('n1');
    const transcript = new Transcript(hand);
    transcript.scene('n1 and n3 do not hear each other, n2 hears both');
    const deliverAll = () => {
      for (let left = 1000; left > 0; left--) {
        const letter = hand.wire.shift();
        if (letter === undefined) {
          const writer = hand.ids.find((id) => hand.nodes.get(id)!.writing.length > 0);
          if (writer === undefined) return;
          hand.persist(writer);
        } else if (letter.from === 'n2' || letter.to === 'n2') hand.deliver(letter);
      }
    };
    for (let i = 0; i < 8; i++) {
      const next = hand.ids.reduce((a, b) => (hand.core(a).deadline() <= hand.core(b).deadline() ? a : b));
      hand.timeout(next);
      deliverAll();
    }
    hand.propose('n1', 'x');
    deliverAll();
    await golden(transcript, 'bridge');
    expect(hand.state('n1')).toMatchObject({ role: 'leader', term });
    expect(hand.applied('n1')).toEqual(['x']);
  });
});

test('a follower that is so late that its next entry is gone gets a snapshot, and then what follows', async () => {
  const hand = new Hand(3, { keepBytes: 0, chunkBytes: 8 });
  hand.elect('n1');
  for (let i = 0; i < 5; i++) {
    hand.propose('n1', `word${i}`);
    hand.settle(['n1', 'n2']);
  }
  const transcript = new Transcript(hand);
  transcript.scene('n1 takes a snapshot, and is restarted');
  hand.step('n1', { type: 'takeSnapshot' });
  hand.persist('n1');
  hand.start('n1');
  transcript.logs();
  transcript.scene('it leads again, and n3 comes back');
  hand.elect('n1', ['n1', 'n2']);
  for (let i = 0; i < 2; i++) hand.heartbeat('n1');
  hand.propose('n1', 'more');
  hand.settle();
  hand.heartbeat('n1');
  transcript.logs();
  await golden(transcript, 'late-follower');
  expect(hand.applied('n3')).toEqual(['word0', 'word1', 'word2', 'word3', 'word4', 'more']);
});
