/** Stories of membership, by hand. What happened is in `golden/`, message by message. */
import { expect, test } from 'vitest';
import { Hand } from './hand.js';
import { Transcript } from './transcript.js';

const golden = (transcript: Transcript, name: string): Promise<void> =>
  expect(transcript.toString()).toMatchFileSnapshot(`golden/${name}.txt`);

test('R33: a joint configuration is left once it is committed: a member is replaced by one call: it learns, both decide, the new ones decide', async () => {
  const hand = new Hand(4, {}, ['n1', 'n2', 'n3']);
  hand.elect('n1');
  hand.propose('n1', 'before');
  hand.settle();
  hand.heartbeat('n1');
  const transcript = new Transcript(hand);
  transcript.scene('n4 takes the place of n3');
  const ref = hand.change('n1', 'n1 n2 n4');
  hand.settle();
  transcript.scene('n3 hears that it is out');
  hand.calm();
  transcript.logs();
  await golden(transcript, 'replace');
  expect(hand.outcome('n1', ref)).toBe('changed');
  for (const id of ['n1', 'n2', 'n3'])
    expect(
      hand.state(id).configuration.voters.map((voter) => voter.id),
      id,
    ).toEqual(['n1', 'n2', 'n4']);
});

test('a leader crashes between the halves of a joint configuration: the next one leaves it', async () => {
  const hand = new Hand(4, {}, ['n1', 'n2', 'n3']);
  hand.elect('n1');
  const transcript = new Transcript(hand);
  transcript.scene('n1 leads to {n1 n2 n4}, and crashes when both halves have the joint configuration');
  hand.change('n1', 'n1 n2 n4');
  for (let i = 0; i < 90 && hand.state('n4').configuration.outgoing === null; i++) {
    const letter = hand.wire.shift();
    if (letter !== undefined) hand.deliver(letter);
    else for (const id of hand.ids) hand.persist(id);
  }
  for (const id of hand.ids) hand.persist(id);
  hand.wire = [];
  hand.start('n1');
  transcript.logs();
  transcript.scene('n2 is elected by both halves');
  hand.elect('n2', ['n2', 'n3', 'n4']);
  transcript.scene('and leaves the joint configuration');
  hand.calm(['n2', 'n3', 'n4']);
  transcript.logs();
  await golden(transcript, 'joint-and-crash');
  expect(hand.state('n4').configuration).toMatchObject({ outgoing: null, voters: [{}, {}, { id: 'n4' }] });
});

test('a leader leaves: it leads until that is committed, and tells its successor to stand', async () => {
  const hand = new Hand(3);
  hand.elect('n1');
  const transcript = new Transcript(hand);
  transcript.scene('n1 is to leave');
  const ref = hand.change('n1', 'n2 n3');
  hand.settle();
  hand.calm();
  transcript.logs();
  await golden(transcript, 'leader-leaves');
  expect(hand.outcome('n1', ref)).toBe('changed');
});

test('a change that nobody else has heard of falls with its leader', async () => {
  const hand = new Hand(3);
  hand.elect('n1');
  const transcript = new Transcript(hand);
  transcript.scene('n1 leaves out n3, and is cut off');
  const ref = hand.change('n1', 'n1 n2');
  hand.persist('n1');
  hand.wire = [];
  transcript.scene('n2 leads, in the configuration of before');
  hand.elect('n2', ['n2', 'n3']);
  transcript.scene('n1 is back');
  hand.heartbeat('n2');
  hand.heartbeat('n2');
  transcript.logs();
  await golden(transcript, 'change-falls');
  expect(hand.outcome('n1', ref)).toBe('unknown');
  expect(hand.state('n1').configuration.voters).toHaveLength(3);
});

test('leadership is handed over while n2 is behind and commands are under way', async () => {
  const hand = new Hand(3);
  hand.elect('n1');
  const transcript = new Transcript(hand);
  transcript.scene('n1 has a command that only n3 has');
  const ref = hand.propose('n1', 'under way');
  hand.settle(['n1', 'n3']);
  transcript.scene('n1 is to hand over to n2');
  hand.transfer('n1', 'n2');
  hand.propose('n1', 'too late');
  hand.heartbeat('n1');
  hand.heartbeat('n2');
  transcript.logs();
  await golden(transcript, 'transfer');
  expect(hand.outcome('n1', ref)).toBe('applied');
  expect(hand.state('n2').role).toBe('leader');
  expect(hand.applied('n2')).toEqual(['under way']);
});
