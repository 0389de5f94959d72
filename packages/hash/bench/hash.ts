/**
 * Every hash of the package on strings, bytes and integers, and beside the libraries that do the same.
 *
 * Our own code stands beside a library's in two places, and this program says whether it still should:
 *
 * - MD5: ketama needs one digest of a short string per lookup, at least 5 million a second, synchronously, in every
 *   runtime. `node:crypto` is there in Node alone, and crossing into it costs more than the digest; `@noble/hashes` is
 *   written to be audited, not for tiny inputs.
 * - XXH32 and XXH64: `xxhash-wasm` is the faster on long input, and serves `@dsys/hash/stream`. For short keys the way
 *   into WebAssembly memory costs more than the hash, its 64 bits come back as a BigInt, and it starts asynchronously,
 *   which a constructor or `ring.owner(key)` can't wait for.
 */
import { hash as nodeHash } from 'node:crypto';
import { Bench } from '@dsys/bench-kit';
import * as ours from '@dsys/hash';
import { md5 as nobleMd5 } from '@noble/hashes/legacy.js';
import { createMD5, createXXHash32, createXXHash64 } from 'hash-wasm';
import murmurhash from 'murmurhash';
import xxhash from 'xxhash-wasm';

type Hash = (key: never) => unknown;
type Kind = 'strings' | 'bytes' | 'integers';

const KEYS = 20_000;
const bench = new Bench('hash', {
  peers: ['xxhash-wasm', '@noble/hashes', 'hash-wasm', 'murmurhash'],
  from: import.meta.url,
});
const out = new Uint32Array(4);
const encoder = new TextEncoder();

/** Distinct keys, other ones each round. Strings are flat, one byte a character, as they come from a socket. */
function makeKeys(kind: Kind, length: number, round: number): unknown[] {
  let state = 0x9e3779b9 ^ (round * 7919 + length);
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return Array.from({ length: KEYS }, () => {
    if (kind === 'integers') return next();
    const bytes = Uint8Array.from({ length }, () => 0x61 + (next() % 26));
    return kind === 'bytes' ? bytes : Buffer.from(bytes).toString('latin1');
  });
}

/**
 * A contender with a loop of its own: in one loop for all, the engine would see twenty functions at one call and inline
 * none. Slow peers hash fewer keys.
 */
function contender(name: string, hash: Hash, kind: Kind, length: number, share = 1) {
  const loop = new Function('hash', 'keys', 'count', 'for (let i = 0; i < count; i++) hash(keys[i])') as (
    hash: Hash,
    keys: unknown[],
    count: number,
  ) => void;
  const repeats = length > 100 ? 1 : 4;
  const count = Math.round(KEYS * share);
  let keys: unknown[] = [];
  return {
    name,
    operations: count * repeats,
    prepare: (round: number) => {
      keys = makeKeys(kind, length, round);
    },
    run: () => {
      for (let i = 0; i < repeats; i++) loop(hash, keys, count);
    },
  };
}

const everyHash: Record<string, Hash> = {
  xxh32: (key) => ours.xxh32(key),
  xxh64Lanes: (key) => ours.xxh64Lanes(key, out),
  xxh64: (key) => ours.xxh64(key),
  hash: (key) => ours.hash(key),
  xxh3Lanes: (key) => ours.xxh3Lanes(key, out),
  xxh3_128Lanes: (key) => ours.xxh3_128Lanes(key, out),
  murmur3_x86_32: (key) => ours.murmur3_x86_32(key),
  murmur3_x86_128Lanes: (key) => ours.murmur3_x86_128Lanes(key, out),
  murmur3_x64_128Lanes: (key) => ours.murmur3_x64_128Lanes(key, out),
  murmur64aLanes: (key) => ours.murmur64aLanes(key, out),
  murmur2: (key) => ours.murmur2(key),
  md5Lanes: (key) => ours.md5Lanes(key, out),
  fnv1a_32: (key) => ours.fnv1a_32(key),
  fnv1a_64Lanes: (key) => ours.fnv1a_64Lanes(key, out),
  jenkinsOneAtATime: (key) => ours.jenkinsOneAtATime(key),
  jenkinsLookup3: (key) => ours.jenkinsLookup3(key),
  hsieh: (key) => ours.hsieh(key),
  crc16: (key) => ours.crc16(key),
  crc32: (key) => ours.crc32(key),
  sdbm: (key) => ours.sdbm(key),
  djb2: (key) => ours.djb2(key),
  wt6: (key) => ours.wt6(key),
};

const sizes: [Kind, number][] = [
  ['strings', 8],
  ['strings', 16],
  ['strings', 40],
  ['strings', 256],
  ['bytes', 8],
  ['bytes', 16],
  ['bytes', 40],
  ['bytes', 256],
  ['integers', 8],
];
const titleOf = (kind: Kind, length: number): string => (kind === 'integers' ? kind : `${kind} of ${length}`);

const wasm = await xxhash();
const wasmMd5 = await createMD5();
const wasm32 = await createXXHash32();
const wasm64 = await createXXHash64();

/** What others do for the same input: of strings and of bytes, with the share of the keys that they get to hash. */
const peers: { title: string; ours: string; strings: [string, Hash, number][]; bytes: [string, Hash, number][] }[] = [
  {
    title: 'MD5',
    ours: 'md5Lanes',
    strings: [
      ['@noble/hashes', (key) => nobleMd5(encoder.encode(key)), 0.1],
      ['node:crypto', (key) => nodeHash('md5', key, 'buffer'), 0.1],
      ['hash-wasm', (key) => wasmMd5.init().update(key).digest('binary'), 0.2],
    ],
    bytes: [
      ['@noble/hashes', (key) => nobleMd5(key), 0.1],
      ['node:crypto', (key) => nodeHash('md5', key, 'buffer'), 0.1],
      ['hash-wasm', (key) => wasmMd5.init().update(key).digest('binary'), 0.2],
    ],
  },
  {
    title: 'XXH64',
    ours: 'xxh64Lanes',
    strings: [
      ['xxhash-wasm', (key) => wasm.h64(key), 0.5],
      ['hash-wasm', (key) => wasm64.init().update(key).digest('binary'), 0.2],
    ],
    bytes: [
      ['xxhash-wasm', (key) => wasm.h64Raw(key), 0.5],
      ['hash-wasm', (key) => wasm64.init().update(key).digest('binary'), 0.2],
    ],
  },
  {
    title: 'XXH32',
    ours: 'xxh32',
    strings: [
      ['xxhash-wasm', (key) => wasm.h32(key), 0.5],
      ['hash-wasm', (key) => wasm32.init().update(key).digest('binary'), 0.2],
    ],
    bytes: [
      ['xxhash-wasm', (key) => wasm.h32Raw(key), 0.5],
      ['hash-wasm', (key) => wasm32.init().update(key).digest('binary'), 0.2],
    ],
  },
  {
    title: 'MurmurHash3 x86_32',
    ours: 'murmur3_x86_32',
    strings: [['murmurhash', (key) => murmurhash.v3(key), 0.5]],
    bytes: [['murmurhash', (key) => murmurhash.v3(key), 0.5]],
  },
];

for (const peer of peers) {
  for (const [kind, length] of sizes) {
    if (kind === 'integers') continue;
    await bench.compare({
      title: `${peer.title}, ${titleOf(kind, length)}`,
      unit: 'hashes',
      operations: KEYS,
      clock: 'cpu',
      contenders: [
        contender('ours', everyHash[peer.ours]!, kind, length),
        ...peer[kind].map(([name, hash, share]) => contender(name, hash, kind, length, share)),
      ],
      baseline: peer[kind][0]![0],
    });
  }
}

for (const [kind, length] of sizes) {
  await bench.compare({
    title: `every hash, ${titleOf(kind, length)}`,
    unit: 'hashes',
    operations: KEYS,
    clock: 'cpu',
    contenders: Object.entries(everyHash).map(([name, hash]) => contender(name, hash, kind, length)),
  });
}

const scratch = new Uint8Array(1024);
for (const length of [16, 24, 32, 40, 48, 56, 64]) {
  await bench.compare({
    title: `reading ${length} characters, then XXH32: in place up to 48, else encodeInto`,
    unit: 'hashes',
    operations: KEYS,
    clock: 'cpu',
    contenders: [
      contender('xxh32', everyHash['xxh32']!, 'strings', length),
      contender(
        'encodeInto',
        (key) => ours.xxh32Bytes(scratch, 0, encoder.encodeInto(key, scratch).written),
        'strings',
        length,
      ),
    ],
    baseline: 'encodeInto',
  });
}

bench.end();
