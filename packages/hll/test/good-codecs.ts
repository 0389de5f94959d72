/** Our stored forms as `@dsys/codec/testing` takes them, and every reader of bytes from outside, for those who attack them. */
import { type CodecUnderTest, insideEnvelope } from '@dsys/codec/testing';
import { DataSketchesHyperLogLog } from '../src/datasketches/index.js';
import { hash4jState, hyperLogLogOfHash4j, ultraLogLogOfHash4j } from '../src/hash4j/index.js';
import { HyperLogLog, UltraLogLog } from '../src/index.js';
import { PostgresHyperLogLog } from '../src/postgres/index.js';
import { RedisHyperLogLog } from '../src/redis/index.js';
import { keys } from './support.js';

export const hllOf = (n: number, precision: number, hash: 'xxh64' | 'other' = 'xxh64'): HyperLogLog => {
  const sketch = HyperLogLog.create({ precision, hash });
  if (hash === 'xxh64') sketch.addMany(keys(0, n));
  else for (let i = 0; i < n; i++) sketch.addHash(Math.imul(i + 1, 0x9e3779b1), Math.imul(i + 1, 0x85ebca77));
  return sketch;
};
export const ullOf = (n: number, precision: number): UltraLogLog => {
  const sketch = UltraLogLog.create({ precision });
  sketch.addMany(keys(0, n));
  return sketch;
};

const sameBytes = (a: { toBytes(): Uint8Array }, b: { toBytes(): Uint8Array }): boolean =>
  Buffer.compare(a.toBytes(), b.toBytes()) === 0;

export const hllCodec: CodecUnderTest<HyperLogLog> = {
  encode: (sketch) => sketch.toBytes(),
  decode: (bytes) => HyperLogLog.fromBytes(bytes),
  samples: [
    hllOf(0, 4),
    hllOf(0, 14),
    hllOf(3, 14),
    hllOf(12, 7),
    hllOf(100, 4),
    hllOf(100, 5).merge(hllOf(9, 4)),
    hllOf(40, 10),
    hllOf(3, 10, 'other'),
  ],
  equal: sameBytes,
  checksummed: true,
  inside: insideEnvelope,
};

export const ullCodec: CodecUnderTest<UltraLogLog> = {
  encode: (sketch) => sketch.toBytes(),
  decode: (bytes) => UltraLogLog.fromBytes(bytes),
  samples: [ullOf(0, 3), ullOf(5, 3), ullOf(100, 4), ullOf(1000, 5).merge(ullOf(9, 4))],
  equal: sameBytes,
  checksummed: true,
  inside: insideEnvelope,
};

/** Bytes of other programs have more than one spelling: they are attacked for crashes, and must come back as what was read. */
export interface Reader {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Reads, and gives a state to compare, with bytes that must read as the same. Throws `DecodeError`. */
  readonly read: (bytes: Uint8Array) => { state: Uint8Array; written: Uint8Array };
}

const redis = (n: number): RedisHyperLogLog => {
  const sketch = RedisHyperLogLog.create();
  sketch.addMany(keys(0, n));
  return sketch;
};
const postgres = (n: number, explicitThreshold: 'auto' | 0, precision = 6): PostgresHyperLogLog => {
  const sketch = PostgresHyperLogLog.create({ precision, explicitThreshold });
  sketch.addMany(keys(0, n));
  return sketch;
};
const dataSketches = (n: number, precision: number): DataSketchesHyperLogLog => {
  const sketch = DataSketchesHyperLogLog.create({ precision });
  for (let i = 0; i < n; i++) sketch.add(i);
  return sketch;
};

export const readers: readonly Reader[] = [
  {
    name: 'Redis',
    samples: [redis(0).toBytes(), redis(3).toBytes(), redis(200).toBytes(), redis(3).toBytes({ encoding: 'dense' })],
    read(bytes) {
      const sketch = RedisHyperLogLog.fromBytes(bytes);
      return { state: sketch.registers(), written: sketch.toBytes() };
    },
  },
  {
    name: 'PostgreSQL',
    samples: [
      postgres(0, 'auto').toBytes(),
      postgres(4, 'auto').toBytes(),
      postgres(9, 0, 11).toBytes(),
      postgres(300, 0).toBytes(),
    ],
    read(bytes) {
      const sketch = PostgresHyperLogLog.fromBytes(bytes);
      return { state: sketch.registers(), written: sketch.toBytes() };
    },
  },
  {
    name: 'DataSketches',
    samples: [0, 3, 60]
      .flatMap((n) => [dataSketches(n, 10).toBytes(), dataSketches(100 * n, 4).toBytes({ type: 'HLL_4' })])
      .concat((['HLL_4', 'HLL_6', 'HLL_8'] as const).map((type) => dataSketches(5000, 5).toBytes({ type }))),
    read(bytes) {
      const sketch = DataSketchesHyperLogLog.fromBytes(bytes);
      return { state: sketch.registers(), written: sketch.toBytes() };
    },
  },
  {
    name: 'hash4j HyperLogLog',
    samples: [hash4jState(hllOf(50, 4)), hash4jState(hllOf(0, 5))],
    read(bytes) {
      const sketch = hyperLogLogOfHash4j(bytes);
      return { state: sketch.registers(), written: hash4jState(sketch) };
    },
  },
  {
    name: 'hash4j UltraLogLog',
    samples: [hash4jState(ullOf(50, 4)), hash4jState(ullOf(0, 3))],
    read(bytes) {
      const sketch = ultraLogLogOfHash4j(bytes);
      return { state: sketch.registers(), written: hash4jState(sketch) };
    },
  },
];
