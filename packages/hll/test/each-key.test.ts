import { hash } from '@dsys/hash';
import { packKeys } from '@dsys/hash/batch';
import { expect, test } from 'vitest';
import { DataSketchesHyperLogLog } from '../src/datasketches/index.js';
import { PostgresHyperLogLog } from '../src/postgres/index.js';
import { RedisHyperLogLog } from '../src/redis/index.js';
import { keys } from './support.js';

test.each([
  ['Redis', () => RedisHyperLogLog.create()],
  ['PostgreSQL', () => PostgresHyperLogLog.create()],
  ['DataSketches', () => DataSketchesHyperLogLog.create()],
] as [string, () => PostgresHyperLogLog][])(
  'batches of %s: iterables and packed keys, and what is neither',
  (_, make) => {
    const elements = keys(0, 3000);
    const [plain, packed] = [make(), make()];
    expect(plain.addMany(new Set(elements))).toBe(3000);
    expect(packed.addMany(packKeys(elements))).toBe(3000);
    expect(packed.registers()).toEqual(plain.registers());
    expect(() => make().addMany('key' as never)).toThrow(expect.objectContaining({ code: 'bad-option' }));
    expect(() => make().addMany(null as never)).toThrow(expect.objectContaining({ code: 'bad-option' }));
    expect(() => make().addMany(new Uint8Array(3) as never)).toThrow(expect.objectContaining({ code: 'bad-option' }));
    const bytes = new Uint8Array(5);
    expect(() => make().addMany({ bytes, offsets: Uint32Array.of(0, 9) })).toThrow(RangeError);
    expect(() => make().addMany({ bytes, offsets: Uint32Array.of(4, 2) })).toThrow(RangeError);
    expect(() => make().addMany([hash('a')])).toThrow(expect.objectContaining({ code: 'foreign-hash' }));
  },
);

test('64-bit columns are integers, where integers are keys', () => {
  const [column, plain] = [PostgresHyperLogLog.create(), PostgresHyperLogLog.create()];
  column.addMany(BigInt64Array.of(1n, -5n, 7n));
  plain.addMany([1, -5, 7]);
  expect(column.toBytes()).toEqual(plain.toBytes());
});
