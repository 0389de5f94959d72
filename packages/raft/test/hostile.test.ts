/** Bytes and values that must have no effect: each is refused at the door, by an error that names the field. */
import { ByteWriter, isDecodeError, writeU8, writeVarint } from '@dsys/codec';
import {
  type AppendEntries,
  type Configuration,
  decodeConfiguration,
  decodeMessage,
  decodeRecord,
  encodeConfiguration,
  encodeMessage,
  encodeRecords,
  type LogEntry,
  type RaftMessage,
} from '@dsys/raft';
import { describe, expect, test } from 'vitest';
import { frameHead } from '../src/codec/frame-head.js';
import { entry, GROUP, JOINT, MESSAGES, member, RECORDS, SNAPSHOT, THREE } from './samples.js';

const APPEND = MESSAGES['appendEntries'] as AppendEntries;

/** What it says when it refuses; anything but a DecodeError fails the test. */
function refused(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (!isDecodeError(error)) throw error;
    return error.message;
  }
  return 'taken';
}

/** A frame of this group whose numbers behind the head are these. */
function frame(kind: number, ...numbers: readonly number[]): Uint8Array {
  const writer = new ByteWriter();
  for (const byte of frameHead(GROUP)) writeU8(writer, byte);
  writeU8(writer, kind);
  for (const number of numbers) writeVarint(writer, number);
  return writer.finish();
}

const message = (bytes: Uint8Array): string => refused(() => decodeMessage(GROUP, bytes));
const without = (error: string): string => error.replace(/ at byte \d+/, '');

describe('a frame that is nobody’s or somebody else’s', () => {
  const good = encodeMessage(GROUP, APPEND).slice();
  for (const [what, bytes, why] of [
    ['of another group', encodeMessage({ ...GROUP, group: 8 }, APPEND), 'group at byte 8: expected 7, found 8'],
    [
      'of the group that is the default',
      encodeMessage({ cluster: 'orders' }, APPEND),
      'group at byte 8: expected 7, found 0',
    ],
    [
      'of another cluster',
      encodeMessage({ ...GROUP, cluster: 'others' }, APPEND),
      'cluster at byte 1: expected orders, found others',
    ],
    [
      'of a cluster whose name begins alike',
      encodeMessage({ ...GROUP, cluster: 'orders2' }, APPEND),
      'cluster at byte 1: expected orders, found orders2',
    ],
    ['of a later version', new Uint8Array([2, ...good.slice(1)]), 'version at byte 0: expected 1, found 2'],
    ['of version 0', new Uint8Array([0, ...good.slice(1)]), 'version at byte 0: expected 1, found 0'],
    ['of nobody', new Uint8Array(), 'version at byte 0: expected 1 byte, found 0'],
    ['cut short in its head', good.slice(0, 4), 'cluster at byte 1: expected 6 bytes, found 2'],
    ['of an unknown kind', frame(14, 1, 1), 'kind at byte 9: expected a kind of message 1..13, found 14'],
    ['of kind 0', frame(0, 1, 1), 'kind at byte 9: expected a kind of message 1..13, found 0'],
    ['of no incarnation', frame(1, 5, 0, 1, 1), 'incarnation at byte 11: expected 1..2^53-1, found 0'],
    ['with something behind it', new Uint8Array([...good, 0]), 'end at byte'],
  ] as const)
    test(what, () => expect(message(bytes)).toContain(why));
});

describe('numbers past what they may be', () => {
  const past = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]; // 2^53 and more: 2^54 − 1, which no number is
  test('a term past 2^53', () => {
    expect(without(message(new Uint8Array([...frame(4), ...past, 1, 1])))).toBe(
      'term: expected at most 9007199254740991, found 18014398509481984',
    );
  });
  test('an index past 2^53', () => {
    expect(without(message(new Uint8Array([...frame(5, 6, 1), ...past, 0, 0, 0, 0])))).toContain(
      'prevLogIndex: expected at most',
    );
  });
  test('entries that reach past 2^53, though each number fits', () => {
    const bytes = frame(5, 6, 1, Number.MAX_SAFE_INTEGER, 5, 0, 0, 1, 1, 0, 0, 0);
    expect(without(message(bytes))).toBe('entries: expected indices up to 2^53-1, found 1 behind 9007199254740991');
  });
  test('terms that add up to more than the leader’s', () => {
    expect(without(message(frame(5, 6, 1, 3, 5, 0, 0, 1, 1, 2, 0, 0)))).toBe(
      'entries.term: expected at most 1, found 2',
    );
  });
  test('times that add up past 2^53', () => {
    const bytes = frame(5, 6, 1, 3, 5, 0, 0, 2, 1, 0, Number.MAX_SAFE_INTEGER, 0, 1, 0, 1, 0);
    expect(without(message(bytes))).toBe('entries.timeMs: expected at most 0, found 1');
  });
  test('a candidate whose last entry is of a later term than its own', () => {
    expect(without(message(frame(3, 6, 1, 9, 7, 0)))).toBe('lastTerm: expected at most 6, found 7');
  });
});

describe('a hint that can’t be one', () => {
  test('above what was refused', () => {
    expect(without(message(frame(6, 6, 1, 0, 0, 9, 3, 10)))).toBe('conflictIndex: expected at most 9, found 10');
  });
  test('a term where there is nothing, or none where there is something', () => {
    expect(without(message(frame(6, 6, 1, 0, 0, 9, 3, 0)))).toBe(
      'conflictIndex: expected 0 for term 0, and for no other, found 0',
    );
    expect(without(message(frame(6, 6, 1, 0, 0, 9, 0, 4)))).toBe(
      'conflictIndex: expected 0 for term 0, and for no other, found 4',
    );
  });
});

describe('lists that are not what they say', () => {
  test('a count of entries that the frame can’t hold is refused before there is room for them', () => {
    expect(without(message(frame(5, 6, 1, 3, 5, 0, 0, 65_536)))).toBe('entries: expected 262144 bytes, found 0');
  });
  test('more entries than a message may have', () => {
    expect(without(message(frame(5, 6, 1, 3, 5, 0, 0, 65_537)))).toBe(
      'entries: expected at most 65536 items, found 65537',
    );
  });
  test('an entry longer than any may be', () => {
    expect(without(message(frame(5, 6, 1, 3, 5, 0, 0, 1, 1, 0, 0, 2 ** 24 + 1)))).toBe(
      'entries.bytes: expected at most 16777216, found 16777217',
    );
  });
  test('an entry of no kind', () => {
    expect(without(message(frame(5, 6, 1, 3, 5, 0, 0, 1, 4, 0, 0, 0)))).toBe('entries.kind: expected 1..3, found 4');
  });
  test('a noop that carries something', () => {
    expect(without(message(frame(5, 6, 1, 3, 5, 0, 0, 1, 2, 0, 0, 1, 9)))).toBe(
      'entries.bytes: expected none in a noop, found 1',
    );
  });
  test('a configuration that is none', () => {
    expect(message(frame(5, 6, 1, 3, 5, 0, 0, 1, 3, 0, 0, 1, 9))).toContain('expected a configuration');
  });
  test('an entry of term 0', () => {
    expect(without(message(frame(5, 6, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0)))).toBe(
      'entries.term: expected a term from 1, found 0',
    );
  });
  test('an index before the first entry that has a term', () => {
    expect(without(message(frame(5, 6, 1, 0, 5, 0, 0, 0)))).toContain('prevLogTerm: expected 0 for index 0');
    expect(without(message(frame(5, 6, 1, 3, 0, 0, 0, 0)))).toContain('prevLogTerm: expected 0 for index 0');
  });
  test('a record of no entries', () => {
    expect(refused(() => decodeRecord(Uint8Array.of(1, 4, 6, 0)))).toContain(
      'entries at byte 3: expected at least one',
    );
  });
});

describe('a configuration that can’t be one', () => {
  const configuration = (change: Partial<Configuration>): string =>
    refused(() => decodeConfiguration(encodeConfiguration({ ...JOINT, ...change })));

  for (const [what, change, why] of [
    ['no voters', { voters: [] }, 'voters at byte'],
    ['voters out of order', { voters: [member('n2'), member('n1')] }, 'in the order of their ids'],
    ['a voter twice', { voters: [member('n1'), member('n1', 2)] }, 'in the order of their ids, each once'],
    ['nobody before', { outgoing: [] }, 'outgoing at byte'],
    ['learners out of order', { learners: [member('n9'), member('n8')] }, 'learners at byte'],
    ['a learner that votes', { learners: [member('n4')] }, 'expected none of the voters, found n4'],
    ['a member without a name', { voters: [member('')] }, 'voters[0].id at byte'],
    ['a disk without a number', { voters: [member('n1', 0)] }, 'voters[0].incarnation at byte'],
    [
      'too many members',
      { voters: Array.from({ length: 1025 }, (_, i) => member(`n${1000 + i}`)) },
      'at most 1024 items',
    ],
  ] as const)
    test(what, () => expect(configuration(change)).toContain(why));

  test('as the configuration of a snapshot', () => {
    const snapshot = { ...SNAPSHOT, configuration: { ...THREE, learners: [member('n1')] } };
    expect(refused(() => decodeRecord(encodeRecords([{ type: 'snapshot', snapshot }])[0]!))).toContain(
      'snapshot.configuration.learners at byte',
    );
  });
});

describe('a chunk that is not of its snapshot', () => {
  const chunk = (change: object): string =>
    message(encodeMessage(GROUP, { ...MESSAGES['installSnapshot']!, ...change } as RaftMessage));
  for (const [what, change, why] of [
    ['it begins behind the end', { offset: 1001, bytes: new Uint8Array() }, 'offset at byte'],
    ['it reaches past the end', { offset: 991 }, 'bytes at byte'],
    ['it says it is the last, and is not (R38)', { offset: 980 }, 'isLast at byte'],
    [
      'its snapshot is of a later term than its leader',
      { snapshot: { ...SNAPSHOT, term: 7 } },
      'snapshot.term at byte',
    ],
    ['its name could be a path', { snapshot: { ...SNAPSHOT, name: '../vote' } }, 'snapshot.name at byte'],
    [
      'its configuration is from behind it',
      { snapshot: { ...SNAPSHOT, configurationIndex: 301 } },
      'snapshot.configurationIndex at byte',
    ],
  ] as const)
    test(what, () => expect(chunk(change)).toContain(why));
});

describe('what no decoder would take, no encoder gives', () => {
  const append = (change: Partial<AppendEntries>) => () => encodeMessage(GROUP, { ...APPEND, ...change });
  const after = (...entries: readonly LogEntry[]) => append({ prevLogIndex: 6, prevLogTerm: 5, entries });

  for (const [what, encode] of [
    ['entries with a gap', after(entry(7, 5), entry(9, 5))],
    ['entries that begin elsewhere', after(entry(8, 5))],
    ['terms that fall', after(entry(7, 6), entry(8, 5))],
    ['times that fall', after({ ...entry(7, 5), timeMs: 5 }, { ...entry(8, 5), timeMs: 4 })],
    ['an entry of an earlier term than the one before the list', after(entry(7, 4))],
    ['a command that is too large', after(entry(7, 5, new Uint8Array(2 ** 24 + 1)))],
    ['an index past 2^53', append({ commitIndex: 2 ** 53 })],
    ['a negative term', append({ term: -1 })],
    ['a record of no entries', () => encodeRecords([{ type: 'entries', entries: [] }])],
    ['an id that is too long', () => encodeRecords([{ type: 'hardState', term: 1, votedFor: 'x'.repeat(256) }])],
    ['half a character', () => encodeRecords([{ type: 'hardState', term: 1, votedFor: '\ud800' }])],
  ] as const)
    test(what, () => {
      expect(encode).toThrow();
      // And the writer is as good as before.
      expect(decodeMessage(GROUP, encodeMessage(GROUP, APPEND))).toEqual(APPEND);
      expect(encodeRecords(Object.values(RECORDS)).map(decodeRecord)).toEqual(Object.values(RECORDS));
    });
});
