import { expect, test } from 'vitest';
import { Ring } from '../src/index.js';
import * as lean from '../src/lean.js';
import { keysOf } from './laws.js';

test('the lean ring places every key as the whole one does, through every change', () => {
  const nodes = [
    { id: 'a', zone: 'x' },
    { id: 'b', weight: 2, zone: 'y' },
    { id: 'c', zone: 'x' },
  ];
  const change = { remove: ['a'], add: [{ id: 'e', zone: 'z' }] };
  const pairs = [
    [Ring.of(nodes), lean.Ring.of(nodes)],
    [Ring.of(nodes).with({ id: 'd', zone: 'z' }), lean.Ring.of(nodes).with({ id: 'd', zone: 'z' })],
    [Ring.of(nodes).without('a'), lean.Ring.of(nodes).without('a')],
    [Ring.of(nodes).reweight('b', 0.5), lean.Ring.of(nodes).reweight('b', 0.5)],
    [Ring.of(nodes).apply(change), lean.Ring.of(nodes).apply(change)],
  ] as const;
  for (const [whole, small] of pairs) {
    expect(small).not.toBeInstanceOf(Ring);
    for (const key of keysOf(200)) {
      expect(small.owner(key)).toEqual(whole.owner(key));
      expect(small.owners(key, { n: 3, spread: 'zone' })).toEqual(whole.owners(key, { n: 3, spread: 'zone' }));
    }
  }
});

test('what comes of changing a whole ring is a whole ring', () => {
  const ring: Ring<string> = Ring.of(['a', 'b']);
  for (const changed of [ring.with('c'), ring.without('a'), ring.reweight('a', 2), ring.apply({ add: ['c'] })])
    expect(changed.fingerprint).toMatch(/^[0-9a-f]{16}$/);
});
