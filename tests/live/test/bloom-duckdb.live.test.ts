/** DuckDB itself: we read the filters of a file that it wrote, and it reads a file into which we wrote ours. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BloomFilter } from '@dsys/bloom';
import {
  findParquetBloomFilters,
  type ParquetType,
  type ParquetValue,
  parquetKey,
  readParquetBloomFilter,
  writeParquetBloomFilter,
} from '@dsys/bloom/parquet';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROWS = 30_000;
const GROUP = 10_240;
/** What the columns hold in row i; every value many times, since DuckDB makes filters of dictionaries. */
const COLUMNS: Record<string, { sql: string; key: (i: number) => [ParquetType, ParquetValue] }> = {
  text: { sql: "'größe:' || (i % 3000)", key: (i) => ['BYTE_ARRAY', `größe:${i % 3000}`] },
  wide: { sql: '((i % 3000) * 1000003)::BIGINT', key: (i) => ['INT64', (i % 3000) * 1_000_003] },
  narrow: { sql: '((i % 3000) * 7 - 5000)::INTEGER', key: (i) => ['INT32', (i % 3000) * 7 - 5000] },
  real: { sql: '((i % 3000) / 8)::DOUBLE', key: (i) => ['DOUBLE', (i % 3000) / 8] },
  single: { sql: '((i % 3000) / 4)::FLOAT', key: (i) => ['FLOAT', (i % 3000) / 4] },
  day: { sql: "DATE '2020-01-01' + (i % 3000)::INTEGER", key: (i) => ['INT32', 18_262 + (i % 3000)] },
};

describe('DuckDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dsys-duckdb-'));
  const path = join(folder, 'table.parquet');
  let connection: DuckDBConnection;
  const numbersOf = async (sql: string): Promise<number[]> =>
    (await connection.runAndReadAll(sql)).getRows().map(([value]) => Number(value));

  beforeAll(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
    const columns = Object.entries(COLUMNS).map(([name, { sql }]) => `${sql} AS "${name}"`);
    await connection.run(
      `COPY (SELECT ${columns.join(', ')} FROM range(${ROWS}) t(i)) TO '${path}'
       (FORMAT parquet, ROW_GROUP_SIZE ${GROUP}, DICTIONARY_SIZE_LIMIT 20000, BLOOM_FILTER_FALSE_POSITIVE_RATIO 0.01)`,
    );
  });
  afterAll(() => {
    connection.closeSync();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(COLUMNS))(
    'its filters of column %s are read, and say what it says',
    async (name, { key }) => {
      const file = readFileSync(path);
      const places = findParquetBloomFilters(file).filter((place) => place.path[0] === name);
      expect(places.length).toBeGreaterThan(1);
      const metadata = await numbersOf(
        `SELECT bloom_filter_offset FROM parquet_metadata('${path}') WHERE path_in_schema = '${name}' ORDER BY row_group_id`,
      );
      expect(places.map(({ offset }) => offset)).toEqual(metadata);
      for (const { offset, type, rowGroup } of places) {
        expect(type).toBe(key(0)[0]);
        const filter = readParquetBloomFilter(file.subarray(offset));
        const own = BloomFilter.create({ layout: 'split-block', bitCount: filter.bitCount });
        for (let i = GROUP * rowGroup; i < Math.min(GROUP * (rowGroup + 1), ROWS); i++) own.add(parquetKey(...key(i)));
        expect(own.words).toEqual(filter.words);
      }
    },
  );

  test('it excludes by parquet_bloom_probe what we exclude', async () => {
    const file = readFileSync(path);
    const places = findParquetBloomFilters(file).filter((place) => place.path[0] === 'narrow');
    const filters = places.map(({ offset }) => readParquetBloomFilter(file.subarray(offset)));
    for (let value = 100_000; value < 100_300; value++) {
      const theirs = await numbersOf(
        `SELECT bloom_filter_excludes::INT FROM parquet_bloom_probe('${path}', 'narrow', ${value}::INTEGER) ORDER BY row_group_id`,
      );
      expect(theirs).toEqual(filters.map((filter) => (filter.has(parquetKey('INT32', value)) ? 0 : 1)));
    }
  });

  test('a filter that we wrote into its file is the one that it goes by', async () => {
    const file = readFileSync(path);
    const place = findParquetBloomFilters(file).find((one) => one.path[0] === 'narrow' && one.rowGroup === 0)!;
    const theirs = readParquetBloomFilter(file.subarray(place.offset));
    const ours = BloomFilter.create({ layout: 'split-block', bitCount: theirs.bitCount });
    ours.add(parquetKey('INT32', 424_242));
    const bytes = writeParquetBloomFilter(ours);
    expect(bytes.length).toBe(place.length);
    file.set(bytes, place.offset);
    const edited = join(folder, 'edited.parquet');
    writeFileSync(edited, file);
    const probe = async (value: number): Promise<number> =>
      (
        await numbersOf(
          `SELECT bloom_filter_excludes::INT FROM parquet_bloom_probe('${edited}', 'narrow', ${value}::INTEGER) ORDER BY row_group_id`,
        )
      )[0]!;
    expect(await probe(424_242)).toBe(0);
    expect(await probe(-5000)).toBe(1); // it is in the column, and not in our filter
  });
});
