/** What blind seeds have found in the core, each by hand. */
import { expect, test } from 'vitest';
import { Hand } from './hand.js';

test('a refusal that comes when the leader has let go of what was refused leads to a snapshot, and not to a fault', () => {
  const hand = new Hand(3, { keepBytes: 0, snapshotAfterBytes: 200 });
  hand.elect('n1', ['n1', 'n2']);
  hand.propose('n1', 'before');
  hand.settle(['n1', 'n2']);
  hand.start('n1'); // Or it would lead on.
  hand.elect('n2', ['n1', 'n2']);
  hand.timeout('n2');
  hand.deliver(hand.take('n2', 'n3', 'appendEntries'));
  const refusal = hand.take('n3', 'n2', 'appendEntriesResult');
  expect(refusal.message).toMatchObject({ result: { matched: false } });
  for (let i = 0; i < 20; i++) {
    hand.propose('n2', `after ${i}`);
    hand.settle(['n1', 'n2']);
  }
  hand.step('n2', { type: 'takeSnapshot' });
  hand.settle(['n1', 'n2']);
  const { result } = refusal.message as { result: { rejectedIndex: number } };
  expect(hand.state('n2').log.baseIndex).toBeGreaterThan(result.rejectedIndex);
  hand.deliver(refusal);
  expect(hand.state('n2').progress.get('n3')!.mode).toBe('snapshot');
  hand.settle();
  for (let i = 0; i < 3; i++) hand.heartbeat('n2');
  expect(hand.applied('n3')).toEqual(hand.applied('n2'));
});

test('a leader that is leaving, and is asked to stay, need not catch up with itself', () => {
  const hand = new Hand(4, {}, ['n1', 'n2', 'n3']);
  const voters = (id: string): string =>
    hand
      .state(id)
      .configuration.voters.map((voter) => voter.id)
      .join(' ');
  const next = (): void => {
    const letter = hand.wire.shift();
    if (letter !== undefined) hand.deliver(letter);
    else for (const id of hand.ids) hand.persist(id);
  };
  hand.elect('n1');
  hand.change('n1', 'n2 n4');
  for (let i = 0; i < 90 && hand.state('n4').configuration.outgoing === null; i++) next();
  for (const id of hand.ids) hand.persist(id);
  hand.wire = [];
  // It is elected again while both halves decide, and asked for another target before it leaves with one of them.
  hand.start('n1');
  hand.now += 1000;
  hand.timeout('n1');
  for (let i = 0; i < 90 && hand.state('n1').role !== 'leader'; i++) next();
  expect(hand.state('n1').configuration.outgoing).not.toBeNull();
  const ref = hand.change('n1', 'n1 n2 n4');
  hand.settle();
  hand.calm();
  expect(hand.outcome('n1', ref)).toBe('changed');
  expect(hand.state('n1').role).toBe('leader');
  for (const id of ['n1', 'n2', 'n4']) expect(voters(id), id).toBe('n1 n2 n4');
});

test('R31: who is left out by an entry that nobody else has stands all the same: the others need its log (thesis §4.2.2)', () => {
  const hand = new Hand(4, {}, ['n1', 'n2']);
  hand.elect('n1');
  hand.change('n1', 'n3 n4');
  // All have the joint configuration; what leaves it is on n1's disk alone, when that crashes.
  for (let i = 0; i < 200 && hand.state('n1').configurations.at(-2)?.configuration.outgoing == null; i++) {
    const letter = hand.wire.shift();
    if (letter !== undefined) hand.deliver(letter);
    else for (const id of hand.ids) hand.persist(id);
  }
  const voters = (id: string): string =>
    hand
      .state(id)
      .configuration.voters.map((voter) => voter.id)
      .join(' ');
  expect(hand.state('n1').configuration.outgoing).toBeNull();
  for (const id of hand.ids) hand.persist(id);
  hand.wire = [];
  for (const id of hand.ids) hand.start(id);
  for (const id of ['n2', 'n3', 'n4']) expect(hand.state(id).configuration.outgoing, id).not.toBeNull();
  // Both of {n1 n2} must vote, and n1 has more than anybody.
  for (const id of ['n2', 'n3', 'n4']) expect(() => hand.elect(id), id).toThrow('not elected');
  hand.now += 1000;
  hand.timeout('n1');
  hand.settle(); // It is elected, commits that entry, and hands over.
  for (const id of ['n3', 'n4']) expect(voters(id), id).toBe('n3 n4');
  expect(['n3', 'n4'].filter((id) => hand.state(id).role === 'leader')).toHaveLength(1);
  for (let i = 0; i < 3; i++) hand.timeout('n1');
  expect(hand.state('n1').role).toBe('follower');
});
