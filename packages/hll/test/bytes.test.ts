import { readFileSync } from 'node:fs';
import { sealEnvelope } from '@dsys/codec';
import { describe, expect, test } from 'vitest';
import { HyperLogLog, UltraLogLog } from '../src/index.js';
import { hllOf, ullOf } from './good-codecs.js';
import { toHex } from './support.js';

/** Written by version 0.1.0 and never again: what was stored then is read, and written alike, for ever. */
const frozen = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`./frozen/${name}`, import.meta.url)));

export const FROZEN: readonly [name: string, make: () => { toBytes(): Uint8Array }][] = [
  ['hll-v1-empty.bin', () => hllOf(0, 14)],
  ['hll-v1-exact.bin', () => hllOf(20, 14)],
  ['hll-v1-sparse.bin', () => hllOf(100, 10)],
  ['hll-v1-dense.bin', () => hllOf(5000, 8)],
  ['hll-v1-merged.bin', () => hllOf(5000, 8).merge(hllOf(7000, 9))],
  ['hll-v1-other.bin', () => hllOf(5, 12, 'other')],
  ['ull-v1.bin', () => ullOf(5000, 7)],
  ['ull-v1-merged.bin', () => ullOf(5000, 7).merge(ullOf(7000, 8))],
];

describe('frozen files of version 1', () => {
  test.each(FROZEN)('%s is read, and is what we write', (name, make) => {
    const bytes = frozen(name);
    const Sketch = name.startsWith('ull') ? UltraLogLog : HyperLogLog;
    const read = Sketch.fromBytes(bytes);
    expect(toHex(read.toBytes())).toBe(toHex(bytes));
    expect(toHex(make().toBytes())).toBe(toHex(bytes));
    expect(read.estimate()).toBe((make() as HyperLogLog).estimate());
  });
});

test('the layout is the one in the README', () => {
  const bytes = hllOf(1, 14).toBytes();
  // e4 "sys", kind, version 1, length; then hash 1, seed 0, keys 1, precision 14, exact, one hash; then the checksum.
  expect(toHex(bytes.subarray(0, 16))).toBe('e4737973686c6c000000000115000000');
  expect(toHex(bytes.subarray(16, 29))).toBe('010000000000000000010e0001'.padEnd(26, '0').slice(0, 26));
  expect(bytes.length).toBe(16 + 21 + 8);
});

test('a martingale goes on from where it was stored, to the last bit', () => {
  for (const [sketch, more] of [
    [hllOf(5000, 10), HyperLogLog.fromBytes(hllOf(5000, 10).toBytes())],
    [ullOf(5000, 9), UltraLogLog.fromBytes(ullOf(5000, 9).toBytes())],
  ] as const) {
    for (let i = 0; i < 5000; i++) {
      sketch.add(`more:${i}`);
      more.add(`more:${i}`);
    }
    expect(more.hasMartingale).toBe(true);
    expect(toHex(more.toBytes())).toBe(toHex(sketch.toBytes()));
  }
});

describe('a view', () => {
  test.each([
    ['HyperLogLog', () => hllOf(5000, 10).toBytes(), (b: Uint8Array) => HyperLogLog.fromBytes(b, { view: true })],
    ['UltraLogLog', () => ullOf(5000, 10).toBytes(), (b: Uint8Array) => UltraLogLog.fromBytes(b, { view: true })],
  ])('of %s reads your bytes where they are, and never writes to them', (_, make, read) => {
    const bytes = make();
    const before = toHex(bytes);
    const sketch = read(bytes);
    expect(sketch.memoryBytes).toBeLessThanOrEqual(1025);
    const estimate = sketch.estimate();
    for (let i = 0; i < 20_000; i++) sketch.add(`other:${i}`);
    expect(sketch.estimate()).toBeGreaterThan(estimate * 2);
    expect(toHex(bytes)).toBe(before);
    const merged = read(bytes);
    merged.merge(sketch as never);
    expect(toHex(bytes)).toBe(before);
    expect(toHex(read(bytes).toBytes())).toBe(before);
  });
});

describe('what is refused', () => {
  const payload = (change: (payload: Uint8Array) => void): Uint8Array => {
    const bytes = hllOf(100, 4).toBytes();
    const inner = bytes.slice(16, -8);
    change(inner);
    return sealEnvelope({ kind: 'hll', version: 1 }, inner);
  };
  test.each([
    ['an UltraLogLog', ullOf(5, 3).toBytes(), /kind .* hll, found ull/, 'decode-other-kind'],
    [
      'a version of tomorrow',
      sealEnvelope({ kind: 'hll', version: 2 }, new Uint8Array(30)),
      /version/,
      'decode-newer-version',
    ],
    ['an unknown hash', payload((p) => p.set([2], 0)), /hash .* 1 \(XXH64\) or 255/, 'decode-invalid-value'],
    ['a seed', payload((p) => p.set([2], 1)), /seed/, 'decode-invalid-value'],
    ['another key domain', payload((p) => p.set([2], 9)), /keyDomain/, 'decode-invalid-value'],
    ['precision 3', payload((p) => p.set([3], 10)), /precision .* 4\.\.18, found 3/, 'decode-invalid-value'],
    ['precision 19', payload((p) => p.set([19], 10)), /precision/, 'decode-invalid-value'],
    ['precision 18 in 12 bytes', payload((p) => p.set([18], 10)), /registers .* 196608 bytes/, 'decode-truncated'],
    ['representation 3', payload((p) => p.set([3], 11)), /representation/, 'decode-invalid-value'],
    ['a negative martingale', payload((p) => p.set([0xbf], 19)), /martingale/, 'decode-invalid-value'],
    [
      'a rank of 63 at precision 4',
      payload((p) => p.set([63], 20)),
      /ranks of at most 61, found 63/,
      'decode-invalid-value',
    ],
    [
      'a Redis string',
      Uint8Array.from([0x48, 0x59, 0x4c, 0x4c, 0, 0]),
      /magic .* 48 59 4c 4c/,
      'decode-not-an-envelope',
    ],
  ])('%s', (_, bytes, message, code) => {
    expect(() => HyperLogLog.fromBytes(bytes)).toThrow(message);
    expect(() => HyperLogLog.fromBytes(bytes)).toThrow(expect.objectContaining({ code }));
  });

  test('no bytes at all, and what is no bytes', () => {
    expect(() => HyperLogLog.fromBytes(new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: 'decode-truncated' }),
    );
    expect(() => HyperLogLog.fromBytes('hll' as never)).toThrow(TypeError);
    expect(() => UltraLogLog.fromBytes(hllOf(5, 4).toBytes())).toThrow(
      expect.objectContaining({ code: 'decode-other-kind' }),
    );
  });
});
