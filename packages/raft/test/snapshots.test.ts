import { describe, expect, test } from 'vitest';
import type { InstallSnapshot } from '../src/index.js';
import { Hand, typesOf } from './hand.js';
import { append, behind, say, wholeSnapshot } from './letters.js';

describe('snapshots', () => {
  test('are named by a record, and the log before them is let go of, in memory and on disk', () => {
    const hand = behind({ keepBytes: 0 });
    const { snapshot, log } = hand.state('n1');
    expect(snapshot?.index).toBe(log.lastIndex);
    // n3 lacks it all, and is given as much as the bound allows before a snapshot is sent instead.
    hand.step('n1', { type: 'takeSnapshot' });
    hand.start('n1');
    expect(hand.state('n1').log.baseIndex).toBe(snapshot?.index);
    expect(hand.applied('n1')).toEqual(['word0', 'word1', 'word2', 'word3', 'word4']);
  });

  test('go to a follower chunk by chunk, and the log goes on behind them', () => {
    const hand = behind();
    hand.start('n1');
    hand.elect('n1', ['n1', 'n2']);
    for (let i = 0; i < 4; i++) hand.heartbeat('n1');
    hand.propose('n1', 'more');
    hand.settle();
    hand.heartbeat('n1');
    expect(hand.applied('n3')).toEqual(['word0', 'word1', 'word2', 'word3', 'word4', 'more']);
    expect(hand.state('n3').snapshot?.index).toBe(hand.state('n1').snapshot?.index);
    expect([...hand.nodes.get('n3')!.snapshots.keys()]).toEqual([hand.state('n3').snapshot?.name]);
  });

  test('of which a byte is wrong are refused at the end, and begun anew (R38)', () => {
    const hand = behind();
    hand.start('n1');
    hand.elect('n1', ['n1', 'n2']);
    hand.timeout('n1');
    let isSpoilt = false;
    for (let left = 500; left > 0 && hand.wire.length > 0; left--) {
      const letter = hand.wire.shift()!;
      const { message } = letter;
      if (message.type === 'installSnapshot' && message.offset === 8 && !isSpoilt) {
        isSpoilt = true;
        hand.deliver({ ...letter, message: { ...message, bytes: message.bytes.map((byte) => byte ^ 1) } });
      } else hand.deliver(letter);
      for (const id of hand.ids) hand.persist(id);
    }
    expect(isSpoilt).toBe(true);
    for (let i = 0; i < 4; i++) hand.heartbeat('n1');
    expect(hand.applied('n3')).toEqual(['word0', 'word1', 'word2', 'word3', 'word4']);
  });

  test('go on where they ended: a chunk elsewhere is refused with the place (R38)', () => {
    const hand = new Hand();
    const chunk: InstallSnapshot = {
      type: 'installSnapshot',
      term: 2,
      incarnation: 1,
      snapshot: {
        name: 'taken-9-1-1',
        index: 9,
        term: 2,
        timeMs: 0,
        configuration: hand.state('n1').configuration,
        configurationIndex: 1,
        bytes: 8,
        checksum: 'sum-1',
      },
      offset: 4,
      bytes: new Uint8Array(4),
      isLast: true,
      round: 1,
    };
    const outputs = hand.step('n1', { type: 'receive', from: 'n2', message: chunk });
    expect(typesOf(outputs)).not.toContain('writeSnapshot');
    expect(hand.take('n1', 'n2').message).toMatchObject({ type: 'installSnapshotResult', offset: 0 });
    hand.step('n1', {
      type: 'receive',
      from: 'n2',
      message: { ...chunk, offset: 0, isLast: false, bytes: new Uint8Array(3) },
    });
    expect(hand.take('n1', 'n2').message).toMatchObject({ type: 'installSnapshotResult', offset: 3 });
  });

  test('that are not needed are said to be there', () => {
    const hand = behind();
    const { snapshot, term } = hand.state('n1');
    const message = {
      type: 'installSnapshot',
      term,
      incarnation: 1,
      snapshot: snapshot!,
      offset: 0,
      bytes: new Uint8Array(1),
      isLast: false,
      round: 1,
    } as const;
    hand.heartbeat('n1', ['n1', 'n2']);
    hand.step('n2', { type: 'receive', from: 'n1', message });
    expect(hand.take('n2', 'n1', 'installSnapshotResult').message).toMatchObject({ offset: null });
  });

  test('replace a log that differs at their end, with all that follows (R34, R35)', () => {
    const hand = behind();
    const { snapshot, term } = hand.state('n1');
    const { lastIndex, lastTerm } = hand.state('n3').log;
    // n3 has a longer tail, of a leader that nobody else heard.
    const tail = Array.from({ length: 9 }, (_, i) => ({
      index: lastIndex + 1 + i,
      term: lastTerm,
      kind: 'command' as const,
      timeMs: 0,
      bytes: new TextEncoder().encode('lost'),
    }));
    hand.step('n3', {
      type: 'receive',
      from: 'n1',
      message: {
        type: 'appendEntries',
        term,
        incarnation: 1,
        prevLogIndex: lastIndex,
        prevLogTerm: lastTerm,
        entries: tail.map((entry) => ({ ...entry, term: lastTerm })),
        commitIndex: 0,
        round: 1,
      },
    });
    hand.persist('n3');
    // The same index in a later term.
    const later = { ...snapshot!, term: term + 1 };
    const bytes = hand.nodes.get('n1')!.snapshots.get(snapshot!.name)!;
    hand.step('n3', {
      type: 'receive',
      from: 'n2',
      message: {
        type: 'installSnapshot',
        term: term + 1,
        incarnation: 1,
        snapshot: later,
        offset: 0,
        bytes,
        isLast: true,
        round: 1,
      },
    });
    expect(hand.state('n3')).toMatchObject({ commitIndex: later.index });
    expect(hand.state('n3').log).toMatchObject({ baseIndex: later.index, lastIndex: later.index });
    // Nothing of it may be said before the record is durable.
    expect(hand.state('n3').durable.lastIndex).toBeLessThan(later.index);
    hand.persist('n3');
    expect(hand.applied('n3')).toEqual(hand.applied('n1'));
    hand.start('n3');
    expect(hand.state('n3').log).toMatchObject({ baseIndex: later.index, lastIndex: later.index });
    expect(hand.applied('n3')).toEqual(hand.applied('n1'));
  });

  test('are followed by nothing that was still on its way to the disk when they took its place (R34)', () => {
    const hand = behind();
    const { snapshot, term } = hand.state('n1');
    const { lastIndex, lastTerm } = hand.state('n3').log;
    say(hand, 'n1', 'n3', append(term, lastIndex, lastTerm, Array(9).fill(term)));
    const later = { ...snapshot!, term: term + 1 };
    const bytes = hand.nodes.get('n1')!.snapshots.get(snapshot!.name)!;
    say(hand, 'n2', 'n3', wholeSnapshot(term + 1, later, bytes));
    hand.persist('n3');
    hand.start('n3');
    expect(hand.state('n3').log).toMatchObject({ baseIndex: later.index, lastIndex: later.index });
  });

  test('stay while a follower is fed from them, and the log behind them too (R37)', () => {
    const hand = behind({ snapshotAfterBytes: 1000 });
    hand.start('n1');
    hand.elect('n1', ['n1', 'n2']);
    hand.timeout('n1');
    const fed = hand.state('n1').snapshot!;
    for (let left = 200; left > 0; left--) {
      const letter = hand.wire.shift()!;
      if (letter.message.type === 'installSnapshot') {
        hand.wire.unshift(letter);
        break;
      }
      hand.deliver(letter);
      for (const id of hand.ids) hand.persist(id);
    }
    hand.propose('n1', 'meanwhile');
    const held = hand.wire;
    hand.wire = [];
    hand.heartbeat('n1', ['n1', 'n2']);
    hand.heartbeat('n1', ['n1', 'n2']);
    hand.step('n1', { type: 'takeSnapshot' });
    hand.persist('n1');
    const { snapshot, log, progress } = hand.state('n1');
    expect(snapshot!.index).toBeGreaterThan(fed.index);
    expect(progress.get('n3')!.sending!.point.name).toBe(fed.name);
    expect([...hand.nodes.get('n1')!.snapshots.keys()]).toEqual([fed.name, snapshot!.name]);
    expect(log.baseIndex).toBeLessThanOrEqual(fed.index);
    hand.wire = held;
    hand.settle();
    for (let i = 0; i < 4; i++) hand.heartbeat('n1');
    expect(hand.applied('n3')).toEqual(hand.applied('n1'));
    expect([...hand.nodes.get('n1')!.snapshots.keys()]).toEqual([snapshot!.name]);
  });

  test('that can not be read are never sent as if that were their end (R41)', () => {
    const hand = behind();
    hand.start('n1');
    hand.elect('n1', ['n1', 'n2']);
    hand.nodes.get('n1')!.snapshots.clear();
    hand.heartbeat('n1');
    hand.heartbeat('n1');
    expect(hand.nodes.get('n1')!.outputs.some(({ type }) => type === 'readSnapshot')).toBe(true);
    expect(hand.applied('n3')).toEqual([]);
    expect(hand.state('n3').receiving).toBeNull();
  });
});
