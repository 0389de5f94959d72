/** A leader's disk is full, or hangs: two stories as golden transcripts. */
import { expect, test } from 'vitest';
import { Hand } from './hand.js';
import { Transcript } from './transcript.js';

test('golden: a full disk stops writes, and reads go on as long as the leader stands', async () => {
  const hand = new Hand(3);
  hand.elect('n1');
  const transcript = new Transcript(hand);
  transcript.scene('There is no room for what n1 is proposed; the others have it, and it is committed');
  const kept = hand.propose('n1', 'a');
  hand.refuse('n1');
  hand.settle(['n1', 'n2', 'n3']);
  expect(hand.outcome('n1', kept)).toBeUndefined(); // its own disk lacks it, so it is not applied here
  expect(hand.applied('n2')).toEqual([]);
  transcript.scene('No more is taken');
  const refused = hand.propose('n1', 'b');
  expect(hand.outcome('n1', refused)).toBe('busy');
  transcript.scene('A follower goes on reading by the leader’s word');
  const read = hand.read('n2');
  hand.settle();
  expect(hand.outcome('n2', read)).toBe('readable');
  expect(hand.applied('n2')).toEqual(['a']);
  transcript.scene('There is room again');
  hand.heartbeat('n1');
  hand.heartbeat('n1');
  expect(hand.outcome('n1', kept)).toBe('applied');
  const taken = hand.propose('n1', 'b');
  hand.settle();
  expect(hand.outcome('n1', taken)).toBe('applied');
  transcript.logs();
  await expect(transcript.toString()).toMatchFileSnapshot('golden/full-disk.txt');
});

test('golden: a disk that hangs deposes its leader, and what waited is answered (R28)', async () => {
  const hand = new Hand(3, { hungDiskMs: 50 });
  hand.elect('n1');
  const transcript = new Transcript(hand);
  transcript.scene('n1’s disk does not end what it began');
  const ref = hand.propose('n1', 'a');
  while (hand.wire.length > 0) hand.deliver(hand.wire.shift()!);
  for (let i = 0; i < 4 && hand.state('n1').role === 'leader'; i++) hand.timeout('n1');
  expect(hand.state('n1').role).toBe('follower');
  hand.wire = [];
  for (const id of ['n2', 'n3']) hand.persist(id);
  hand.wire = [];
  transcript.scene('Another leads, and commits what n1 began');
  hand.elect('n2', ['n2', 'n3']);
  expect(hand.applied('n2')).toEqual(['a']);
  transcript.scene('n1’s disk goes on');
  hand.settle();
  hand.heartbeat('n2');
  expect(['applied', 'unknown']).toContain(hand.outcome('n1', ref));
  transcript.logs();
  await expect(transcript.toString()).toMatchFileSnapshot('golden/hung-disk.txt');
});
