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
