import { isDecodeError } from '@dsys/codec';
import { codecLaws } from '@dsys/codec/testing';
import {
  decodeConfiguration,
  decodeMessage,
  decodeRecord,
  encodeConfiguration,
  encodeMessage,
  encodeRecords,
  type LogEntry,
  type RaftRecord,
} from '@dsys/raft';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configurations, logs, messages, records } from './arbitraries.js';
import frozen from './frozen-v1.json' with { type: 'json' };
import { entry, GROUP, JOINT, MESSAGES, RECORDS, THREE } from './samples.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const encodeRecord = (record: RaftRecord): Uint8Array => {
  const encoded = encodeRecords([record]);
  expect(encoded).toHaveLength(1);
  return encoded[0]!;
};

describe('version 1 is frozen', () => {
  test('every message has the bytes that it had, and they give it back', () => {
    expect(Object.keys(frozen.messages)).toEqual(Object.keys(MESSAGES));
    for (const [name, message] of Object.entries(MESSAGES)) {
      const bytes = frozen.messages[name as keyof typeof frozen.messages];
      expect(hex(encodeMessage(GROUP, message)), name).toBe(bytes);
      expect(decodeMessage(GROUP, new Uint8Array(Buffer.from(bytes, 'hex'))), name).toEqual(message);
    }
  });

  test('every record has the bytes that it had, and they give it back', () => {
    expect(Object.keys(frozen.records)).toEqual(Object.keys(RECORDS));
    for (const [name, record] of Object.entries(RECORDS)) {
      const bytes = frozen.records[name as keyof typeof frozen.records];
      expect(hex(encodeRecord(record)), name).toBe(bytes);
      expect(decodeRecord(new Uint8Array(Buffer.from(bytes, 'hex'))), name).toEqual(record);
    }
  });

  test('every kind of message and of record is among them', () => {
    expect(new Set(Object.values(MESSAGES).map(({ type }) => type)).size).toBe(13);
    expect(new Set(Object.values(RECORDS).map(({ type }) => type)).size).toBe(6);
  });
});

describe('laws of messages', () => {
  const samples = Object.values(MESSAGES);
  const encode = (message: (typeof samples)[number]) => encodeMessage(GROUP, message);
  for (const law of codecLaws({ encode, decode: (bytes) => decodeMessage(GROUP, bytes), samples }, { runs: 300 }))
    test(law.name, law.check);

  test('what was encoded comes back (random ones)', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeMessage(GROUP, encode(message))).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });
});

describe('laws of records', () => {
  for (const law of codecLaws(
    { encode: encodeRecord, decode: decodeRecord, samples: Object.values(RECORDS) },
    { runs: 300 },
  ))
    test(law.name, law.check);

  test('what was encoded comes back (random ones), in order', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 4 }), (list) => {
        expect(encodeRecords(list).map(decodeRecord)).toEqual(list);
      }),
      { numRuns: 300 },
    );
  });

  test('entries that are many bytes together become several records, and the same entries', () => {
    const entries = Array.from({ length: 40 }, (_, i) => entry(5 + i, 2, new Uint8Array(50_000).fill(i)));
    const encoded = encodeRecords([{ type: 'entries', entries }]);
    expect(encoded.length).toBeGreaterThan(5);
    for (const bytes of encoded) expect(bytes.length).toBeLessThan(350_000);
    const back = encoded.map(decodeRecord).flatMap((record) => (record.type === 'entries' ? record.entries : []));
    const shown = (list: readonly LogEntry[]) =>
      list.map((e) => [e.index, e.term, e.timeMs, e.bytes.length, e.bytes.at(-1)]);
    expect(shown(back)).toEqual(shown(entries));
  });

  test('no log is too long for its records', () => {
    const entries = Array.from({ length: 70_000 }, (_, i) => entry(1 + i, 1, new Uint8Array()));
    const counts = encodeRecords([{ type: 'entries', entries }]).map((bytes) => {
      const record = decodeRecord(bytes);
      return record.type === 'entries' ? record.entries.length : 0;
    });
    expect(counts.reduce((a, b) => a + b)).toBe(70_000);
  });
});

describe('laws of configurations', () => {
  for (const law of codecLaws(
    { encode: encodeConfiguration, decode: decodeConfiguration, samples: [THREE, JOINT] },
    { runs: 300 },
  ))
    test(law.name, law.check);

  test('what was encoded comes back (random ones)', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        expect(decodeConfiguration(encodeConfiguration(configuration))).toEqual(configuration);
      }),
      { numRuns: 200 },
    );
  });
});

describe('memory', () => {
  test('an entry keeps its own bytes alive and not the chunk its frame came in', () => {
    const frame = encodeMessage(GROUP, MESSAGES['appendEntries']!);
    const socketChunk = new Uint8Array(64 * 1024);
    socketChunk.set(frame, 1000);
    const message = decodeMessage(GROUP, socketChunk.subarray(1000, 1000 + frame.length));
    if (message.type !== 'appendEntries') throw new Error('another message');
    for (const { bytes } of message.entries) if (bytes.length > 0) expect(bytes.buffer).not.toBe(socketChunk.buffer);
    socketChunk.fill(0); // what was copied does not notice
    expect(message.entries[0]!.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('an entry that is most of its frame is a view of it: a large one is not copied', () => {
    const large = new Uint8Array(100_000).fill(7);
    const append = { ...MESSAGES['appendEntries']!, entries: [entry(7, 6, large)] } as (typeof MESSAGES)[string];
    const frame = encodeMessage(GROUP, append).slice();
    const message = decodeMessage(GROUP, frame);
    if (message.type !== 'appendEntries') throw new Error('another message');
    expect(message.entries[0]!.bytes.buffer).toBe(frame.buffer);
  });

  test('a log of any size is encoded without a copy that is kept: messages are the bytes of their frames', () => {
    fc.assert(
      fc.property(logs, (entries) => {
        const [first] = entries;
        const message = {
          ...MESSAGES['heartbeat']!,
          term: Number.MAX_SAFE_INTEGER,
          prevLogIndex: first!.index - 1,
          prevLogTerm: first!.index === 1 ? 0 : 1,
          entries,
        } as (typeof MESSAGES)[string];
        const bytes = encodeMessage(GROUP, message);
        const before = hex(bytes);
        encodeMessage(GROUP, MESSAGES['appendEntries']!);
        expect(hex(bytes)).toBe(before);
      }),
      { numRuns: 50 },
    );
  });
});

test('the head says whose frame it is', () => {
  const bytes = encodeMessage({ cluster: 'payments' }, MESSAGES['vote']!);
  const refused = (() => {
    try {
      return decodeMessage(GROUP, bytes);
    } catch (error) {
      return error;
    }
  })();
  expect(isDecodeError(refused)).toBe(true);
  expect(String(refused)).toBe('DecodeError: cluster at byte 1: expected orders, found payments');
});
