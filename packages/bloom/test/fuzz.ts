/**
 * Throws bytes at everything that reads some: made up, or real ones with edits, behind right checksums where there are
 * any. Each must be read or refused by a `DecodeError`, quickly, and without asking for more memory than it has bytes for.
 */
import { isDecodeError, openEnvelope, sealEnvelope } from '@dsys/codec';
import { Random } from '@dsys/codec/testing';
import { GuavaBloomFilter } from '../src/guava/index.js';
import { findParquetBloomFilters, readParquetBloomFilter } from '../src/parquet/index.js';
import { RedisBloomFilter } from '../src/redisbloom/index.js';
import { kinds } from './samples.js';
import { fileOf } from './support.js';

interface Target {
  readonly name: string;
  readonly read: (bytes: Uint8Array) => { has?(key: string): boolean } | object;
  readonly samples: readonly Uint8Array[];
  /** Makes the checksum right. */
  readonly seal?: (payload: Uint8Array) => Uint8Array;
}

const file = fileOf('vectors/parquet/duckdb-bloom.parquet');
const footerBytes = 8 + new DataView(file.buffer).getUint32(file.length - 8, true);
const header = fileOf('vectors/redis/bf-scalable-0.bin');
const bits = [1, 2, 3, 4].map((i) => fileOf(`vectors/redis/bf-scalable-${i}.bin`));

const targets: readonly Target[] = [
  ...Object.entries(kinds).map(
    ([kind, { fromBytes, samples }]): Target => ({
      name: kind,
      read: fromBytes,
      samples: Object.values(samples).map(
        (sample) => openEnvelope(sample.toBytes(), { kind, versions: [1], maxBytes: 1e6 }).payload,
      ),
      seal: (payload) => sealEnvelope({ kind, version: 1 }, payload),
    }),
  ),
  ...Object.entries(kinds).map(
    ([kind, { fromBytes, samples }]): Target => ({
      name: `${kind}, checksum and all`,
      read: fromBytes,
      samples: Object.values(samples).map((sample) => sample.toBytes()),
    }),
  ),
  {
    name: 'parquet filter',
    read: readParquetBloomFilter,
    samples: [fileOf('vectors/parquet/bloom_filter.xxhash.bin')],
  },
  { name: 'parquet footer', read: findParquetBloomFilters, samples: [file.slice(-footerBytes)] },
  { name: 'guava', read: (bytes) => GuavaBloomFilter.fromBytes(bytes), samples: [fileOf('vectors/guava/unicode.bin')] },
  {
    name: 'redisbloom',
    read: (bytes) =>
      RedisBloomFilter.fromChunks([
        { iterator: 1, data: bytes },
        { iterator: 2689, data: Buffer.concat(bits) },
      ]),
    samples: [header],
  },
];

/** Edits of the kind that find mistakes: single bytes set, pieces taken out, put in, doubled. */
function edited(bytes: Uint8Array, random: Random): Uint8Array {
  let edit: Uint8Array = bytes.slice();
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(edit.length + 1);
    const count = random.below(9);
    switch (random.below(4)) {
      case 0:
        if (at < edit.length) edit[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
        break;
      case 1:
        edit = Buffer.concat([edit.subarray(0, at), random.bytes(count), edit.subarray(at)]);
        break;
      case 2:
        edit = Buffer.concat([edit.subarray(0, at), edit.subarray(at + count)]);
        break;
      default:
        edit = edit.slice(0, at);
    }
  }
  return new Uint8Array(edit);
}

/** Throws so many byte strings, and says how many were taken. Throws with the bytes that broke a promise. */
export function fuzz(runs: number, seed: number): { taken: number } {
  const random = new Random(seed);
  let taken = 0;
  for (let run = 0; run < runs; run++) {
    const target = targets[run % targets.length]!;
    const raw = random.below(4) === 0 ? random.bytes(random.below(200)) : edited(random.pick(target.samples), random);
    const bytes = target.seal?.(raw) ?? raw;
    try {
      const read = target.read(bytes);
      if ('has' in read) read.has?.('key:1');
      taken++;
    } catch (error) {
      if (!isDecodeError(error))
        throw new Error(
          `${target.name}, run ${run} of seed ${seed}: ${String(error)} for ${Buffer.from(bytes).toString('hex')}`,
          { cause: error },
        );
    }
  }
  return { taken };
}
