/**
 * XXH64 of many keys: in batches beside key by key, both kernels, and beside what C++ -O3 does with libxxhash where g++ is
 * present. A batch is worth its code only where it is faster than `xxh64Lanes` in a loop: this program says whether.
 *
 *     pnpm build && tsx bench/batch.ts [--only TEXT] [--quick] [--json]
 */
import { Bench, besideNative, type NativeKeys, native, nativeKeys } from '@dsys/bench-kit';
import { type Key, xxh64Lanes } from '@dsys/hash';
import { type HashKernel, hashBatches, hashKernel, type KeyBatch, packKeys, withHashKernel } from '@dsys/hash/batch';

const KEYS = 1_000_000;
const bench = new Bench('hash batches', { from: import.meta.url });
const { strings, packed, words } = nativeKeys(KEYS);
const pair = new Uint32Array(2);

/** All hashes of a batch xored: work that the engine can't leave out, and the checksum of the C++ program. */
function inBatches(keys: KeyBatch): number {
  let low = 0;
  let high = 0;
  hashBatches(keys, (lanes, count) => {
    for (let i = 0; i < count; i++) {
      low ^= lanes[2 * i]!;
      high ^= lanes[2 * i + 1]!;
    }
  });
  return (Math.imul(low, 31) + high) >>> 0;
}

/** The same key by key, with a loop of its own for each kind of keys. */
function keyByKey(): (keys: ArrayLike<Key>) => number {
  return new Function(
    'xxh64Lanes',
    'pair',
    `return (keys) => {
      let low = 0, high = 0;
      for (let i = 0; i < keys.length; i++) { xxh64Lanes(keys[i], pair); low ^= pair[0]; high ^= pair[1]; }
      return (Math.imul(low, 31) + high) >>> 0;
    }`,
  )(xxh64Lanes, pair) as (keys: ArrayLike<Key>) => number;
}

const kernel = hashKernel();
const inKernel = (name: HashKernel, keys: KeyBatch) => ({
  name: `in batches, ${name}`,
  run: () => withHashKernel(name, () => inBatches(keys)),
});

async function compare(title: string, keys: KeyBatch, single: ArrayLike<Key> | null): Promise<number | undefined> {
  const loop = keyByKey();
  const kernels = [...new Set<HashKernel>([kernel, 'typescript'])].map((name) => inKernel(name, keys));
  const alone = single === null ? [] : [{ name: 'key by key', run: () => loop(single) }];
  const measured = await bench.compare({
    title,
    unit: 'keys',
    operations: KEYS,
    clock: 'cpu',
    contenders: [...kernels, ...alone],
    ...(single !== null && { baseline: 'key by key' }),
  });
  return measured?.figures[0]?.perSecond;
}

const ours: Partial<Record<NativeKeys, number>> = {};
const kinds: [NativeKeys, string, KeyBatch, ArrayLike<Key> | null][] = [
  ['strings', 'strings of 16', strings, strings],
  ['packed', 'packed keys of 16 bytes', packed, null],
  ['words', 'a 64-bit column', words, words],
];
for (const [kind, title, keys, single] of kinds) {
  const perSecond = await compare(title, keys, single);
  if (perSecond !== undefined) ours[kind] = perSecond;
}

const numbers = Array.from(words, (word) => Number(BigInt.asIntN(53, word)));
await compare('numbers', numbers, numbers);
const bytes = strings.map((text) => new TextEncoder().encode(text));
await compare('Uint8Arrays of 16', bytes, bytes);
for (const [name, character] of [
  ['Latin', 'é'],
  ['Chinese', '字'],
] as const) {
  const texts = strings.map((text) => text.slice(0, 12) + character.repeat(4));
  await compare(`strings of 16, four of them ${name}`, texts, texts);
}
const long = strings.map((text) => (text + text + text).slice(0, 40));
await compare('strings of 40', long, long);

await bench.compare({
  title: 'packing strings of 16',
  unit: 'keys',
  operations: KEYS,
  clock: 'cpu',
  contenders: [{ name: 'packKeys', run: () => packKeys(strings).bytes.length }],
});

if (!bench.skips('beside C++')) {
  const baseline = native('hash', { keys: KEYS });
  bench.table('beside C++ -O3 with libxxhash: the hash alone', besideNative(baseline, ours));
  if (baseline.absent === null) {
    for (const [kind, , keys] of kinds) {
      if (inBatches(keys) !== baseline.figures[kind].checksum) throw new Error(`C++ hashes other bits of ${kind}`);
    }
  }
}

bench.end();
