/**
 * Makes `samples.ts` from the ground truth that the packages are tested against: blobs written by the real programs.
 *
 *     tsx demos/explain/data/make-samples.ts        writes the file again, the same text
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const vectors = (name: string): URL => new URL(`../../../../../packages/${name}`, import.meta.url);
export const FILE: URL = new URL('../samples.ts', import.meta.url);

interface Postgres {
  readonly sketches: readonly { readonly n: number; readonly log2m: number; readonly hex: string }[];
}

/** The text of `samples.ts`. */
export function samplesText(): string {
  const postgres = JSON.parse(
    readFileSync(vectors('hll/test/vectors/postgresql-hll/postgresql-hll.json'), 'utf8'),
  ) as Postgres;
  const stored = (type: number, most: number): Uint8Array => {
    const found = postgres.sketches.filter(
      ({ n, log2m, hex }) => n > 0 && n <= most && log2m === 11 && hex.startsWith(`1${type}`),
    );
    return Buffer.from(found.at(-1)!.hex, 'hex');
  };
  const duckdb = readFileSync(vectors('bloom/test/vectors/parquet/duckdb-bloom.parquet'));
  const file = (name: string): Uint8Array => readFileSync(vectors(name));
  const samples: [id: string, title: string, source: string, bytes: Uint8Array][] = [
    [
      'redis-sparse',
      'Redis, 10 elements',
      'Redis 7.0.15: PFADD of key:0 … key:9, then GET',
      file('hll/test/vectors/redis/hll-n10.hyll'),
    ],
    [
      'redis-dense',
      'Redis, 2,000 elements',
      'Redis 7.0.15: PFADD of key:0 … key:1999, then GET',
      file('hll/test/vectors/redis/hll-n2000.hyll'),
    ],
    [
      'postgres-explicit',
      'PostgreSQL, few values',
      'postgresql-hll 2.17: hll_add_agg(hll_hash_text(…)), keys key:0 and on',
      stored(2, 10),
    ],
    [
      'postgres-full',
      'PostgreSQL, many values',
      'postgresql-hll 2.17: hll_add_agg(hll_hash_text(…)), keys key:0 and on',
      stored(4, 1e9),
    ],
    [
      'guava',
      'Guava, 100 strings',
      'Guava 31.1: BloomFilter.writeTo, key:0 … key:99 at 1 %',
      file('bloom/test/vectors/guava/utf8-n100-p0.01.bin'),
    ],
    [
      'parquet-duckdb',
      'Parquet by DuckDB, 1,000 strings',
      'DuckDB 1.5.6: the filter of column s (key:0 … key:999) of a file',
      duckdb.subarray(54_676, 54_676 + 2_064),
    ],
    [
      'parquet-mr',
      'Parquet by parquet-mr',
      'parquet-testing, bloom_filter.xxhash.bin; Apache-2.0, see data/LICENSE',
      file('bloom/test/vectors/parquet/bloom_filter.xxhash.bin'),
    ],
  ];
  const rows = samples.map(([id, title, source, bytes]) =>
    [
      '  {',
      `    id: '${id}',`,
      `    title: '${title}',`,
      `    source: '${source}',`,
      `    data: '${Buffer.from(bytes).toString('base64')}',`,
      '  },',
    ].join('\n'),
  );
  return `/** Blobs of real engines, written by data/make-samples.ts. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  /** What wrote it, and under which licence it is here when it is not ours. */
  readonly source: string;
  /** The bytes, base64. */
  readonly data: string;
}

export const SAMPLES: readonly Sample[] = [
${rows.join('\n')}
];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, samplesText());
