/**
 * Keys a second, put in and asked for, beside npm `bloomfilter` (the fastest peer) and `bloom-filters` (the one that people
 * install): strings of 16 characters, all distinct, filters for as many at 1 %. `npm run bench -- bloom`.
 */
import { Bench, besideNative, type Contender, type NativeKeys, native, nativeKeys } from '@dsys/bench-kit';
import { BinaryFuseFilter, BloomFilter, type BloomLayout, CountingBloomFilter, ScalableBloomFilter } from '@dsys/bloom';
import { type KeyBatch, packKeys } from '@dsys/hash/batch';
import npm from 'bloom-filters';
// @ts-expect-error It has no types.
import { BloomFilter as UntypedPeer } from 'bloomfilter';

interface Peer {
  add(key: string): void;
  test(key: string): boolean;
}
const Peer = UntypedPeer as new (bits: number, hashes: number) => Peer;

const RATE = 0.01;
/** What npm `bloom-filters` does of each million, and still takes its time. */
const SLOW = 20_000;

/** Flat strings, as a parser hands them over. */
const keysOf = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(`key:${String(i * 7919).padStart(12, '0')}`).toString('latin1'));

/**
 * A loop of its own for each contender, so that an engine fits it to that one, as in a program that has one filter. Our words
 * are read at the end, so that no key is left waiting.
 */
const newLoop = (method: string): ((filter: unknown, keys: readonly string[]) => unknown) =>
  new Function(
    'filter',
    'keys',
    `let last; for (let i = 0; i < keys.length; i++) last = filter.${method}(keys[i]); return filter.words?.[0] ?? last;`,
  ) as never;

/** One key at a time: into an empty filter, or asked of a full one. */
function single(
  name: string,
  make: () => unknown,
  method: string,
  keys: readonly string[],
  fillFirst: boolean,
): Contender {
  const loop = newLoop(method);
  const fill = newLoop('add');
  let filter: unknown;
  return {
    name,
    operations: keys.length,
    prepare: () => {
      if (fillFirst && filter !== undefined) return;
      filter = make();
      if (fillFirst) fill(filter, keys);
    },
    run: () => loop(filter, keys),
  };
}

/** All keys in one call. */
function batch(name: string, make: () => { addMany(keys: KeyBatch): unknown }, keys: KeyBatch): Contender {
  let filter = make();
  return {
    name,
    prepare: () => {
      filter = make();
    },
    run: () => filter.addMany(keys),
  };
}

const bench = new Bench('bloom', { peers: ['bloomfilter', 'bloom-filters'], from: import.meta.url });

for (const [count, label] of [
  [1_000_000, '1M'],
  [4_000_000, '4M'],
] as const) {
  const titles = {
    one: `add, ${label} strings of 16 characters, one by one`,
    batch: `add, ${label} strings of 16 characters, in a batch`,
    column: `add, ${label} integers of 64 bits, in a column (BigUint64Array), against strings of bloomfilter`,
    packed: `add, ${label} packed keys of 16 bytes, against strings of bloomfilter`,
    has: `has, ${label} strings of 16 characters, all of them in`,
    hasMany: `has, ${label} strings of 16 characters, in a batch`,
  };
  if (Object.values(titles).every((title) => bench.skips(title))) continue;
  const keys = keysOf(count);
  const few = keys.slice(0, SLOW);
  const bits = 32 * Math.ceil((-count * Math.log(RATE)) / Math.LN2 ** 2 / 32);
  const ours = (layout: BloomLayout) => (): BloomFilter =>
    BloomFilter.forItems({ expected: count, falsePositiveRate: RATE, layout });
  const peer = (): Peer => new Peer(bits, 7);
  const slow = (): unknown => npm.BloomFilter.create(count, RATE);
  const baseline = 'npm bloomfilter';
  const common = { clock: 'cpu', unit: 'keys', operations: count, baseline } as const;
  const peerAdds = (): Contender => single(baseline, peer, 'add', keys, false);
  await bench.compare({
    ...common,
    title: titles.one,
    contenders: [
      single('BloomFilter', ours('split-block'), 'add', keys, false),
      single('BloomFilter, classic', ours('classic'), 'add', keys, false),
      peerAdds(),
      single('npm bloom-filters', slow, 'add', few, false),
    ],
    ...(count === 1_000_000 ? { atLeast: 1.8 } : {}),
  });
  await bench.compare({
    ...common,
    title: titles.batch,
    contenders: [
      batch('BloomFilter', ours('split-block'), keys),
      batch('BloomFilter, classic', ours('classic'), keys),
      peerAdds(),
    ],
    atLeast: count === 1_000_000 ? 3.2 : 5,
  });
  const column = BigUint64Array.from(keys, (_, i) => BigInt(i) * 7919n);
  await bench.compare({
    ...common,
    title: titles.column,
    contenders: [
      batch('BloomFilter', ours('split-block'), column),
      batch('BloomFilter, classic', ours('classic'), column),
      peerAdds(),
    ],
    ...(count === 1_000_000 ? { atLeast: 10 } : {}),
  });
  const packed = packKeys(keys);
  await bench.compare({
    ...common,
    title: titles.packed,
    contenders: [
      batch('BloomFilter', ours('split-block'), packed),
      batch('BloomFilter, classic', ours('classic'), packed),
      peerAdds(),
    ],
  });
  await bench.compare({
    ...common,
    title: titles.has,
    contenders: [
      single('BloomFilter', ours('split-block'), 'has', keys, true),
      single('BloomFilter, classic', ours('classic'), 'has', keys, true),
      single(baseline, peer, 'test', keys, true),
      single('npm bloom-filters', slow, 'has', few, true),
    ],
  });
  if (bench.skips(titles.hasMany)) continue;
  const full = ours('split-block')();
  full.addMany(keys);
  await bench.compare({
    ...common,
    title: titles.hasMany,
    contenders: [{ name: 'BloomFilter', run: () => full.hasMany(keys) }, single(baseline, peer, 'test', keys, true)],
  });
}

const others = 'the other filters, 1M strings of 16 characters';
if (!bench.skips(others)) {
  const keys = keysOf(1_000_000);
  const packed = packKeys(keys);
  const fuse = BinaryFuseFilter.build(packed);
  await bench.compare({
    clock: 'cpu',
    title: others,
    unit: 'keys',
    operations: keys.length,
    contenders: [
      batch(
        'CountingBloomFilter, addMany',
        () => CountingBloomFilter.forItems({ expected: keys.length, falsePositiveRate: RATE }),
        keys,
      ),
      batch(
        'ScalableBloomFilter, addMany',
        () => ScalableBloomFilter.create({ falsePositiveRate: RATE, initialCapacity: 10_000 }),
        keys,
      ),
      { name: 'BinaryFuseFilter, build', run: () => BinaryFuseFilter.build(packed) },
      { name: 'BinaryFuseFilter, hasMany', run: () => fuse.hasMany(packed) },
    ],
  });
}

const beside = 'beside C++ -O3 -mavx2 with libxxhash, 1M keys in a batch, 1.25 MiB of split blocks';
if (!bench.skips(beside)) {
  const bytes = 1_310_720;
  const create = (): BloomFilter => BloomFilter.create({ layout: 'split-block', bitCount: 8 * bytes });
  const keys = nativeKeys();
  const kinds = Object.entries(keys) as [NativeKeys, KeyBatch][];
  const measured = await bench.compare({
    clock: 'cpu',
    title: beside,
    unit: 'keys',
    operations: keys.strings.length,
    contenders: kinds.map(([kind, batchOf]) => batch(kind, create, batchOf)),
  });
  const baseline = native('bloom', { bytes });
  const ours = Object.fromEntries(measured!.figures.map(({ name, perSecond }) => [name, perSecond]));
  bench.table(beside, besideNative(baseline, ours, { strings: 0.28, packed: 0.65 }));
  for (const [kind, batchOf] of kinds) {
    if (baseline.absent !== null) break;
    const filter = create();
    filter.addMany(batchOf);
    const checksum = filter.words.reduce((sum, word) => (Math.imul(sum, 31) + word) >>> 0, 0);
    if (checksum !== baseline.figures[kind].checksum) throw new Error(`C++ sets other bits for ${kind}`);
  }
}

bench.end();
