import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataSketchesHyperLogLog } from '../src/datasketches/index.js';
import { HyperLogLog, UltraLogLog } from '../src/index.js';
import { PostgresHyperLogLog } from '../src/postgres/index.js';
import { RedisHyperLogLog } from '../src/redis/index.js';
import { anyRange, holds } from './laws.js';
import { keys } from './support.js';

/** What all sketches share, with the state that their laws are about. */
interface Lawful {
  readonly precision: number;
  addMany(elements: readonly string[]): number;
  merge(other: Lawful): Lawful;
  copy(): Lawful;
  registers(): Uint8Array;
  toBytes(): Uint8Array;
}

interface Kind {
  readonly name: string;
  readonly precisions: readonly number[];
  readonly make: (precision: number) => Lawful;
  readonly read: (bytes: Uint8Array) => Lawful;
}

const kinds: Kind[] = [
  {
    name: 'HyperLogLog',
    precisions: [4, 5, 6, 9, 12],
    make: (precision) => HyperLogLog.create({ precision }) as unknown as Lawful,
    read: (bytes) => HyperLogLog.fromBytes(bytes) as unknown as Lawful,
  },
  {
    name: 'UltraLogLog',
    precisions: [3, 6, 11],
    make: (precision) => UltraLogLog.create({ precision }) as unknown as Lawful,
    read: (bytes) => UltraLogLog.fromBytes(bytes) as unknown as Lawful,
  },
  {
    name: 'RedisHyperLogLog',
    precisions: [14],
    make: () => RedisHyperLogLog.create() as unknown as Lawful,
    read: (bytes) => RedisHyperLogLog.fromBytes(bytes) as unknown as Lawful,
  },
  {
    name: 'PostgresHyperLogLog',
    precisions: [11],
    make: (precision) => PostgresHyperLogLog.create({ precision }) as unknown as Lawful,
    read: (bytes) => PostgresHyperLogLog.fromBytes(bytes) as unknown as Lawful,
  },
  {
    name: 'DataSketchesHyperLogLog',
    precisions: [4, 8, 12],
    make: (precision) => DataSketchesHyperLogLog.create({ precision }) as unknown as Lawful,
    read: (bytes) => DataSketchesHyperLogLog.fromBytes(bytes) as unknown as Lawful,
  },
];

/** Comparable at a glance, and quickly. */
const state = (sketch: Lawful): string => {
  const { representation = '' } = sketch as { representation?: string };
  return `${sketch.precision} ${representation} ${Buffer.from(sketch.registers()).toString('base64')}`;
};

describe.each(kinds)('$name', ({ make, read, precisions }) => {
  const anySketch = fc
    .tuple(fc.constantFrom(...precisions), fc.array(anyRange, { maxLength: 3 }))
    .map(([precision, ranges]) => {
      const sketch = make(precision);
      for (const { from, count } of ranges) sketch.addMany(keys(from, from + count));
      return sketch;
    });

  test('merge is commutative', () => {
    holds(
      fc.property(anySketch, anySketch, (a, b) => {
        expect(state(a.copy().merge(b))).toBe(state(b.copy().merge(a)));
      }),
    );
  });

  test('merge is associative', () => {
    holds(
      fc.property(anySketch, anySketch, anySketch, (a, b, c) => {
        const left = a.copy().merge(b).merge(c);
        const right = a.copy().merge(b.copy().merge(c));
        expect(state(left)).toBe(state(right));
      }),
    );
  });

  test('merge is idempotent, and with itself, too', () => {
    holds(
      fc.property(anySketch, anySketch, (a, b) => {
        const merged = a.copy().merge(b);
        const before = state(merged);
        expect(state(merged.merge(b))).toBe(before);
        expect(state(merged.merge(merged))).toBe(before);
      }),
    );
  });

  test('merging is counting: the union of two ranges has the state of both counted by one', () => {
    holds(
      fc.property(anyRange, anyRange, fc.constantFrom(...precisions), (r, s, precision) => {
        const [a, b, whole] = [make(precision), make(precision), make(precision)];
        a.addMany(keys(r.from, r.from + r.count));
        b.addMany(keys(s.from, s.from + s.count));
        whole.addMany(keys(r.from, r.from + r.count));
        whole.addMany(keys(s.from, s.from + s.count));
        expect(state(a.merge(b))).toBe(state(whole));
      }),
    );
  });

  test('the order of items never matters, nor how often they come', () => {
    holds(
      fc.property(anyRange, fc.constantFrom(...precisions), fc.nat(), ({ from, count }, precision, twist) => {
        const [a, b] = [make(precision), make(precision)];
        const elements = keys(from, from + count);
        a.addMany(elements);
        const turned = [...elements.slice(twist % (count + 1)), ...elements.slice(0, twist % (count + 1))].reverse();
        b.addMany([...turned, ...elements]);
        expect(state(b)).toBe(state(a));
      }),
    );
  });

  test('bytes come back as the same sketch, and it goes on alike', () => {
    holds(
      fc.property(anySketch, anyRange, (sketch, { from, count }) => {
        const again = read(sketch.toBytes());
        expect(state(again)).toBe(state(sketch));
        again.addMany(keys(from, from + count));
        sketch.addMany(keys(from, from + count));
        expect(state(again)).toBe(state(sketch));
      }),
    );
  });
});

describe('sparse and dense', () => {
  test('agree: what a sparse sketch knows is what its registers would say', () => {
    holds(
      fc.property(anyRange, fc.constantFrom(8, 11, 14), ({ from, count }, precision) => {
        const sketch = HyperLogLog.create({ precision });
        const dense = HyperLogLog.create({ precision });
        dense.addMany(keys(10_000, 14_000));
        sketch.addMany(keys(from, from + count));
        const both = HyperLogLog.create({ precision });
        both.addMany(keys(10_000, 14_000));
        both.addMany(keys(from, from + count));
        expect(state(dense.merge(sketch) as unknown as Lawful)).toBe(state(both as unknown as Lawful));
      }),
    );
  });

  test('a merged estimate depends on the items alone', () => {
    holds(
      fc.property(anyRange, anyRange, (r, s) => {
        const [a, b] = [HyperLogLog.create({ precision: 10 }), HyperLogLog.create({ precision: 10 })];
        a.addMany(keys(r.from, r.from + r.count));
        b.addMany(keys(s.from, s.from + s.count));
        const [ab, ba] = [a.copy().merge(b), b.copy().merge(a)];
        if (r.count > 0 && s.count > 0) expect(ab.toBytes()).toEqual(ba.toBytes());
        expect(ab.estimate('improved')).toBe(ba.estimate('improved'));
      }),
    );
  });
});
