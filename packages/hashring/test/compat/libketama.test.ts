import { describe, expect, test } from 'vitest';
import { libketama, nodesOf, pythonHashRing, uhashring } from '../../src/compat/index.js';
import { Ring } from '../../src/index.js';
import { expectMap, sharedPosition, type Vector, vectors } from './ground-truth.js';

describe('RJ libketama sends every key where the real one does', () => {
  test.each(vectors<Vector>('libketama-rj'))('$config', ({ servers, map }) => {
    const nodes = nodesOf(servers);
    expectMap(Ring.of(nodes, { dialect: libketama() }), nodes, map);
  });
});

describe('python hash_ring sends every key where the real one does', () => {
  test.each(vectors<Vector & { points: number }>('python-hash_ring'))('$config', ({ servers, map, points }) => {
    const nodes = nodesOf(servers);
    const ring = Ring.of(nodes, { dialect: pythonHashRing() });
    expectMap(ring, nodes, map);
    expect(ring.pointCount).toBe(points);
  });
});

describe('uhashring in ketama mode sends every key where the real one does', () => {
  test.each(vectors<Vector & { points: number }>('python-uhashring-ketama'))('$config', ({ servers, map, points }) => {
    const nodes = nodesOf(servers);
    const ring = Ring.of(nodes, { dialect: uhashring() });
    expectMap(ring, nodes, map);
    expect(ring.pointCount).toBe(points);
  });
});

test.each([
  ['libketama', libketama(), 'first'],
  ['hash_ring', pythonHashRing(), 'last'],
  ['uhashring', uhashring(), 'last'],
] as const)('of equal points in %s, the one of the server that is listed %3$s owns', (_, dialect, which) => {
  const { a, b, position } = sharedPosition(dialect);
  for (const list of [
    [a, b],
    [b, a],
  ]) {
    const points = Ring.of(list, { dialect })
      .points()
      .filter((point) => point.position === position);
    expect(points.length).toBe(2);
    expect(points[0]!.id).toBe(which === 'first' ? list[0] : list[1]);
  }
});
