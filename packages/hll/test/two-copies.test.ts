/** Two installed copies of this package share no classes and no private fields: what they say of themselves has to do. */
import { expect, test, vi } from 'vitest';
import { DataSketchesHyperLogLog } from '../src/datasketches/index.js';
import { HyperLogLog, joint, UltraLogLog } from '../src/index.js';
import { PostgresHyperLogLog } from '../src/postgres/index.js';
import { RedisHyperLogLog } from '../src/redis/index.js';
import { keys } from './support.js';

vi.resetModules();
const other = {
  ...(await import('../src/index.js')),
  ...(await import('../src/redis/index.js')),
  ...(await import('../src/postgres/index.js')),
  ...(await import('../src/datasketches/index.js')),
};

interface Mergeable {
  addMany(elements: readonly string[]): number;
  merge(other: never): { registers(): Uint8Array };
  registers(): Uint8Array;
}
const pairs: [name: string, mine: () => Mergeable, theirs: () => Mergeable][] = [
  ['HyperLogLog', () => HyperLogLog.create(), () => other.HyperLogLog.create()],
  ['UltraLogLog', () => UltraLogLog.create(), () => other.UltraLogLog.create()],
  ['RedisHyperLogLog', () => RedisHyperLogLog.create(), () => other.RedisHyperLogLog.create()],
  ['PostgresHyperLogLog', () => PostgresHyperLogLog.create(), () => other.PostgresHyperLogLog.create()],
  ['DataSketchesHyperLogLog', () => DataSketchesHyperLogLog.create(), () => other.DataSketchesHyperLogLog.create()],
];

test.each(pairs)('a %s merges with one of another copy', (_, mine, theirs) => {
  expect(mine().constructor).not.toBe(theirs().constructor);
  for (const n of [3, 200, 5000]) {
    const [a, b, whole] = [mine(), theirs(), mine()];
    a.addMany(keys(0, n));
    b.addMany(keys(Math.floor(n / 2), 2 * n));
    whole.addMany(keys(0, 2 * n));
    expect(a.merge(b as never).registers()).toEqual(whole.registers());
  }
});

test('two copies have intersections, and hand sketches over', () => {
  const [a, b] = [HyperLogLog.create(), other.HyperLogLog.create()];
  a.addMany(keys(0, 20));
  b.addMany(keys(10, 30));
  expect(joint(a, b).both.estimate).toBe(10);
  const ultra = UltraLogLog.create({ precision: 6 });
  ultra.addMany(keys(0, 100));
  const bytes = ultra.toBytes();
  const { message } = other.handOver(ultra as never);
  expect(other.takeOver(message as never).toBytes()).toEqual(bytes);
});
