import { xxh32 } from '@dsys/hash';
import { expect, test } from 'vitest';
import { Ring } from '../src/index.js';
import { keysOf } from './laws.js';

test('an explanation names hash, point, virtual node and the way there', () => {
  const ring = Ring.of(['a', 'b', 'c'], { pointsPerNode: 4 });
  const points = ring.points();
  let wraps = 0;
  for (const key of keysOf(300)) {
    const explanation = ring.explain(key);
    const position = xxh32(key, 0x64737973);
    const at = points.findIndex((point) => point.position >= position);
    const point = points[Math.max(at, 0)]!;
    expect(explanation).toMatchObject({
      key,
      dialect: 'dsys',
      position,
      point,
      owner: ring.owner(key),
      wrapped: at < 0,
    });
    expect(explanation.distance).toBe((point.position - position + 2 ** 32) % 2 ** 32);
    wraps += at < 0 ? 1 : 0;
  }
  expect(wraps).toBeGreaterThan(0);
});

test('the next nodes are those of the preference list, each at its first point after the key', () => {
  const ring = Ring.of(['a', 'b', 'c', 'd'], { pointsPerNode: 4 });
  const points = ring.points();
  for (const key of keysOf(100)) {
    const { position, point, next } = ring.explain(key, { next: 9 });
    expect([point, ...next].map(({ node }) => node)).toEqual(ring.owners(key, { n: 4 }));
    const clockwise = [...points.filter((p) => p.position >= position), ...points.filter((p) => p.position < position)];
    expect(next).toEqual(next.map(({ id }) => clockwise.find((p) => p.id === id)));
  }
  expect(ring.explain('key', { next: 0 }).next).toEqual([]);
  expect(ring.explain('key').next).toHaveLength(2);
});

test('where the nearest point owns, the distance is the shorter way, in either direction', () => {
  const { dialect: own } = Ring.of(['a']);
  const dialect = { ...own, name: 'near', search: 'nearest' as const, position: (key: unknown) => Number(key) };
  const at = { a: 100, b: 1000, c: 0xfffffff0 };
  const ring = Ring.of(['a', 'b', 'c'], {
    dialect: { ...dialect, points: (members) => members.map(({ id }) => Uint32Array.of(at[id as keyof typeof at])) },
  });
  expect(ring.explain(110)).toMatchObject({ owner: 'a', distance: 10, wrapped: false });
  expect(ring.explain(90)).toMatchObject({ owner: 'a', distance: 10, wrapped: false });
  expect(ring.explain(550)).toMatchObject({ owner: 'a', distance: 450, wrapped: false }); // the middle goes to the lower one
  expect(ring.explain(551)).toMatchObject({ owner: 'b', distance: 449, wrapped: false });
  expect(ring.explain(0)).toMatchObject({ owner: 'c', distance: 16, wrapped: true });
  expect(ring.explain(0xffffffff)).toMatchObject({ owner: 'c', distance: 15, wrapped: false });
  expect(ring.explain(0xa0000000)).toMatchObject({ owner: 'c', distance: 0x5ffffff0, wrapped: false });
});
