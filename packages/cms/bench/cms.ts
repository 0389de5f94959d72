/**
 * Adding and asking, beside npm `count-min-sketch` 0.1.1 with as many counters: 1,000,000 distinct strings of 16
 * characters, 2,719 × 7 counters (epsilon and delta 0.001), one by one and in batches; then what else there is.
 *
 *     pnpm build && tsx bench/cms.ts [--only TEXT] [--quick] [--json]
 *
 * All of it runs on one thread, and is timed by the processor's clock, which other programs of a busy machine don't move.
 */
import { Bench, besideNative, native, nativeKeys } from '@dsys/bench-kit';
import { CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '@dsys/cms';
import { RedisBloomCountMin } from '@dsys/cms/redisbloom';
import { type KeyBatch, type PackedKeys, packKeys } from '@dsys/hash/batch';
// @ts-expect-error It has no types.
import createPeer from 'count-min-sketch';

interface Peer {
  update(key: string, n: number): void;
  query(key: string): number;
}
const KEYS = 1_000_000;
const PEER_KEYS = 100_000;
const errors = { epsilon: 0.001, delta: 0.001 };
const newPeer = (): Peer => createPeer(errors.epsilon, errors.delta) as Peer;

/** Strings that no round has seen before, flat, as a parser hands them over. */
const freshKeys = (round: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) =>
    Buffer.from(`k${String(round + 10).padStart(4, '0')}:${String(i).padStart(10, '0')}`).toString('latin1'),
  );

let keys: string[] = [];
let peerKeys: string[] = [];
let packed: PackedKeys = packKeys([]);
let column = new BigUint64Array();
const prepare = (round: number): void => {
  keys = freshKeys(round, KEYS);
};
const preparePeer = (round: number): void => {
  peerKeys = freshKeys(round, PEER_KEYS);
};
const peerAdds = {
  name: 'npm count-min-sketch',
  operations: PEER_KEYS,
  prepare: preparePeer,
  run: () => {
    const peer = newPeer();
    for (let i = 0; i < peerKeys.length; i++) peer.update(peerKeys[i]!, 1);
    return peer;
  },
};

const bench = new Bench('cms', { peers: ['count-min-sketch'], from: import.meta.url });

function addEach(update: 'plain' | 'conservative'): unknown {
  const sketch = CountMinSketch.forError({ ...errors, update: update as 'plain' });
  for (let i = 0; i < keys.length; i++) sketch.add(keys[i]!);
  return sketch;
}

await bench.compare({
  title: 'add, one by one',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    { name: 'CountMinSketch', prepare, run: () => addEach('plain') },
    peerAdds,
    { name: 'ConservativeCountMin', prepare, run: () => addEach('conservative') },
  ],
  baseline: peerAdds.name,
  atLeast: 4,
});

await bench.compare({
  title: 'addMany, in batches',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    { name: 'strings', prepare, run: () => CountMinSketch.forError(errors).addMany(keys) },
    peerAdds,
    {
      name: 'packed strings',
      prepare: (round) => {
        packed = packKeys(freshKeys(round, KEYS));
      },
      run: () => CountMinSketch.forError(errors).addMany(packed),
    },
    {
      name: 'BigUint64Array',
      prepare: (round) => {
        column = BigUint64Array.from({ length: KEYS }, (_, i) => BigInt(i * 7919 + round));
      },
      run: () => CountMinSketch.forError(errors).addMany(column),
    },
    {
      name: 'strings, conservative',
      prepare,
      run: () => CountMinSketch.forError({ ...errors, update: 'conservative' }).addMany(keys),
    },
  ],
  baseline: peerAdds.name,
  atLeast: 11,
});

const filled = CountMinSketch.forError(errors);
const filledPeer = newPeer();
for (const key of freshKeys(-5, PEER_KEYS)) {
  filled.add(key);
  filledPeer.update(key, 1);
}
await bench.compare({
  title: 'count',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    {
      name: 'count, with bounds',
      prepare,
      run: () => keys.reduce((sum, key) => sum + filled.count(key).lower, 0),
    },
    {
      name: 'npm count-min-sketch',
      operations: PEER_KEYS,
      prepare: preparePeer,
      run: () => peerKeys.reduce((sum, key) => sum + filledPeer.query(key), 0),
    },
    { name: 'countMany', prepare, run: () => filled.countMany(keys) },
  ],
  baseline: 'npm count-min-sketch',
});

/** A stream in which a few keys come most: by squares of even numbers. */
const prepareSkewed = (round: number): void => {
  keys = freshKeys(round, KEYS);
  const few = keys.slice();
  for (let i = 0; i < KEYS; i++) keys[i] = few[Math.floor((((i * 7919) % KEYS) / KEYS) ** 4 * KEYS)]!;
};
await bench.compare({
  title: 'everything else, a skewed stream in batches',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [
    { name: 'CountMinSketch', prepare: prepareSkewed, run: () => CountMinSketch.forError(errors).addMany(keys) },
    {
      name: 'WindowedCountMin',
      prepare: prepareSkewed,
      run: () => WindowedCountMin.forError({ ...errors, panes: 60 }).addMany(keys),
    },
    {
      name: 'TopK.spaceSaving, 1,000',
      prepare: prepareSkewed,
      run: () => TopK.spaceSaving({ capacity: 1000 }).addMany(keys),
    },
    {
      name: 'TopK.countMin, 100',
      prepare: prepareSkewed,
      run: () => TopK.countMin({ ...errors, k: 100 }).addMany(keys),
    },
    {
      name: 'DyadicCountMin, 32 bits, 1 %',
      operations: 100_000,
      run: (round) => {
        const sketch = DyadicCountMin.forError({ bits: 32, epsilon: 0.01, delta: 0.01 });
        for (let i = 0; i < 100_000; i++) sketch.add((i * 2_654_435_761 + round) % 2 ** 32);
        return sketch;
      },
    },
    {
      name: 'RedisBloomCountMin',
      operations: 100_000,
      prepare: prepareSkewed,
      run: () => {
        const sketch = RedisBloomCountMin.byProb({ error: errors.epsilon, probability: errors.delta });
        for (let i = 0; i < 100_000; i++) sketch.add(keys[i]!);
        return sketch;
      },
    },
  ],
});

const NATIVE = 'beside C++, in batches';
if (!bench.skips(NATIVE)) {
  const shape = { width: 2719, depth: 7 };
  const baseline = native('cms', shape);
  const same = nativeKeys(KEYS);
  const batches: Readonly<Record<'strings' | 'packed' | 'words', KeyBatch>> = same;
  const measured = await bench.compare({
    title: NATIVE,
    unit: 'keys',
    operations: KEYS,
    clock: 'cpu',
    contenders: Object.entries(batches).map(([name, batch]) => ({
      name,
      run: () => CountMinSketch.create(shape).addMany(batch),
    })),
  });
  const ours = Object.fromEntries(measured!.figures.map(({ name, perSecond }) => [name, perSecond]));
  for (const [name, batch] of Object.entries(batches)) {
    const sketch = CountMinSketch.create(shape);
    sketch.addMany(batch);
    const found = checksumOf(sketch);
    const expected = baseline.absent === null ? baseline.figures[name as 'strings'].checksum : found;
    if (found !== expected) throw new Error(`${name}: C++ counts otherwise, ${expected} against ${found}`);
  }
  bench.table('beside C++ -O3 (2,719 × 7 counters, the same ones to the bit)', besideNative(baseline, ours));
}

/** The C++ program's: 31 times what was, and the next counter. */
function checksumOf(sketch: CountMinSketch): number {
  let sum = 0;
  for (const cell of sketch.table.cells) sum = (Math.imul(sum, 31) + cell) >>> 0;
  return sum;
}

bench.end();
