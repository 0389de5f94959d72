import { encodeRecords, type RaftMessage, type RaftRecord } from '@dsys/raft';
import type { StoredRecord } from '@dsys/wal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintMessage, fingerprintRecords } from '../src/codec/fingerprints.js';
import { messages } from './arbitraries.js';
import { entry, MESSAGES, RECORDS, SNAPSHOT, THREE } from './samples.js';

const stored = (...records: readonly RaftRecord[]): StoredRecord[] =>
  encodeRecords(records).map((bytes, i) => ({ position: i + 1, bytes }));
const of = (...records: readonly RaftRecord[]): string => fingerprintRecords(stored(...records));

const identity = RECORDS['identity']!;
const term = (n: number, votedFor: string | null = null): RaftRecord => ({ type: 'hardState', term: n, votedFor });
const log = (...indices: readonly number[]): RaftRecord => ({
  type: 'entries',
  entries: indices.map((index) => entry(index, 1)),
});

/** Times apart, which it leaves out. */
const timeless = (message: RaftMessage): unknown =>
  message.type === 'appendEntries'
    ? { ...message, entries: message.entries.map((each) => ({ ...each, timeMs: 0 })) }
    : message.type === 'installSnapshot'
      ? { ...message, snapshot: { ...message.snapshot, timeMs: 0 } }
      : message;

test('messages that differ have fingerprints that differ', () => {
  fc.assert(
    fc.property(messages, messages, (a, b) => {
      const same = JSON.stringify(timeless(a)) === JSON.stringify(timeless(b));
      expect(fingerprintMessage(a) === fingerprintMessage(b)).toBe(same);
    }),
    { numRuns: 300 },
  );
  const all = Object.values(MESSAGES).map((message) => fingerprintMessage(message));
  expect(new Set(all).size).toBe(all.length);
});

test('records say what is left of them: how it came about is forgotten', () => {
  expect(of(identity, term(1), log(1, 2, 3), term(2, 'n1'))).toBe(of(term(2, 'n1'), log(1), log(2), log(3), identity));
  expect(of(log(1, 2, 3), { type: 'truncate', fromIndex: 2 }, log(2))).toBe(of(log(1, 2)));
  expect(of(log(1, 2))).not.toBe(of(log(1, 2, 3)));
  expect(of(term(1))).not.toBe(of(term(1, 'n1')));
});

test('entries that a snapshot covers say nothing, whether they are freed yet or not', () => {
  const snapshot: RaftRecord = {
    type: 'snapshot',
    snapshot: { ...SNAPSHOT, index: 2, term: 1, configurationIndex: 1 },
  };
  expect(of(log(1, 2, 3), identity, term(1), snapshot)).toBe(of(log(3), identity, term(1), snapshot));
});

test('in other names nobody is called as before, and the order is that of the new names', () => {
  const names: Record<string, string> = { n1: 'z', n2: 'y', n3: 'x', n4: 'w', n5: 'v' };
  const rename = (id: string): string => names[id]!;
  const [, , ...rest] = Object.values(MESSAGES);
  for (const message of rest) {
    // Addresses and snapshots' names are no ids.
    const text = fingerprintMessage(message, rename).replaceAll(/n\d\.local|n1-300/g, '');
    expect(text).not.toMatch(/"n\d"/);
  }
  const records = stored(identity, term(3, 'n2'), RECORDS['snapshot']!);
  expect(fingerprintRecords(records, rename)).toContain('"z"/1@');
  expect(fingerprintRecords(records, rename)).toContain('3 "y"');
  const swapped = { ...THREE, voters: THREE.voters.map((voter) => ({ ...voter, address: '' })) };
  const point = (configuration: typeof THREE): RaftRecord => ({
    type: 'snapshot',
    snapshot: { ...SNAPSHOT, configuration },
  });
  const swap = (id: string): string => (id === 'n1' ? 'n2' : id === 'n2' ? 'n1' : id);
  expect(fingerprintRecords(stored(point(swapped)), swap)).toBe(fingerprintRecords(stored(point(swapped))));
});
