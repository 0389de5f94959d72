/** A disk has lost what was durable: what its node must not do, and how it becomes whole again. */
import { expect, test } from 'vitest';
import { Hand, sentBy } from './hand.js';
import { append, matched, preVote, requestVote, say, termsOf } from './letters.js';
import { Transcript } from './transcript.js';

/** n1 leads and n2 has what it has; n3 is cut off. Then n2 loses what it has from `index` on. */
function damaged(index = 3): Hand {
  const hand = new Hand(3);
  hand.elect('n1');
  hand.propose('n1', 'a');
  hand.settle(['n1', 'n2']);
  hand.propose('n1', 'b');
  hand.settle(['n1', 'n2']);
  hand.damage('n2', index);
  return hand;
}

const eventsOf = (hand: Hand, id: string): string[] =>
  hand.nodes
    .get(id)!
    .outputs.flatMap((output) =>
      output.type === 'event' && output.event.type === 'damage' ? [`${output.event.what} ${output.event.index}`] : [],
    );

test('R42: what is left of a damaged log is kept, and nothing is taken for never acknowledged', () => {
  const hand = damaged();
  expect(termsOf(hand, 'n2')).toEqual([1, 2]);
  expect(hand.state('n2')).toMatchObject({ term: 2, votedFor: 'n1', doubt: { keptIndex: 2 } });
  expect(eventsOf(hand, 'n2')).toEqual(['damaged 2']);
});

test('R42: a node in doubt votes for nobody, whatever is asked, and does not stand', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.now += 1000;
  expect(say(hand, 'n3', 'n2', preVote(3))).toMatchObject([{ type: 'preVoteResult', granted: false }]);
  expect(say(hand, 'n3', 'n2', requestVote(7))).toMatchObject([{ type: 'vote', term: 7, granted: false }]);
  hand.persist('n2');
  expect(hand.state('n2')).toMatchObject({ term: 7, votedFor: null });
  hand.now += 1000;
  expect(sentBy(hand.step('n2', { type: 'timeout' }))).toEqual([]);
  expect(hand.state('n2').role).toBe('follower');
});

test('R42: what a node in doubt has counts for no entry and no read, also where it said more before', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.propose('n1', 'c');
  const read = hand.read('n1');
  hand.settle(['n1', 'n2']);
  hand.heartbeat('n1', ['n1', 'n2']);
  hand.propose('n1', 'd');
  hand.settle(['n1', 'n2']);
  const { commitIndex, log } = hand.state('n1');
  expect(hand.state('n2').durable.lastIndex).toBe(log.lastIndex); // it is fed, and has everything
  expect(commitIndex).toBe(4);
  expect(hand.state('n1').progress.get('n2')).toMatchObject({ doubt: { boot: 2 } });
  expect(hand.outcome('n1', read)).toBeUndefined();
  expect(hand.state('n2').doubt).not.toBeNull();
});

test('R42: a late acknowledgement of before the damage ends no doubt', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.heartbeat('n1', ['n1', 'n2']);
  const { progress } = hand.state('n1');
  say(hand, 'n2', 'n1', matched(2, 4, 99));
  expect(progress.get('n2')!.doubt).not.toBeNull();
});

test('R42: with an entry that others have committed since it asked, it is whole: it acknowledges, votes and reads', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.heartbeat('n1');
  hand.heartbeat('n1');
  hand.heartbeat('n1');
  expect(eventsOf(hand, 'n2')).toEqual(['damaged 2', 'repairing 5', 'repaired 5']);
  expect(hand.state('n2').doubt).toBeNull();
  expect(hand.state('n1').progress.get('n2')).toMatchObject({ doubt: null, matchIndex: 5 });
  expect(hand.applied('n2')).toEqual(['a', 'b']);
  const read = hand.read('n2');
  hand.settle();
  expect(hand.outcome('n2', read)).toBe('readable');
  hand.start('n2');
  expect(hand.state('n2').doubt).toBeNull();
  hand.elect('n2');
});

test('R42: a node that is whole stands by the leader of that term, for whom it may have voted', () => {
  const hand = damaged(0); // its term and vote are lost, too
  expect(hand.state('n2')).toMatchObject({ term: 0, votedFor: null });
  for (let i = 0; i < 3; i++) hand.heartbeat('n1');
  expect(hand.state('n2')).toMatchObject({ term: 2, votedFor: 'n1', doubt: null });
});

test('R42: doubt outlives another crash, at any moment of the repair, and another compaction', () => {
  for (let deliveries = 0; deliveries < 30; deliveries++) {
    const hand = damaged();
    hand.step('n1', { type: 'timeout' });
    hand.now = hand.core('n1').deadline();
    hand.step('n1', { type: 'timeout' });
    for (let i = 0; i < deliveries; i++) {
      const letter = hand.wire.shift();
      if (letter !== undefined && (letter.from === 'n2' || letter.to === 'n2')) hand.deliver(letter);
      if (i % 3 === 0) hand.persist('n1');
      if (i % 4 === 0) hand.persist('n2');
    }
    const before = hand.state('n2').doubt;
    hand.start('n2');
    expect(hand.state('n2').doubt !== null, `${deliveries}`).toBe(before !== null);
  }
  const hand = damaged();
  hand.persist('n2');
  hand.propose('n1', 'c');
  hand.settle(['n1', 'n2']);
  hand.step('n2', { type: 'takeSnapshot' });
  hand.persist('n2');
  expect(hand.state('n2').snapshot).not.toBeNull();
  hand.start('n2');
  expect(hand.state('n2').doubt).toMatchObject({ keptIndex: 2 });
});

test('R42: the word of a leader for an earlier start of the node ends no doubt', () => {
  const hand = damaged();
  hand.persist('n2');
  say(hand, 'n1', 'n2', append(2, 2, 2, [2, 2, 2], { commitIndex: 5 }));
  hand.persist('n2');
  say(hand, 'n1', 'n2', { type: 'doubtResult', term: 2, incarnation: 1, boot: 1, index: 4 });
  expect(hand.state('n2').doubt).toMatchObject({ point: null });
  say(hand, 'n1', 'n2', { type: 'doubtResult', term: 2, incarnation: 1, boot: 2, index: 5 });
  expect(hand.state('n2').doubt).toBeNull();
});

test('R42: a leader that others have left can’t make a node whole, whatever it has committed before', () => {
  const hand = new Hand(5);
  hand.elect('n1');
  hand.propose('n1', 'a');
  hand.settle();
  hand.heartbeat('n1');
  // n5 stands in term 3, and n2 votes for it; the others don't hear of it yet.
  hand.now += 1000;
  hand.step('n5', { type: 'timeout' });
  hand.wire = [];
  say(hand, 'n5', 'n2', requestVote(3, 3, 2));
  hand.persist('n2');
  expect(hand.state('n2')).toMatchObject({ term: 3, votedFor: 'n5' });
  hand.wire = [];
  // That n2 forgets. n1, which leads in term 2 and hears n2 alone, has everything that was committed.
  hand.damage('n2', 0);
  for (let i = 0; i < 3; i++) hand.heartbeat('n1', ['n1', 'n2']);
  expect(hand.state('n2')).toMatchObject({ term: 2, commitIndex: 3, durable: { lastIndex: 4 } });
  expect(hand.state('n2').doubt).not.toBeNull();
});

test('R42: a word of doubt that comes after the node is whole begins nothing anew', () => {
  const hand = damaged();
  for (let i = 0; i < 3; i++) hand.heartbeat('n1');
  const { lastIndex } = hand.state('n1').log;
  say(hand, 'n2', 'n1', {
    type: 'inDoubt',
    term: 2,
    incarnation: 1,
    boot: 2,
    result: { matched: true, matchIndex: 2 },
  });
  expect(hand.state('n1').log.lastIndex).toBe(lastIndex);
  expect(hand.state('n1').progress.get('n2')).toMatchObject({ doubt: null, matchIndex: lastIndex, soundBoot: 2 });
});

test('R42: what one leader has named is of no use under the next, which names its own', () => {
  const hand = damaged();
  hand.heartbeat('n1', ['n1', 'n2']);
  expect(hand.state('n2').doubt).toMatchObject({ point: { term: 2, index: 5 } });
  say(hand, 'n3', 'n2', append(3, 5, 2, [3], { commitIndex: 6 }));
  hand.persist('n2');
  expect(hand.state('n2')).toMatchObject({ term: 3, commitIndex: 6, durable: { lastIndex: 6 } });
  expect(hand.state('n2').doubt).not.toBeNull();
});

test('R42: a node in doubt answers no reads, and says who leads', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.heartbeat('n1', ['n1', 'n2']);
  const read = hand.read('n2');
  expect(hand.outcome('n2', read)).toBe('not-leader');
});

test('R42: a majority that is damaged elects nobody; who is told to accept the loss goes on', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.damage('n1', 3);
  hand.persist('n1');
  for (const id of ['n1', 'n2', 'n3'] as const) {
    hand.now += 1000;
    hand.step(id, { type: 'timeout' });
    hand.settle();
  }
  expect(hand.ids.map((id) => hand.state(id).role)).not.toContain('leader');
  hand.start('n1', { acceptLoss: true });
  hand.persist('n1');
  hand.elect('n1');
  expect(hand.state('n2').doubt?.point).not.toBeNull();
  hand.heartbeat('n1');
  expect(hand.state('n2').doubt).toBeNull();
});

test('R42: a single voter starts on a damaged disk only when told to', () => {
  const hand = new Hand(1);
  hand.elect('n1');
  hand.propose('n1', 'a');
  hand.settle();
  hand.damage('n1', 3);
  hand.persist('n1');
  hand.now += 1000;
  hand.step('n1', { type: 'timeout' });
  expect(hand.state('n1').role).toBe('follower');
  hand.start('n1', { acceptLoss: true });
  hand.elect('n1');
  hand.start('n1');
  expect(hand.state('n1').doubt).toBeNull();
  hand.damage('n1', 3, { acceptLoss: true });
  expect(eventsOf(hand, 'n1')).toEqual(['damaged 2', 'ignored 2']);
});

test('R42: a leader whose only help is in doubt steps down', () => {
  const hand = damaged();
  hand.persist('n2');
  hand.heartbeat('n1', ['n1', 'n2']);
  for (let i = 0; i < 10 && hand.state('n1').role === 'leader'; i++) {
    hand.now += 20;
    hand.step('n1', { type: 'timeout' });
    hand.settle(['n1', 'n2']);
  }
  expect(hand.state('n1').role).toBe('follower');
});

test('golden: a disk is damaged, and its node is brought up to date', async () => {
  const hand = damaged();
  const transcript = new Transcript(hand);
  transcript.scene('n2 has lost entries 3 and 4. Its first write says so');
  transcript.logs();
  hand.persist('n2');
  transcript.scene('It refuses a vote');
  hand.now += 1000;
  say(hand, 'n3', 'n2', preVote(3));
  hand.wire = [];
  transcript.scene('The leader feeds it, and names the entry with which it is whole. Others commit that');
  hand.heartbeat('n1');
  hand.heartbeat('n1');
  transcript.logs();
  await expect(transcript.toString()).toMatchFileSnapshot('golden/damage.txt');
});
