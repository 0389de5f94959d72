/**
 * Adding, beside npm `streamcount` 1.0.1 and `hyperloglog-lite` 1.0.2 with as many registers (16,384), and beside C++:
 * 1,000,000 distinct strings of 16 characters, one by one and in batches; then what else there is; then how far off each is.
 *
 *     pnpm build && tsx bench/hll.ts [--only TEXT] [--quick] [--json]
 *
 * All of it runs on one thread, and is timed by the processor's clock, which other programs of a busy machine don't move.
 */
import { Bench, besideNative, type Contender, native } from '@dsys/bench-kit';
import { packKeys } from '@dsys/hash/batch';
import { HyperLogLog, joint, UltraLogLog } from '@dsys/hll';
import { DataSketchesHyperLogLog } from '@dsys/hll/datasketches';
import { HyperLogLog as LeanHyperLogLog } from '@dsys/hll/lean';
import { PostgresHyperLogLog } from '@dsys/hll/postgres';
import { RedisHyperLogLog } from '@dsys/hll/redis';
// @ts-expect-error It has no types.
import makeLite from 'hyperloglog-lite';
// @ts-expect-error It has no types.
import streamcount from 'streamcount';

interface Peer {
  add(key: string): void;
  count(): number;
}
const KEYS = 1_000_000;
const Peer = streamcount.HyperLogLog as new (error: number) => Peer;
// 1.04 / √16,384 is 0.008125: it takes the next power of two.
const newPeer = (): Peer => new Peer(0.0082);

/** It takes hashes, of its own function. */
const newLite = (): Peer => {
  const lite = makeLite(14) as { add(hash: number[]): unknown; count(): number };
  return { add: (key) => void lite.add(makeLite.hash(key)), count: () => lite.count() };
};

/** Flat strings, as a parser hands them over. */
const freshKeys = (round: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    Buffer.from(`k${String(round + 10).padStart(4, '0')}:${String(i).padStart(10, '0')}`).toString('latin1'),
  );

// The same in every round: what the collection of strings made a moment ago costs would else be counted as the sketch's.
const keys = freshKeys(0, KEYS);
const packed = packKeys(keys);
const column = BigUint64Array.from(keys, (_, i) => BigInt(i * 7919));

/** With a loop of its own, so that an engine fits it to that one, as in a program that has one sketch. */
const single = (name: string, make: () => { add(key: string): unknown }): Contender => {
  const loop = new Function(
    'sketch',
    'keys',
    'for (let i = 0; i < keys.length; i++) sketch.add(keys[i]); return sketch;',
  ) as (sketch: unknown, keys: readonly string[]) => { estimate?(): number };
  // Asked at the end, so that no key is left waiting.
  return { name, run: () => loop(make(), keys).estimate?.() };
};
const peerAdds = single('npm streamcount', newPeer);

function addEach<S extends { add(key: string): unknown }>(sketch: S, list: readonly string[]): S {
  for (let i = 0; i < list.length; i++) sketch.add(list[i]!);
  return sketch;
}

const bench = new Bench('hll', { peers: ['streamcount', 'hyperloglog-lite'], from: import.meta.url });

await bench.compare({
  title: 'add, one by one',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    single('HyperLogLog', () => HyperLogLog.create()),
    peerAdds,
    single('HyperLogLog of /lean', () => LeanHyperLogLog.create()),
    single('UltraLogLog', () => UltraLogLog.create({ precision: 14 })),
  ],
  baseline: peerAdds.name,
  atLeast: 3.3,
});

const batches = await bench.compare({
  title: 'addMany, in batches',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    { name: 'strings', run: () => HyperLogLog.create().addMany(keys) },
    peerAdds,
    { name: 'packed strings', run: () => HyperLogLog.create().addMany(packed) },
    { name: 'BigUint64Array', run: () => HyperLogLog.create().addMany(column) },
    { name: 'strings, UltraLogLog', run: () => UltraLogLog.create({ precision: 14 }).addMany(keys) },
  ],
  baseline: peerAdds.name,
  atLeast: 6,
});

if (batches !== null && !bench.skips('beside C++')) {
  const rate = (name: string): number => batches.figures.find((figure) => figure.name === name)!.perSecond;
  const ours = { strings: rate('strings'), packed: rate('packed strings'), words: rate('BigUint64Array') };
  bench.table('beside C++ (precision 14)', besideNative(native('hll', { precision: 14 }), ours));
}

const dense = HyperLogLog.create();
dense.addMany(freshKeys(-5, 200_000));
const other = HyperLogLog.create();
other.addMany(freshKeys(-4, 200_000));
const merged = dense.copy().merge(other);
const bytes = dense.toBytes();
const ROUNDS = 200;
const repeated = (what: () => unknown) => (): unknown => {
  let last: unknown;
  for (let i = 0; i < ROUNDS; i++) last = what();
  return last;
};
await bench.compare({
  title: 'whole sketches of 16,384 registers',
  unit: 'calls',
  operations: ROUNDS,
  clock: 'cpu',
  contenders: [
    { name: 'estimate, martingale', run: repeated(() => dense.estimate()) },
    { name: 'estimate, improved', run: repeated(() => merged.estimate()) },
    { name: 'copy and merge', run: repeated(() => dense.copy().merge(other)) },
    { name: 'toBytes', run: repeated(() => dense.toBytes()) },
    { name: 'fromBytes', run: repeated(() => HyperLogLog.fromBytes(bytes)) },
    { name: 'joint', operations: 20, run: () => Array.from({ length: 20 }, () => joint(dense, other)) },
  ],
});

// After the others: what they leave to the garbage collector is not to be found in the figures above.
await bench.compare({
  title: 'of engines and other peers: add, one by one',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    single('RedisHyperLogLog', () => RedisHyperLogLog.create()),
    single('PostgresHyperLogLog', () => PostgresHyperLogLog.create({ precision: 14 })),
    single('DataSketchesHyperLogLog', () => DataSketchesHyperLogLog.create({ precision: 14 })),
    single('npm hyperloglog-lite', newLite),
    peerAdds,
  ],
  baseline: peerAdds.name,
});

const ERRORS = 'error of one sketch of 16,384 registers, in per cent of the truth';
if (!bench.skips(ERRORS))
  bench.table(
    ERRORS,
    [100, 1000, 10_000, 40_000, 100_000, 1_000_000].map((n) => {
      const list = freshKeys(-3, n);
      const percent = (count: number): number => Number((100 * (count / n - 1)).toFixed(3));
      const merged = addEach(HyperLogLog.create(), list).merge(addEach(HyperLogLog.create(), list));
      return {
        items: n,
        HyperLogLog: percent(addEach(HyperLogLog.create(), list).estimate()),
        'after a merge': percent(merged.estimate()),
        UltraLogLog: percent(addEach(UltraLogLog.create({ precision: 14 }), list).estimate()),
        streamcount: percent(addEach(newPeer(), list).count()),
        'hyperloglog-lite': percent(addEach(newLite(), list).count()),
      };
    }),
  );
bench.end();
