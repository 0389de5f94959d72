/** What the paper says of compaction and of clients, and the thesis of reads, sentence by sentence. */
import { describe, expect, test } from 'vitest';
import type { SnapshotPoint } from '../../src/index.js';
import { Hand } from '../hand.js';
import { append, matched, say, termsOf, wholeSnapshot } from '../letters.js';

const SNAPSHOT = new TextEncoder().encode('a\nb');

/** Of the words a and b; the hand's checksum of them. */
function point(hand: Hand, index: number, term: number): SnapshotPoint {
  return {
    name: 'taken-3-1-1',
    index,
    term,
    timeMs: 0,
    configuration: hand.state('n1').configuration,
    configurationIndex: 1,
    bytes: SNAPSHOT.length,
    checksum: `sum-${SNAPSHOT.reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7)}`,
  };
}

describe('log compaction (Raft §7)', () => {
  test('a snapshot has the last index and term that it replaces, and the configuration of then (§7)', () => {
    const hand = new Hand(3, { keepBytes: 0 });
    hand.elect('n1');
    hand.propose('n1', 'a');
    hand.settle();
    hand.heartbeat('n1');
    hand.step('n2', { type: 'takeSnapshot' });
    const { snapshot, configuration, log } = hand.state('n2');
    expect(snapshot).toMatchObject({ index: 3, term: 2, configuration, configurationIndex: 1 });
    // The check of the first append behind it needs just these.
    expect([log.baseIndex, log.termAt(3)]).toEqual([3, 2]);
    expect(say(hand, 'n1', 'n2', append(2, 3, 2, [], { round: 99 }))).toMatchObject([{ result: { matchIndex: 3 } }]);
  });

  test('each server takes its own, of what is committed, whether it leads or not (§7)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'a');
    hand.settle();
    hand.heartbeat('n1');
    hand.propose('n1', 'b'); // not committed yet
    for (const id of hand.ids) hand.step(id, { type: 'takeSnapshot' });
    expect(hand.ids.map((id) => hand.state(id).snapshot?.index)).toEqual([3, 3, 3]);
  });

  test('only who needs what the leader has discarded is sent one (§7)', () => {
    const hand = new Hand(3, { keepBytes: 0 });
    hand.elect('n1');
    hand.propose('n1', 'a');
    hand.settle(['n1', 'n2']);
    hand.step('n1', { type: 'takeSnapshot' });
    hand.persist('n1');
    hand.start('n1');
    hand.elect('n1', ['n1', 'n2']);
    const told: string[] = [];
    for (let i = 0; i < 3; i++) {
      hand.timeout('n1');
      for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift()) {
        if (letter.message.type === 'installSnapshot') told.push(letter.to);
        hand.deliver(letter);
        for (const id of hand.ids) hand.persist(id);
      }
    }
    expect(told).toEqual(['n3']);
  });

  test('a snapshot with what the follower lacks takes the place of its whole log (§7)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2, 2]));
    hand.persist('n1');
    say(hand, 'n3', 'n1', wholeSnapshot(5, point(hand, 3, 4), SNAPSHOT));
    hand.persist('n1');
    expect(hand.state('n1').log).toMatchObject({ baseIndex: 3, lastIndex: 3, lastTerm: 4 });
    expect(hand.applied('n1')).toEqual(['a', 'b']);
  });

  test('of one that describes a prefix of the log, what follows it stays (§7)', () => {
    const hand = new Hand();
    say(hand, 'n2', 'n1', append(2, 1, 1, [2, 2, 2, 2]));
    hand.persist('n1');
    say(hand, 'n3', 'n1', wholeSnapshot(5, point(hand, 3, 2), SNAPSHOT));
    hand.persist('n1');
    expect(hand.state('n1').log.baseIndex).toBe(3);
    expect(termsOf(hand, 'n1')).toEqual([2, 2]);
    expect(hand.applied('n1')).toEqual(['a', 'b']);
  });

  test('a snapshot of an earlier term’s leader is refused (Figure 13, 1)', () => {
    const hand = new Hand();
    say(hand, 'n3', 'n1', append(6, 1, 1, []));
    hand.persist('n1');
    expect(say(hand, 'n2', 'n1', wholeSnapshot(5, point(hand, 3, 4), SNAPSHOT))).toMatchObject([{ term: 6 }]);
    expect(hand.state('n1')).toMatchObject({ receiving: null, snapshot: null, leader: 'n3' });
  });
});

describe('clients (Raft §8)', () => {
  test('who does not lead says who does (§8)', () => {
    const hand = new Hand();
    hand.elect('n1');
    const outputs = hand.step('n2', { type: 'propose', commands: [{ ref: 900, bytes: new Uint8Array(1) }] });
    expect(outputs).toEqual([{ type: 'answer', ref: 900, answer: { outcome: 'not-leader', hint: 'n1' } }]);
  });

  test('a leader begins its term by committing an entry that does nothing (§8)', () => {
    const hand = new Hand();
    hand.elect('n1');
    expect(hand.state('n1').log.at(2)).toMatchObject({ term: 2, kind: 'noop', bytes: new Uint8Array(0) });
    expect(hand.state('n1').commitIndex).toBe(2);
    expect(hand.applied('n1')).toEqual([]);
  });
});

describe('reads without an entry (Raft §8, thesis §6.4)', () => {
  test('a leader answers once a majority has answered a heartbeat that it sent after it was asked (§6.4, step 3)', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    const ref = hand.read('n1');
    const { round } = hand.state('n1');
    for (const letter of hand.wire) expect(letter.message).toMatchObject({ type: 'appendEntries', round });
    say(hand, 'n2', 'n1', matched(2, 2, round - 1));
    say(hand, 'n3', 'n1', matched(2, 2, round));
    expect(hand.outcome('n1', ref)).toBeUndefined();
    say(hand, 'n4', 'n1', matched(2, 2, round));
    expect(hand.outcome('n1', ref)).toBe('readable');
  });

  test('a leader that was deposed and does not know it answers none (Raft §8)', () => {
    const hand = new Hand(5);
    hand.elect('n1');
    hand.now += 1000;
    hand.step('n3', { type: 'timeout' });
    hand.settle(['n3', 'n4', 'n5']);
    hand.propose('n3', 'newer');
    hand.settle(['n3', 'n4', 'n5']);
    expect(hand.applied('n3')).toEqual(['newer']);
    const ref = hand.read('n1');
    hand.settle(['n1', 'n2']);
    expect(hand.state('n1').role).toBe('leader');
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.settle();
    hand.heartbeat('n3');
    expect(hand.outcome('n1', ref)).toBe('not-leader');
  });

  test('it waits until the state machine is as far as the log was committed when it was asked (§6.4, step 4)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    for (const id of ['n2', 'n3']) {
      hand.deliver(hand.take('n1', id));
      hand.persist(id);
      hand.deliver(hand.take(id, 'n1'));
    }
    // Committed by the others. Its own disk, and so its state machine, is behind.
    expect(hand.state('n1')).toMatchObject({ commitIndex: 3, appliedIndex: 2 });
    const ref = hand.read('n1');
    for (let letter = hand.wire.shift(); letter !== undefined; letter = hand.wire.shift()) hand.deliver(letter);
    expect(hand.state('n1').reads).toEqual([]); // a quorum has confirmed it
    expect(hand.outcome('n1', ref)).toBeUndefined();
    hand.persist('n1');
    expect(hand.outcome('n1', ref)).toBe('readable');
    expect(hand.applied('n1')).toEqual(['x']);
  });

  test('a follower asks the leader where, and reads from its own state (§6.4)', () => {
    const hand = new Hand();
    hand.elect('n1');
    hand.propose('n1', 'x');
    hand.settle();
    const ref = hand.read('n3');
    expect(hand.take('n3', 'n1').message).toMatchObject({ type: 'readIndex' });
    say(hand, 'n1', 'n3', { type: 'readIndexResult', term: 2, incarnation: 1, boot: 1, number: 1, index: 3 });
    expect(hand.outcome('n3', ref)).toBe('readable');
    expect(hand.applied('n3')).toEqual(['x']);
  });
});
