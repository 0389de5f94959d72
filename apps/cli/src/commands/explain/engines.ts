import { GuavaBloomFilter } from '@dsys/bloom/guava';
import { NpmBloomFilter, type NpmBloomFilterJson } from '@dsys/bloom/npm-bloom-filters';
import { findParquetBloomFilters, readParquetBloomFilter } from '@dsys/bloom/parquet';
import { DataSketchesCountMin } from '@dsys/cms/datasketches';
import { RedisBloomCountMin } from '@dsys/cms/redisbloom';
import { ByteReader } from '@dsys/codec';
import { DataSketchesHyperLogLog } from '@dsys/hll/datasketches';
import { PostgresHyperLogLog } from '@dsys/hll/postgres';
import { RedisHyperLogLog } from '@dsys/hll/redis';
import { percent } from '../../frame/table.js';
import { cardinality, type Explanation, exactly, type Format } from './explanation.js';

const beginsWith = (bytes: Uint8Array, text: string): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, text.length)).toString('latin1') === text;

const NO_KEYS = 'It can’t become a sketch that hashes otherwise: the keys are not in it.';

const redisHyll: Format = {
  isLike: (bytes) => beginsWith(bytes, 'HYLL'),
  explain(bytes) {
    const sketch = RedisHyperLogLog.fromBytes(bytes);
    return {
      format: 'a HyperLogLog of Redis',
      facts: {
        encoding: sketch.storedEncoding ?? 'unknown',
        hash: sketch.dialect.rule,
        'count in the cache': sketch.storedCount === null ? 'none, or out of date' : String(sketch.storedCount),
        'PFCOUNT says': String(sketch.pfcount()),
      },
      estimate: cardinality(sketch),
      notes: [`SET takes it back into Redis, where PFMERGE joins it with others. ${NO_KEYS}`],
    };
  },
};

const parquet: Format = {
  isLike: (bytes) => beginsWith(bytes, 'PAR1'),
  explain(bytes) {
    const places = findParquetBloomFilters(bytes);
    const facts: Record<string, string> = {};
    for (const { rowGroup, path, type, offset } of places) {
      const filter = readParquetBloomFilter(bytes.subarray(offset));
      facts[`${path.join('.')}, row group ${rowGroup}`] =
        `${JSON.stringify(type).replaceAll('"', '')}, ${filter.bitCount.toLocaleString('en-US')} bits, about ` +
        `${Math.round(filter.estimateCount()).toLocaleString('en-US')} values, ${percent(filter.estimateFalsePositiveRate())} false positives`;
    }
    return {
      format: 'a Parquet file',
      facts: { 'Bloom filters': places.length, ...facts },
      estimate: null,
      notes: ['readParquetBloomFilter of @dsys/bloom/parquet makes a BloomFilter of each, with the same bits.'],
    };
  },
};

/** DUMP: a type, and 10 bytes of footer whose checksum `fromDump` verifies. 7 is a value of a module. */
const redisDump: Format = {
  isLike: (bytes) => bytes.length > 20 && bytes[0] === 7 && bytes[1] === 0x81,
  explain(bytes) {
    const sketch = RedisBloomCountMin.fromDump(bytes);
    return {
      format: 'a count-min sketch of RedisBloom, as DUMP gives it',
      facts: {
        counters: `${sketch.width.toLocaleString('en-US')} × ${sketch.depth}`,
        hash: 'MurmurHash2, the seed of a row is its number',
        'an estimate is': `the truth, or above it by up to ${percent(sketch.epsilon)} of all, but for ${percent(sketch.delta)} of the keys`,
      },
      estimate: exactly('counts in all', sketch.total),
      notes: [`RESTORE takes it back into Redis; @dsys/cms/redisbloom counts on in it. ${NO_KEYS}`],
    };
  },
};

const HLL_FAMILY = 7;
const COUNT_MIN_FAMILY = 18;

const dataSketches: Format = {
  isLike: (bytes) =>
    bytes.length >= 8 &&
    bytes[0]! >= 1 &&
    bytes[0]! <= 10 &&
    bytes[1] === 1 &&
    (bytes[2] === HLL_FAMILY || bytes[2] === COUNT_MIN_FAMILY),
  explain: (bytes) => (bytes[2] === HLL_FAMILY ? dataSketchesHll(bytes) : dataSketchesCountMin(bytes)),
};

function dataSketchesHll(bytes: Uint8Array): Explanation {
  const sketch = DataSketchesHyperLogLog.fromBytes(bytes);
  const { precision, representation, dialect, error } = sketch;
  return {
    format: 'an HLL sketch of Apache DataSketches',
    facts: { hash: dialect.rule, lgK: precision, representation, 'standard error': percent(error) },
    estimate: cardinality(sketch),
    notes: [`@dsys/hll/datasketches joins it with others, and writes it as HLL_4, HLL_6 or HLL_8. ${NO_KEYS}`],
  };
}

function dataSketchesCountMin(bytes: Uint8Array): Explanation {
  const sketch = DataSketchesCountMin.fromBytes(bytes);
  return {
    format: 'a CountMin sketch of Apache DataSketches',
    facts: {
      counters: `${sketch.width.toLocaleString('en-US')} × ${sketch.depth}`,
      hash: `MurmurHash3 with seeds drawn from ${sketch.seed}; which ones depends on the language that made it`,
      'an estimate is': `the truth, or above it by up to ${percent(sketch.epsilon)} of all, but for ${percent(sketch.delta)} of the keys`,
    },
    estimate: exactly('counts in all', sketch.total),
    notes: [`@dsys/cms/datasketches counts on in it. ${NO_KEYS}`],
  };
}

/** As psql and drivers show it: \x and hexadecimal. */
const postgresText = (bytes: Uint8Array): Buffer | null => {
  if (!beginsWith(bytes, '\\x1')) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').trim();
  return /^\\x([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : null;
};

const postgres: Format = {
  // Schema version 1 in the upper half, one of five types in the lower.
  isLike: (bytes) => postgresText(bytes) !== null || (bytes.length >= 3 && bytes[0]! >= 0x11 && bytes[0]! <= 0x14),
  explain(bytes) {
    const sketch = PostgresHyperLogLog.fromBytes(postgresText(bytes) ?? bytes);
    return {
      format: 'a HyperLogLog of PostgreSQL (postgresql-hll)',
      facts: {
        representation: sketch.representation,
        hash: sketch.dialect.rule,
        log2m: sketch.precision,
        'hll_cardinality says': sketch.cardinality(),
        'standard error': percent(sketch.error),
      },
      estimate: cardinality(sketch),
      notes: [`@dsys/hll/postgres joins it with others, as hll_union does. ${NO_KEYS}`],
    };
  },
};

const guava: Format = {
  isLike: (bytes) =>
    bytes.length >= 14 &&
    bytes[0]! <= 1 &&
    bytes[1]! > 0 &&
    bytes.length === 6 + 8 * new DataView(bytes.buffer, bytes.byteOffset).getUint32(2),
  explain(bytes) {
    const filter = GuavaBloomFilter.fromBytes(bytes);
    return {
      format: 'a Bloom filter of Guava',
      facts: {
        strategy: filter.strategy,
        bits: filter.bitCount,
        hashes: filter.hashCount,
        'false positives': percent(filter.estimateFalsePositiveRate()),
      },
      estimate: exactly('items, about', filter.estimateCount()),
      notes: [`Which funnel made bytes of its items is not said. @dsys/bloom/guava asks it and adds to it. ${NO_KEYS}`],
    };
  },
};

const npmBloomFilters: Format = {
  isLike: (bytes) => bytes[0] === 0x7b && jsonOf(bytes)?.type?.endsWith('BloomFilter') === true,
  explain(bytes) {
    const filter = readNpm(jsonOf(bytes) as unknown as NpmBloomFilterJson);
    return {
      format: `the JSON of a ${jsonOf(bytes)!.type} of npm bloom-filters`,
      facts: { bits: filter.bitCount, hashes: filter.hashCount },
      estimate: null,
      notes: [`NpmBloomFilter of @dsys/bloom/npm-bloom-filters goes on with it. ${NO_KEYS}`],
    };
  },
};

function jsonOf(bytes: Uint8Array): { readonly type?: string } | null {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as { type?: string };
  } catch {
    return null;
  }
}

/** Its errors speak of fields of JSON, not of bytes. */
function readNpm(json: NpmBloomFilterJson): NpmBloomFilter {
  try {
    return NpmBloomFilter.fromJSON(json);
  } catch (error) {
    if ((error as Error).name !== 'NpmFormatError') throw error;
    throw new ByteReader(new Uint8Array()).invalid('JSON', 'what saveAsJSON gives', (error as Error).message);
  }
}

/** A segment of a log, or a snapshot: not sketches, but easily met. */
const wal: Format = {
  isLike: (bytes) => beginsWith(bytes, 'dsyswal\n') || beginsWith(bytes, 'dsyssnap'),
  explain: (bytes) => ({
    format: beginsWith(bytes, 'dsyswal\n') ? 'a segment of a write-ahead log of @dsys/wal' : 'a snapshot of @dsys/wal',
    facts: {},
    estimate: null,
    notes: ['dsys wal inspect FOLDER says what is in the log, dsys wal verify whether it is sound.'],
  }),
};

export const engines: readonly Format[] = [
  redisHyll,
  parquet,
  wal,
  redisDump,
  dataSketches,
  postgres,
  guava,
  npmBloomFilters,
];
