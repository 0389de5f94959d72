import type { StoredRecord } from '@dsys/wal';
import { describe, expect, test } from 'vitest';
import { type RaftCore, type RaftRecord, raft, WrongDisk } from '../src/index.js';

const MEMBERS = ['n1', 'n2', 'n3'].map((id) => ({ id, incarnation: 1, address: '' }));
const OPTIONS = { bootstrap: { voters: MEMBERS, outgoing: null, learners: [] } };

function stored(...records: readonly RaftRecord[]): StoredRecord[] {
  const encoded = raft({ cluster: 'c' }).encodeRecords(records);
  return encoded.map((bytes, i) => ({ position: i + 1, bytes }));
}
function recover(
  records: readonly StoredRecord[],
  more: { appliedIndex?: number; cluster?: string; id?: string } = {},
) {
  const { cluster = 'c', ...rest } = more;
  const recovery = {
    id: 'n1',
    boot: 2,
    appliedIndex: 0,
    nextPosition: records.length + 1,
    snapshots: [],
    damage: null,
    ...rest,
  };
  const { core, outputs } = raft({ cluster }).recover(OPTIONS, recovery, records, 0);
  return { state: (core as RaftCore).state, outputs };
}
const identity: RaftRecord = {
  type: 'identity',
  identity: { cluster: 'c', group: 0, id: 'n1', incarnation: 1 },
};
const entries = (from: number, ...terms: readonly number[]): RaftRecord => ({
  type: 'entries',
  entries: terms.map((term, i) => ({
    index: from + i,
    term,
    kind: 'noop',
    timeMs: 0,
    bytes: new Uint8Array(0),
  })),
});
const term = (of: number, votedFor: string | null = null): RaftRecord => ({ type: 'hardState', term: of, votedFor });

describe('a node that comes back', () => {
  test('begins, on an empty disk, with the entry that all first members begin with', () => {
    const { state, outputs } = recover([]);
    expect(state.log.at(1)).toMatchObject({ term: 1, kind: 'configuration' });
    expect(outputs.find(({ type }) => type === 'persist')).toMatchObject({
      id: 1,
      writes: [{ type: 'identity' }, { type: 'hardState', term: 1 }, { type: 'entries' }],
    });
  });

  test('begins again when a crash has torn its first write, at whatever record (R19)', () => {
    const whole = recover([]).state.log.at(1);
    for (const torn of [stored(identity), stored(identity, term(1))])
      expect(recover(torn).state.log.at(1)).toEqual(whole);
  });

  test('knows its term, its vote and its log, and not what was committed', () => {
    const { state, outputs } = recover(stored(identity, term(3, 'n2'), entries(1, 1, 2, 3)));
    expect(state).toMatchObject({ role: 'follower', term: 3, votedFor: 'n2', commitIndex: 0 });
    expect(state.log.lastIndex).toBe(3);
    expect(outputs).toEqual([]); // No entry here names members, so there are no peers to tell of either.
  });

  test('plays what was overwritten', () => {
    const { state } = recover(
      stored(identity, term(3), entries(1, 1, 1, 1), { type: 'truncate', fromIndex: 2 }, entries(2, 3)),
    );
    expect(state.log.slice(1, 2).map((entry) => entry.term)).toEqual([1, 3]);
    expect(state.log.lastIndex).toBe(2);
  });

  test('does not apply again what a durable state machine has', () => {
    const { state } = recover(stored(identity, term(1), entries(1, 1, 1, 1)), { appliedIndex: 2 });
    expect(state).toMatchObject({ commitIndex: 2, handedIndex: 2, appliedIndex: 2 });
  });

  test('refuses a state machine that is ahead of its log', () => {
    expect(() => recover(stored(identity, term(1), entries(1, 1)), { appliedIndex: 5 })).toThrow(
      'appliedIndex must be at most 1',
    );
  });

  test('refuses the disk of another node or cluster, and says whose it is', () => {
    const records = stored(identity, term(1));
    expect(() => recover(records, { id: 'n2' })).toThrow(WrongDisk);
    expect(() => recover(records, { cluster: 'other' })).toThrow(
      'belongs to node n1 (incarnation 1) of cluster c, group 0, and was given to node n1 (incarnation 1) of cluster other',
    );
  });

  test.each([
    ['a gap', [identity, term(1), entries(1, 1), entries(3, 1)], 'entry 3 of term 1 after 1 of 1'],
    ['a term that falls', [identity, term(4), term(3)], 'term 3 after 4'],
    ['entries without a beginning', [identity, term(1), entries(5, 1)], 'the log begins at 5'],
    ['entries of no one', [term(1), entries(1, 1)], 'whose disk this is'],
  ] as const)('refuses records with %s', (_, records, message) => {
    expect(() => recover(stored(...records))).toThrow(message);
  });
});
