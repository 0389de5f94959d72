/** What no estimate shows at once: sums that are stored, ranks that are clipped. */
import { expect, test } from 'vitest';
import { DataSketchesHyperLogLog } from '../src/datasketches/index.js';
import { PostgresHyperLogLog } from '../src/postgres/index.js';
import { keys } from './support.js';

test('DataSketches: the sums that a sketch out of order stores are those of its registers, also after more items', () => {
  const sketch = DataSketchesHyperLogLog.create({ precision: 8 });
  const other = DataSketchesHyperLogLog.create({ precision: 8 });
  sketch.addMany(keys(0, 1000));
  other.addMany(keys(500, 2000));
  sketch.merge(other);
  for (let from = 2000; from < 5000; from += 1000) {
    const view = new DataView(sketch.toBytes({ type: 'HLL_8' }).buffer);
    let sum = 0;
    for (const rank of sketch.registers()) sum += 2 ** -rank;
    expect(view.getFloat64(16, true) + view.getFloat64(24, true)).toBe(sum);
    sketch.addMany(keys(from, from + 1000));
  }
});

test('PostgreSQL: ranks stop at what a register can hold', () => {
  const sketch = PostgresHyperLogLog.create({ precision: 4, registerBits: 2, explicitThreshold: 0 });
  sketch.addMany(keys(0, 5000));
  expect([...new Set(sketch.registers())]).toEqual([3]);
  expect(PostgresHyperLogLog.fromBytes(sketch.toBytes()).registers()).toEqual(sketch.registers());
});
