import { readFileSync } from 'node:fs';
import { BloomFilter } from '@dsys/bloom';
import { readParquetBloomFilter } from '@dsys/bloom/parquet';
import { HyperLogLog } from '@dsys/hll';
import { PostgresHyperLogLog } from '@dsys/hll/postgres';
import { RedisHyperLogLog } from '@dsys/hll/redis';
import { describe, expect, test } from 'vitest';
import { samplesText } from '../demos/explain/data/make-samples.js';
import { explainDemo as demo, explainedOf } from '../demos/explain/demo.js';
import { blobIn, bytesOfHex, explain } from '../demos/explain/explain.js';
import { SAMPLES } from '../demos/explain/samples.js';
import {
  type Action,
  base64Of,
  bytesOf,
  DEFAULTS,
  dropOf,
  MAX_BYTES,
  type State,
  start,
  step,
} from '../demos/explain/state.js';
import { emptyHistory, type History, record } from '../demos/kit/history.js';
import { Replay } from '../demos/kit/replay.js';
import { decodeRun, encodeRun } from '../demos/kit/run.js';

const open = (sample: string): Action => ({ type: 'open', sample });
const ask = (key: string): Action => ({ type: 'ask', key });
const turn = (form: string): Action => ({ type: 'turn', form });

interface Played {
  readonly state: State;
  readonly sentence: string;
  readonly reached: string[];
}

function play(...actions: Action[]): Played {
  const replay = new Replay(demo, DEFAULTS);
  const history = actions.reduce<History<Action>>(record, emptyHistory());
  return {
    state: replay.stateAt(history),
    sentence: replay.sayAt(history),
    reached: [...replay.reached(history).keys()].map(({ id }) => id),
  };
}

const sample = (id: string): Uint8Array => bytesOf(SAMPLES.find((one) => one.id === id)!.data);

describe('samples', () => {
  test('are the blobs of the real engines that the packages are tested against', () => {
    const bundled = readFileSync(new URL('../demos/explain/samples.ts', import.meta.url), 'utf8');
    expect(bundled).toBe(samplesText());
  });

  test.each(SAMPLES)('$id: every byte belongs to exactly one part', ({ data }) => {
    const bytes = bytesOf(data);
    const { parts } = explain(bytes);
    let at = 0;
    for (const part of parts) {
      expect(part.from).toBe(at);
      expect(part.to).toBeGreaterThan(part.from);
      at = part.to;
    }
    expect(at).toBe(bytes.length);
  });

  test.each([
    ['redis-sparse', 10],
    ['redis-dense', 2_000],
    ['parquet-duckdb', 1_000],
    ['guava', 100],
  ])('%s: the estimate is near what went in', (id, items) => {
    expect(Math.abs(explain(sample(id)).count.estimate / items - 1)).toBeLessThan(0.05);
    for (const key of ['key:0', 'key:9']) expect(explain(sample(id)).ask(key)).not.toMatch(/never|certainly not/);
  });
});

describe('parts', () => {
  test('of Redis say the registers that the package reads, in both forms', () => {
    for (const id of ['redis-sparse', 'redis-dense']) {
      const registers: number[] = [];
      for (const { kind, name, value } of explain(sample(id)).parts) {
        if (kind !== 'data') continue;
        if (name.startsWith('registers')) registers.push(...value.split(' ').map(Number));
        else {
          const [rank, times = '1'] = value.split(' × ');
          for (let i = 0; i < Number(times.replace(',', '')); i++) registers.push(Number(rank));
        }
      }
      expect(Uint8Array.from(registers)).toEqual(RedisHyperLogLog.fromBytes(sample(id)).registers());
    }
  });

  test('of PostgreSQL’s FULL say the registers that the package reads', () => {
    const values = explain(sample('postgres-full')).parts.flatMap(({ kind, value }) =>
      kind === 'data' ? value.split(' ').map(Number) : [],
    );
    expect(Uint8Array.from(values)).toEqual(PostgresHyperLogLog.fromBytes(sample('postgres-full')).registers());
  });

  test('of PostgreSQL’s SPARSE name indices and values', () => {
    const sketch = PostgresHyperLogLog.create({ explicitThreshold: 0 });
    sketch.add('key:0');
    const registers = sketch.registers();
    const index = registers.findIndex((value) => value > 0);
    expect(explain(sketch.toBytes()).parts.at(-1)!.value).toBe(`${index}: ${registers[index]}`);
  });
});

describe('a run', () => {
  test('turns Redis’ forms into each other, the registers stay', () => {
    const { state, reached } = play(turn('dense'), turn('sparse'));
    expect(reached).toEqual(['turned']);
    expect(RedisHyperLogLog.fromBytes(bytesOf(state.data)).registers()).toEqual(
      RedisHyperLogLog.fromBytes(sample('redis-sparse')).registers(),
    );
  });

  test('makes a filter of Parquet one of ours, half as large, and one of Parquet again', () => {
    const { state } = play(open('parquet-duckdb'), turn('bloom'), turn('half'), turn('parquet'));
    const folded = readParquetBloomFilter(sample('parquet-duckdb')).fold(2);
    expect(readParquetBloomFilter(bytesOf(state.data)).words).toEqual(folded.words);
    expect(explainedOf(play(open('parquet-duckdb'), turn('bloom')).state).engine).toBe('@dsys/bloom');
  });

  test('says what can’t be, in the package’s own words', () => {
    const { refusals } = explainedOf(start(DEFAULTS));
    expect(() => HyperLogLog.create().merge(RedisHyperLogLog.create() as never)).toThrow(refusals[0]!.why);
    expect(() => step(start(DEFAULTS), turn('gold'))).toThrow('can’t be turned into “gold”');
  });

  test('proves that a key was never added', () => {
    const { sentence, reached } = play(open('guava'), ask('nobody'));
    expect(sentence).toBe('mightContain(“nobody”) is false: it was never put in.');
    expect(reached).toEqual(['absent']);
    expect(play(open('guava'), ask('key:5')).reached).toEqual([]);
  });

  test('a link holds the reader’s blob, and refuses what is none', () => {
    const mine = RedisHyperLogLog.create();
    mine.add('ada');
    const drop = dropOf('visitors', mine.toBytes());
    const history = [drop, ask('ada')].reduce<History<Action>>(record, emptyHistory());
    const link = encodeRun({ demo: 'explain', version: 1, options: DEFAULTS, history });
    const run = decodeRun(link, demo);
    expect(run.history).toEqual(history);
    expect(play(...history.steps.map(({ action }) => action)).reached).toEqual(['own']);
    for (const action of [
      open('none'),
      { type: 'drop', name: 'x', data: '%' },
      { type: 'drop', name: 'x', data: 'A'.repeat(30_000) },
      { type: 'ask', key: '' },
      null,
    ])
      expect(() => demo.readAction(action)).toThrow(RangeError);
    expect(() => dropOf('x', new Uint8Array(MAX_BYTES + 1))).toThrow('20,001 bytes');
  });
});

describe('what is no sketch', () => {
  test('is told what it begins with and what is understood', () => {
    expect(() => explain(new TextEncoder().encode('hello'))).toThrow('It begins with 68 65 6c 6c.');
    expect(() => explain(new Uint8Array())).toThrow('There is nothing in it.');
  });

  test('a damaged one is refused by the package, with the place', () => {
    expect(() => explain(sample('redis-sparse').subarray(0, 40))).toThrow(/run at byte \d+/);
    expect(() =>
      step(start(DEFAULTS), { type: 'drop', name: 'x', data: base64Of(sample('parquet-mr').subarray(0, 100)) }),
    ).toThrow(/bitset at byte/);
  });

  test('a whole Parquet file gives its first filter', () => {
    const file = readFileSync(
      new URL('../../../packages/bloom/test/vectors/parquet/duckdb-bloom.parquet', import.meta.url),
    );
    const { name, bytes } = blobIn({ name: 'sales.parquet', bytes: file });
    expect(name).toBe('sales.parquet: s');
    expect(base64Of(bytes)).toBe(base64Of(sample('parquet-duckdb')));
  });

  test('hexadecimal is read as psql shows it', () => {
    expect(explain(bytesOfHex('\\x118b7f')).count.estimate).toBe(0);
    expect(() => bytesOfHex('xyz')).toThrow('no hexadecimal');
    expect(BloomFilter.create({ layout: 'split-block', bitCount: 256 }).toBytes()).toEqual(
      new Uint8Array(
        bytesOfHex(Buffer.from(BloomFilter.create({ layout: 'split-block', bitCount: 256 }).toBytes()).toString('hex')),
      ),
    );
  });
});
