import { readFileSync } from 'node:fs';
import { ByteReader, ByteWriter, openEnvelope, sealEnvelope } from '@dsys/codec';
import { codecLaws } from '@dsys/codec/testing';
import { describe, expect, test } from 'vitest';
import { readHead, writeHead } from '../src/cms-bytes.js';
import { ConservativeCountMin, CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '../src/index.js';
import { hexOf } from './laws.js';
import { samples } from './samples.js';
import { codecs } from './stored.js';

// 1,000 runs are a thousand byte strings of noise and a thousand edits, outside and inside of the envelope: 20,000 in all.
describe.each(Object.entries(codecs))('%s', (_, codec) => {
  for (const law of codecLaws(codec)) test(law.name, () => void law.check());
});

const frozen = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`frozen/${name}-v1.bin`, import.meta.url)));

describe('version 1 is frozen', () => {
  test.each(Object.keys(samples) as (keyof typeof samples)[])('%s is written as it was', (name) => {
    expect(hexOf(samples[name]().toBytes())).toBe(hexOf(frozen(name)));
  });

  test('and read as it was', () => {
    const plain = CountMinSketch.fromBytes(frozen('plain'));
    expect([plain.width, plain.depth, plain.counterBits, plain.total]).toEqual([5, 3, 32, 1006]);
    expect(plain.count('a').estimate).toBe(3);
    expect(plain.count(42).estimate).toBe(1000);
    const decayed = CountMinSketch.fromBytes(frozen('decayed'));
    expect(decayed.count('a')).toMatchObject({ estimate: 824633720835, upper: 824633720836 });
    expect(ConservativeCountMin.fromBytes(frozen('conservative')).count('a').estimate).toBe(3);
    const windowed = WindowedCountMin.fromBytes(frozen('windowed'));
    expect([windowed.newest, windowed.panes, windowed.total]).toEqual([28_000_002, 3, 8]);
    expect([windowed.count('late', { last: 1 }).estimate, windowed.count('late', { last: 2 }).estimate]).toEqual([
      0, 2,
    ]);
    const dyadic = DyadicCountMin.fromBytes(frozen('dyadic'));
    expect([dyadic.total, dyadic.range(8, 31).estimate, dyadic.quantile(1)]).toEqual([12, 3, 31]);
    const top = TopK.fromBytes(frozen('spaceSaving'));
    expect([top.algorithm, top.total, top.top(2)]).toEqual([
      'space-saving',
      13,
      [
        { key: 'a', estimate: 3, lower: 3, upper: 3 },
        { key: 'c', estimate: 3, lower: 2, upper: 3 },
      ],
    ]);
    expect(TopK.fromBytes(frozen('countMinTopK')).top(1)).toMatchObject([{ key: 'a', estimate: 3 }]);
  });
});

describe('what the head says is checked', () => {
  /** The sample with some bytes of its payload replaced. */
  function altered(at: number, ...bytes: number[]): Uint8Array {
    const payload = openEnvelope(frozen('plain'), { kind: 'cms', versions: [1], maxBytes: 1000 }).payload.slice();
    payload.set(bytes, at);
    return sealEnvelope({ kind: 'cms', version: 1 }, payload);
  }

  test.each([
    ['another hash', altered(0, 2), /hash at byte 0: expected 1 \(XXH64\), found 2/],
    ['another seed', altered(1, 7), /seed at byte 1: expected 0, found 7/],
    ['another key domain', altered(9, 2), /keyDomain at byte 9: expected 1/],
    ['an unknown update rule', altered(10, 2), /update at byte 10: expected 0\.\.1/],
    ['counters of 2 bytes', altered(11, 2), /counterBytes at byte 11: expected 4 or 8/],
    ['reserved bytes in use', altered(12, 1), /reserved/],
    ['no columns', altered(16, 0), /width.*at least 1/],
    ['65 rows', altered(20, 65), /depth.*1\.\.64/],
    ['more counters than there may be', altered(16, 0, 0, 0, 16), /2\^28 counters/],
    ['a total that the counters don’t come to', altered(24, 0xef), /counters.*a sum of 1007 in row 0/],
    ['a negative rounding', altered(32, 0, 0, 0, 0, 0, 0, 0xf0, 0xbf), /rounding/],
  ] as const)('%s', (_, bytes, message) => {
    expect(() => CountMinSketch.fromBytes(bytes)).toThrow(message);
  });

  test('a later version says to upgrade', () => {
    const { payload } = openEnvelope(frozen('plain'), { kind: 'cms', versions: [1], maxBytes: 1000 });
    expect(() => CountMinSketch.fromBytes(sealEnvelope({ kind: 'cms', version: 2 }, payload))).toThrow(
      /upgrade to read it/,
    );
  });

  test('it is the head of all sketches: 10 bytes', () => {
    const writer = new ByteWriter();
    writeHead(writer);
    const head = writer.finish();
    expect(hexOf(head)).toBe('01000000000000000001');
    expect(() => readHead(new ByteReader(head))).not.toThrow();
  });
});

test('a few bytes that state a huge size cost nothing', () => {
  for (const name of Object.keys(samples) as (keyof typeof samples)[]) {
    const bytes = frozen(name);
    const kind = Buffer.from(bytes.subarray(4, 11)).toString().replace(/\0+$/, '');
    const { payload } = openEnvelope(bytes, { kind, versions: [1], maxBytes: 10_000 });
    for (let at = 16; at < Math.min(48, payload.length - 4); at += 4) {
      const huge = payload.slice();
      huge.set([0xff, 0xff, 0x3f, 0], at);
      const before = process.memoryUsage().arrayBuffers;
      const read = {
        cms: name === 'conservative' ? ConservativeCountMin : CountMinSketch,
        'cms-win': WindowedCountMin,
        dyadic: DyadicCountMin,
        topk: TopK,
      }[kind]!;
      try {
        read.fromBytes(sealEnvelope({ kind, version: 1 }, huge));
      } catch (error) {
        expect((error as Error).name).toBe('DecodeError');
      }
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    }
  }
});
