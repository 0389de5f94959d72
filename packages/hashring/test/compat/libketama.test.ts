import { describe, expect, test } from 'vitest';
import { libketama, nodesOf, pythonHashRing, uhashring } from '../../src/compat/index.js';
import { Ring } from '../../src/index.js';
import { expectMap, type Vector, vectors } from './ground-truth.js';

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
