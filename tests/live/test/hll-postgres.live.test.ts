import { boolean, integer, PostgresHyperLogLog, type PostgresParameters, smallint } from '@dsys/hll/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresCluster } from './postgres-cluster.js';
import { describeWith, POSTGRES, POSTGRES_HLL, pathOf } from './programs.js';

const keys = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `visitor:${from + i}`);
const of = (elements: readonly string[], parameters: Partial<PostgresParameters> = {}): PostgresHyperLogLog => {
  const sketch = PostgresHyperLogLog.create(parameters);
  sketch.addMany(elements);
  return sketch;
};
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** As a parameter of type bytea would come, which the extension casts. */
const literal = (sketch: PostgresHyperLogLog): string => `'\\x${toHex(sketch.toBytes())}'::bytea::hll`;
const SHAPES: [parameters: PostgresParameters, sql: string][] = [
  [{ precision: 11, registerBits: 5, explicitThreshold: 'auto', sparse: true }, '11, 5, -1, 1'],
  [{ precision: 14, registerBits: 5, explicitThreshold: 0, sparse: true }, '14, 5, 0, 1'],
  [{ precision: 4, registerBits: 4, explicitThreshold: 4, sparse: false }, '4, 4, 4, 0'],
  [{ precision: 13, registerBits: 6, explicitThreshold: 256, sparse: true }, '13, 6, 256, 1'],
  [{ precision: 17, registerBits: 7, explicitThreshold: 128, sparse: true }, '17, 7, 128, 1'],
  [{ precision: 10, registerBits: 3, explicitThreshold: 0, sparse: true }, '10, 3, 0, 1'],
];

describeWith([POSTGRES, POSTGRES_HLL], 'PostgreSQL with hll', () => {
  let postgres: PostgresCluster;
  beforeAll(async () => {
    postgres = await PostgresCluster.start(pathOf(POSTGRES));
    postgres.query('CREATE EXTENSION hll');
  });
  afterAll(() => postgres?.stop());

  /** The same sketch, made by the database. */
  const theirs = (n: number, sql: string, from = 0): string => {
    const [hex] = postgres.query(
      `SELECT hll_add_agg(hll_hash_text('visitor:' || i), ${sql})::text FROM generate_series(${from}, ${n - 1}) AS i`,
    );
    return (hex ?? '').slice(2);
  };

  test.each(SHAPES)('%o: the same bytes, and the same count, at every size', (parameters, sql) => {
    for (const n of [1, 4, 5, 100, 129, 257, 1000, 5000, 60_000]) {
      const ours = of(keys(0, n), parameters);
      const bytes = theirs(n, sql);
      expect(toHex(ours.toBytes()), `${n} keys`).toBe(bytes);
      const [counted] = postgres.query(`SELECT hll_cardinality(${literal(ours)})`);
      // Six and seven bits overflow the extension's 2^(2^width − 2 + log2m): there its own answer is wrong.
      if (parameters.registerBits < 6 || n <= 257)
        expect(Math.abs(Number(counted) - ours.cardinality()), `${n} keys`).toBeLessThanOrEqual(1e-9 * n);
      if (parameters.registerBits > 3)
        expect(Math.abs(PostgresHyperLogLog.fromBytes(Buffer.from(bytes, 'hex')).estimate() / n - 1)).toBeLessThan(
          5 * Math.max(ours.error, 1e-9),
        );
    }
  });

  test('with six bits a register and more the extension runs over its own limit, and we do not', () => {
    const sketch = of(keys(0, 60_000), { precision: 13, registerBits: 6, explicitThreshold: 0 });
    // Version 2.17 answers NaN here: its 2^(2^width − 2 + log2m) has no room in 64 bits. The bytes are right.
    expect(postgres.query(`SELECT hll_cardinality(${literal(sketch)})`)).toHaveLength(1);
    expect(toHex(sketch.toBytes())).toBe(theirs(60_000, '13, 6, 0, 1'));
    expect(Math.abs(sketch.cardinality() / 60_000 - 1)).toBeLessThan(0.05);
  });

  test('an empty sketch', () => {
    expect(postgres.query('SELECT hll_empty()::text')).toEqual([`\\x${toHex(of([]).toBytes())}`]);
    expect(postgres.query(`SELECT hll_cardinality(${literal(of([]))})`)).toEqual(['0']);
  });

  test.each(SHAPES)('%o: hll_union of ours and theirs, both ways', (parameters, sql) => {
    for (const [n, k] of [
      [3, 60],
      [60, 5000],
      [5000, 9000],
    ] as const) {
      const ours = of(keys(0, n), parameters);
      const other = theirs(k, sql, Math.floor(n / 2));
      const [united] = postgres.query(`SELECT hll_union(${literal(ours)}, '\\x${other}'::hll)::text`);
      const merged = ours.copy().merge(PostgresHyperLogLog.fromBytes(Buffer.from(other, 'hex')));
      expect(`\\x${toHex(merged.toBytes())}`).toBe(united);
    }
  });

  test('every other representation of ours is taken, too', () => {
    const sketch = of(keys(0, 100));
    for (const representation of ['explicit', 'sparse', 'full'] as const) {
      const [count] = postgres.query(
        `SELECT round(hll_cardinality('\\x${toHex(sketch.toBytes({ representation }))}'::hll))`,
      );
      expect(Math.abs(Number(count) - 100)).toBeLessThan(8);
    }
  });

  test('values of other types', () => {
    const one = (key: string | Uint8Array | number | bigint): string => {
      const sketch = PostgresHyperLogLog.create();
      sketch.add(key);
      return `\\x${toHex(sketch.toBytes())}`;
    };
    const [row] = postgres.query(
      `SELECT ${[
        'hll_hash_bigint(-7)',
        'hll_hash_integer(-7)',
        'hll_hash_smallint(-7::smallint)',
        'hll_hash_boolean(true)',
        "hll_hash_bytea('\\x00ff')",
        "hll_hash_text('größe')",
      ]
        .map((hash) => `hll_add(hll_empty(), ${hash})::text`)
        .join(', ')}`,
    );
    expect(row!.split('|')).toEqual([
      one(-7),
      one(integer(-7)),
      one(smallint(-7)),
      one(boolean(true)),
      one(Uint8Array.of(0, 255)),
      one('größe'),
    ]);
  });

  test('the database refuses to join what we refuse to join', () => {
    const [a, b] = [of(['a']), of(['b'], { registerBits: 6 })];
    expect(() => postgres.query(`SELECT hll_union(${literal(a)}, ${literal(b)})`)).toThrow(/register width/);
    expect(() => a.merge(b)).toThrow(/registerBits/);
  });
});
