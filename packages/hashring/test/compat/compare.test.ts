import { describe, expect, test } from 'vitest';
import {
  type Comparison,
  compare,
  type Difference,
  EnvoyMaglev,
  envoyRing,
  haproxy,
  libketama,
  libmemcached,
  libmemcachedWeighted,
  npmHashringDialect,
  pythonHashRing,
  spymemcached,
  twemproxy,
  uhashring,
} from '../../src/compat/index.js';
import { Ring } from '../../src/index.js';
import { keys } from './ground-truth.js';

const servers = (n: number, port: number): string[] => Array.from({ length: n }, (_, i) => `10.0.0.${i}:${port}`);
const rules = ({ differences }: Comparison): Difference['rule'][] => differences.map(({ rule }) => rule);

describe('exact, where both hash keys alike', () => {
  test('libketama and uhashring agree on 10 servers but for the search, which matters on the points alone', () => {
    const found = compare(libketama(), uhashring(), servers(10, 11_211));
    expect(found.method).toBe('exact');
    expect(found.error).toBe(0);
    expect(found.moved).toBeGreaterThan(0);
    // One position for each point at which another server follows, of 2^32.
    expect(found.moved).toBeLessThanOrEqual(1600 / 2 ** 32);
    expect(rules(found)).toEqual(['search']);
    expect(found.sentence).toContain('exact');
  });

  test('at 61 servers libketama loses a digest each, and the numbers of points differ', () => {
    const found = compare(libketama(), uhashring(), servers(61, 80));
    expect(rules(found)).toEqual(['point-count', 'search']);
    expect(found.differences[0]).toEqual({ rule: 'point-count', a: 156, b: 160, node: '10.0.0.0:80', nodes: 61 });
    expect(found.moved).toBeGreaterThan(0.01);
    expect(found.moved).toBeLessThan(0.06);
    expect(found.sentence).toContain('61 of 61 nodes have other numbers of points (10.0.0.0:80: 156 and 160)');
  });

  test('port 11211 in the label is a ring of its own', () => {
    const found = compare(libmemcachedWeighted(), libketama(), servers(10, 11_211));
    expect(rules(found)).toEqual(['label']);
    expect(found.differences[0]).toMatchObject({ a: '10.0.0.0', b: '10.0.0.0:11211', nodes: 10 });
    // Two rings that have nothing to do with each other agree on a tenth of the keys.
    expect(found.moved).toBeGreaterThan(0.87);
    expect(found.moved).toBeLessThan(0.93);
    expect(compare(libmemcachedWeighted(), libketama(), servers(10, 11_212)).moved).toBe(0);
  });

  test('the share found by ranges is the share of many keys', () => {
    const pairs = [
      [libketama(), pythonHashRing()],
      [libmemcachedWeighted(), spymemcached()],
      [npmHashringDialect(), libketama()],
    ] as const;
    for (const [a, b] of pairs) {
      const nodes = servers(7, 80).map((id, i) => ({ id, weight: 1 + i }));
      const exact = compare(a, b, nodes);
      const many = Array.from({ length: 40_000 }, (_, i) => `user:${i}`);
      const counted = compare(a, b, nodes, { keys: many });
      expect([exact.method, counted.method]).toEqual(['exact', 'keys']);
      // Five standard errors of a share among 40,000.
      expect(Math.abs(exact.moved - counted.moved)).toBeLessThan(5 * Math.sqrt(0.25 / 40_000));
      const flow = exact.flows.reduce((sum, { share }) => sum + share, 0);
      expect(flow).toBeCloseTo(exact.moved, 9);
    }
  });

  test('flows tell who would send how much to whom, greatest first, and both ways add up for every node', () => {
    const nodes = servers(5, 80);
    const [a, b] = [libketama(), pythonHashRing()];
    const { flows, moved } = compare(a, b, nodes);
    const shares = (dialect: typeof a) =>
      new Map(
        Ring.of(nodes, { dialect })
          .ownership()
          .nodes.map(({ id, share }) => [id, share]),
      );
    const [before, after] = [shares(a), shares(b)];
    for (const id of nodes) {
      const gained = flows.filter(({ to }) => to === id).reduce((sum, { share }) => sum + share, 0);
      const lost = flows.filter(({ from }) => from === id).reduce((sum, { share }) => sum + share, 0);
      expect(after.get(id)! - before.get(id)!).toBeCloseTo(gained - lost, 9);
    }
    expect(flows.map(({ share }) => share)).toEqual(flows.map(({ share }) => share).sort((x, y) => y - x));
    expect(moved).toBeLessThan(1);
  });

  test('a dialect and itself agree, in two words', () => {
    const found = compare(twemproxy({ hash: 'md5' }), libmemcachedWeighted(), servers(10, 11_211));
    expect(found).toMatchObject({ moved: 0, method: 'exact', error: 0, sampleSize: 0, flows: [], differences: [] });
    expect(found.sentence).toBe(
      'twemproxy(md5) and libmemcached-ketama-weighted send none of all keys to different nodes (exact). For these nodes their rules are the same.',
    );
  });

  test('64-bit rings too', () => {
    const nodes = servers(10, 80);
    expect(compare(envoyRing(), envoyRing(), nodes).moved).toBe(0);
    const found = compare(envoyRing(), envoyRing({ minimumRingSize: 4096 }), nodes);
    expect(found.method).toBe('exact');
    expect(rules(found)).toEqual(['point-count']);
    const counted = compare(envoyRing(), envoyRing({ minimumRingSize: 4096 }), nodes, {
      keys: Array.from({ length: 20_000 }, (_, i) => `k${i}`),
    });
    expect(Math.abs(found.moved - counted.moved)).toBeLessThan(0.02);
  });
});

describe('sampled, where keys are hashed differently', () => {
  test('another key hash sends nearly all keys elsewhere, and is named first', () => {
    const found = compare(libmemcached(), libmemcachedWeighted(), servers(10, 11_211));
    expect(found.method).toBe('sampled');
    expect(found.sampleSize).toBe(100_000);
    expect(rules(found)[0]).toBe('key-hash');
    expect(Math.abs(found.moved - 0.9)).toBeLessThan(0.05);
    expect(found.error).toBeCloseTo(1.96 * Math.sqrt((found.moved * (1 - found.moved)) / 100_000), 9);
    expect(found.sentence).toMatch(/± 0\.\d+ %, 100000 keys tried/);
  });

  test('the same samples each time', () => {
    const once = compare(twemproxy(), libketama(), servers(4, 80), { sampleSize: 1000 });
    expect(compare(twemproxy(), libketama(), servers(4, 80), { sampleSize: 1000 })).toEqual(once);
    expect(once.sampleSize).toBe(1000);
  });

  test('a strategy that is no ring, given as a function', () => {
    const nodes = servers(10, 80);
    const found = compare(envoyRing({ minimumRingSize: 65_536 }), (list) => EnvoyMaglev.of(list), nodes, {
      sampleSize: 5000,
    });
    expect(found.differences).toEqual([
      { rule: 'strategy', a: 'envoy-ring(65536,8388608,XX_HASH)', b: 'envoy-maglev' },
    ]);
    expect(found.moved).toBeGreaterThan(0.8);
    const same = compare(
      (list) => EnvoyMaglev.of(list),
      (list) => EnvoyMaglev.of(list),
      nodes,
      { sampleSize: 100 },
    );
    expect(same).toMatchObject({ moved: 0, error: 0.03 });
  });

  test('our own ring, given as a function', () => {
    const found = compare((list) => Ring.of(list), npmHashringDialect(), servers(5, 80), { sampleSize: 2000 });
    expect(rules(found)[0]).toBe('key-hash');
    expect(found.sentence).toContain('keys are hashed by XXH32 with the seed "dsys" and by MD5');
  });
});

test('keys that are given are counted, and that is all that is claimed', () => {
  const found = compare(libketama(), uhashring(), servers(61, 80), { keys });
  expect(found).toMatchObject({ method: 'keys', sampleSize: 1000, error: 0 });
  expect(found.moved * 1000).toBeCloseTo(Math.round(found.moved * 1000), 9);
  expect(found.sentence).toContain('of 1000 keys');
  expect(compare(libketama(), uhashring(), servers(3, 80), { keys: [] }).moved).toBe(0);
});

test('ties are a difference where there are any', () => {
  // The same server in two writings has the same points twice over.
  const nodes = ['10.0.0.1:11211', '10.0.0.1', '10.0.0.2:80'];
  const found = compare(libmemcachedWeighted(), { ...libmemcachedWeighted(), name: 'last', ties: 'last' }, nodes);
  expect(found.differences).toEqual([{ rule: 'ties', a: 'first', b: 'last', positions: 160 }]);
  expect(found.moved).toBeGreaterThan(0.5);
});

test('nodes that one of the two cannot read are refused, as Ring.of refuses them', () => {
  expect(() => compare(libketama(), haproxy(), ['10.0.0.1:80'])).toThrow(/the number that HAProxy has/);
  expect(() => compare(libketama(), libketama(), [])).toThrow(/at least one node/);
  expect(() => compare(libketama(), libketama(), ['a'], { sampleSize: 0 })).toThrow(/sampleSize must be/);
});
