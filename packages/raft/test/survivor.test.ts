/** A majority is gone for good: a new cluster from what one node has left. */
import { expect, test } from 'vitest';
import { DamagedSurvivor, decodeRecord, type RaftCore, raft, recoverFromSurvivor, WrongDisk } from '../src/index.js';
import { Hand } from './hand.js';

const MEMBER = { id: 'n2', incarnation: 1, address: 'new' };
const TO = { cluster: 'second life' };

/** n2 has 1..4, of which it knows 1..3 to be committed; n1 has a fifth. */
function survivor(): Hand {
  const hand = new Hand(3);
  hand.elect('n1');
  hand.propose('n1', 'a');
  hand.settle();
  hand.propose('n1', 'b');
  hand.deliver(hand.take('n1', 'n2'));
  hand.persist('n2');
  hand.wire = [];
  hand.propose('n1', 'c');
  hand.wire = [];
  return hand;
}

const recordsOf = (hand: Hand) => hand.nodes.get('n2')!.records;

function start(records: readonly { position: number; bytes: Uint8Array }[], cluster = TO.cluster): RaftCore {
  const recovery = {
    id: 'n2',
    boot: 1,
    appliedIndex: 0,
    nextPosition: records.length + 1,
    snapshots: [],
    damage: null,
  };
  return raft({ cluster }).recover({ bootstrap: null }, recovery, records, 0).core as RaftCore;
}

test('says what is kept, and what was perhaps never committed and is now', () => {
  const survived = recoverFromSurvivor(recordsOf(survivor()), { to: TO, member: MEMBER, appliedIndex: 3 });
  expect(survived).toMatchObject({
    from: { cluster: 'hand', id: 'n2' },
    formerConfiguration: { voters: [{ id: 'n1' }, { id: 'n2' }, { id: 'n3' }] },
    kept: { index: 4, term: 2 },
    newlyCommitted: { from: 4, to: 4 },
    wasDamaged: false,
    snapshot: null,
  });
});

test('the new cluster has one voter, who leads it and applies all that was left', () => {
  const { records } = recoverFromSurvivor(recordsOf(survivor()), { to: TO, member: MEMBER });
  const stored = raft(TO)
    .encodeRecords(records)
    .map((bytes, i) => ({ position: i + 1, bytes }));
  const core = start(stored);
  expect(core.state.configuration).toEqual({ voters: [MEMBER], outgoing: null, learners: [] });
  const applied: string[] = [];
  for (
    let now = core.deadline(), input: Parameters<RaftCore['step']>[0] | null = { type: 'timeout' };
    input !== null;
  ) {
    const outputs = core.step(input, now);
    input = null;
    for (const output of outputs) {
      if (output.type === 'persist') input = { type: 'persisted', id: output.id, position: 100 + output.id };
      if (output.type === 'apply') applied.push(...output.entries.map(({ bytes }) => new TextDecoder().decode(bytes)));
    }
  }
  expect(core.state.role).toBe('leader');
  expect(applied).toEqual(['a', 'b']);
});

test('the disk of one cluster is refused by the other', () => {
  const hand = survivor();
  const { records } = recoverFromSurvivor(recordsOf(hand), { to: TO, member: MEMBER });
  const stored = raft(TO)
    .encodeRecords(records)
    .map((bytes, i) => ({ position: i + 1, bytes }));
  expect(() => start(stored, 'hand')).toThrow(WrongDisk);
  expect(() => start(recordsOf(hand))).toThrow(WrongDisk);
  expect(() => recoverFromSurvivor(recordsOf(hand), { to: { cluster: 'hand' }, member: MEMBER })).toThrow(
    'to.cluster must be another than "hand"',
  );
});

test('what a snapshot covers was committed', () => {
  const hand = survivor();
  hand.step('n2', { type: 'takeSnapshot' });
  hand.persist('n2');
  const { newlyCommitted, snapshot, records } = recoverFromSurvivor(recordsOf(hand), { to: TO, member: MEMBER });
  expect(snapshot).toMatchObject({ index: 3 });
  expect(newlyCommitted).toEqual({ from: 4, to: 4 });
  expect(records.map(({ type }) => type)).toEqual(['identity', 'hardState', 'snapshot', 'entries']);
});

test('a damaged survivor is refused, unless that is accepted', () => {
  const hand = survivor();
  hand.damage('n2', 4);
  hand.persist('n2');
  const records = recordsOf(hand);
  expect(records.map(({ bytes }) => decodeRecord(bytes).type)).toContain('doubt');
  expect(() => recoverFromSurvivor(records, { to: TO, member: MEMBER })).toThrow(DamagedSurvivor);
  const survived = recoverFromSurvivor(records, { to: TO, member: MEMBER, acceptDamage: true });
  expect(survived).toMatchObject({ wasDamaged: true, kept: { index: 3 } });
  expect(survived.records.map(({ type }) => type)).not.toContain('doubt');
  expect(() => recoverFromSurvivor(records, { to: TO, member: MEMBER, isDamaged: true })).toThrow('acceptDamage');
});

test('refuses what is no disk of a node, and a member that none can be', () => {
  expect(() => recoverFromSurvivor([], { to: TO, member: MEMBER })).toThrow('whose disk this is');
  expect(() => recoverFromSurvivor([], { to: TO, member: { ...MEMBER, incarnation: 0 } })).toThrow('incarnation');
});
