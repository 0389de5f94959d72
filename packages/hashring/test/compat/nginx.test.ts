import { crc32 } from '@dsys/hash';
import { describe, expect, test } from 'vitest';
import { nginx, nodesOf } from '../../src/compat/index.js';
import { Ring } from '../../src/index.js';
import { expectMap, keys, type Vector, vectors } from './ground-truth.js';

describe('nginx 1.22.1 sends every key where the real one does', () => {
  test.each(vectors<Vector>('nginx'))('$config', ({ servers, map }) => {
    const nodes = nodesOf(servers);
    expectMap(Ring.of(nodes, { dialect: nginx() }), nodes, map);
  });
});

/** The points of a server, each CRC taken of all its bytes at once. */
function chained(address: string, count: number): number[] {
  const points: number[] = [];
  for (let previous = 0; points.length < count; ) {
    const bytes = new Uint8Array([...new TextEncoder().encode(address), 0, 0, 0, 0]);
    new DataView(bytes.buffer).setUint32(bytes.length - 4, previous, true);
    points.push((previous = crc32(bytes)));
  }
  return points;
}

describe('points are chained CRCs of host, zero byte and port, as the server directive has them', () => {
  test.each([
    ['10.0.0.1:8080', '10.0.0.1\x008080'],
    ['10.0.0.1', '10.0.0.1\0'],
    ['[::1]:80', '[::1]\x0080'],
    ['::1', ':\x001'],
    ['backend.example', 'backend.example\0'],
    ['backend:', 'backend\0'],
    ['a:b', 'a:b\0'],
    ['unix:/run/app.sock', '/run/app.sock\0'],
    ['UNIX:/run/app:80', '/run/app:80\0'],
    ['größe:80', 'größe\x0080'],
  ])('%s', (id, address) => {
    const [points] = nginx().points([{ id, weight: 2, zone: '' }], 160);
    expect([...points!]).toEqual(chained(address, 320));
  });
});

test('a server that joins takes keys and moves none between the others; more weight adds points behind the old ones', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `10.0.0.${i}:80`);
  const before = Ring.of(ids, { dialect: nginx() });
  const after = before.with('10.0.1.1:80');
  for (const key of keys) {
    if (after.owner(key) !== before.owner(key)) expect(after.owner(key)).toBe('10.0.1.1:80');
  }
  const heavier = before.reweight('10.0.0.3:80', 3);
  for (const key of keys) {
    if (heavier.owner(key) !== before.owner(key)) expect(heavier.owner(key)).toBe('10.0.0.3:80');
  }
});

test('of equal points the first in the list is kept', () => {
  // A directive with a colon and one without write the same bytes.
  for (const list of [
    ['backend', 'backend:'],
    ['backend:', 'backend'],
  ]) {
    const ring = Ring.of(list, { dialect: nginx() });
    expect(new Set(keys.map((key) => ring.owner(key)))).toEqual(new Set([list[0]]));
  }
});
