import { xxh32 } from '@dsys/hash';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring, type RingNodeObject } from '../src/index.js';
import { anyId, anyWeight, holds, keysOf, nodesOf, shuffled } from './laws.js';

const idOf = (node: RingNodeObject): string => node.id;
const small = { pointsPerNode: 16 };

/** What each key's owner is called. */
const ownersIn = (ring: Ring<RingNodeObject>, keys: readonly string[]): string[] => ring.ownerMany(keys).map(idOf);

describe('the rules of the default dialect', () => {
  test('point k of a node is XXH32 of its id, a zero byte and k as u32 little-endian, with the seed "dsys"', () => {
    const ids = ['a', 'größe', '\u{1f511}'];
    const expected = ids.flatMap((id) =>
      Array.from({ length: 300 }, (_, k) => {
        const bytes = Uint8Array.of(...new TextEncoder().encode(id), 0, k & 0xff, k >> 8, 0, 0);
        return { position: xxh32(bytes, 0x64737973), id, virtualNode: k };
      }),
    );
    const points = Ring.of(ids, { pointsPerNode: 300 }).points();
    expect(points.map(({ position, id, virtualNode }) => ({ position, id, virtualNode }))).toEqual(
      expected.sort((a, b) => a.position - b.position),
    );
  });

  test('a key is at XXH32 of its bytes and belongs to the first point at or above it, or else to the first of all', () => {
    const ring = Ring.of(['a', 'b', 'c'], { pointsPerNode: 3 });
    const points = ring.points();
    let wrapped = 0;
    for (const key of [...keysOf(200), 42, 42n, -1, 0.5, Uint8Array.of(1, 2), '']) {
      const position = xxh32(key, 0x64737973);
      const point = points.find((p) => p.position >= position);
      wrapped += point === undefined ? 1 : 0;
      expect(ring.owner(key)).toBe((point ?? points[0]!).node);
    }
    expect(wrapped).toBeGreaterThan(0);
  });

  test('a node of weight w has max(1, round(w · pointsPerNode)) points', () => {
    const counts = [
      [1, 512],
      [2, 1024],
      [0.5, 256],
      [0.001, 1],
      [1.0009765625, 513], // 512.5 rounds up
      [1e-9, 1],
    ] as const;
    for (const [weight, count] of counts)
      expect(Ring.of([{ id: 'a', weight }]).pointCount, `weight ${weight}`).toBe(count);
  });

  test('the points of a node are a beginning of those that it has with more weight', () => {
    const light = Ring.of([{ id: 'a', weight: 0.7 }]).points();
    const heavy = Ring.of([{ id: 'a', weight: 1.9 }]).points();
    const key = ({ position, virtualNode }: { position: number; virtualNode: number }) => `${virtualNode}@${position}`;
    expect(new Set(heavy.map(key))).toEqual(new Set([...heavy, ...light].map(key)));
  });
});

describe('what a change moves', () => {
  const keys = keysOf(400);

  test('a node that comes takes keys for itself, and moves none between two others', () => {
    holds(
      fc.property(nodesOf(2, 12), (nodes) => {
        const [added, ...rest] = nodes as [RingNodeObject, ...RingNodeObject[]];
        const before = Ring.of(rest, small);
        const after = before.with(added);
        for (const key of keys) {
          const to = after.owner(key);
          if (to !== before.owner(key)) expect(to).toBe(added);
        }
      }),
    );
  });

  test('a node that goes gives its keys away, and moves none between two others', () => {
    holds(
      fc.property(nodesOf(2, 12), (nodes) => {
        const [gone] = nodes as [RingNodeObject];
        const before = Ring.of(nodes, small);
        const after = before.without(gone.id);
        for (const key of keys) {
          const from = before.owner(key);
          if (from === gone) expect(after.owner(key)).not.toBe(gone);
          else expect(after.owner(key)).toBe(from);
        }
      }),
    );
  });

  test('a node that gets more weight takes keys, one that gets less gives some, and none moves between two others', () => {
    holds(
      fc.property(nodesOf(2, 12), anyWeight, (nodes, weight) => {
        const [changed] = nodes as [RingNodeObject];
        const before = Ring.of(nodes, small);
        const after = before.reweight(changed.id, weight);
        const grows = weight >= (changed.weight ?? 1);
        for (const key of keys) {
          const from = before.owner(key);
          const to = after.owner(key);
          if (from !== to) expect(grows ? to : from).toBe(changed);
        }
      }),
    );
  });

  test('a zone is where a node stands, and moves no key', () => {
    holds(
      fc.property(nodesOf(1, 12), (nodes) => {
        const moved = nodes.map((node) => ({ ...node, zone: 'elsewhere' }));
        expect(ownersIn(Ring.of(moved, small), keys)).toEqual(ownersIn(Ring.of(nodes, small), keys));
      }),
    );
  });

  test('any way to the same nodes gives the same ring', () => {
    holds(
      fc.property(
        nodesOf(1, 10).chain((nodes) => fc.tuple(fc.constant(nodes), shuffled(nodes), nodesOf(0, 4))),
        ([nodes, order, others]) => {
          const built = Ring.of(nodes, small);
          const extra = others.filter(({ id }) => !nodes.some((node) => node.id === id));
          let grown: Ring<RingNodeObject> = Ring.of([...extra.slice(0, 1), order[0]!], small);
          for (const node of order.slice(1)) grown = grown.with(node);
          for (const node of extra.slice(1)) grown = grown.with(node);
          for (const node of order) grown = grown.reweight(node.id, 5).reweight(node.id, node.weight ?? 1);
          grown = grown.apply({ remove: extra.map(idOf) });
          expect(grown.toJSON()).toEqual(built.toJSON());
          expect(grown.points()).toEqual(built.points());
          expect(ownersIn(Ring.of(order, small), keys)).toEqual(ownersIn(built, keys));
        },
      ),
    );
  });

  test('several changes at once are those changes one by one', () => {
    holds(
      fc.property(nodesOf(4, 10), anyWeight, (nodes, weight) => {
        const [a, b, c, ...rest] = nodes as [RingNodeObject, RingNodeObject, RingNodeObject, ...RingNodeObject[]];
        const ring = Ring.of([a, b, ...rest], small);
        const once = ring.apply({ remove: [a.id], reweight: { [b.id]: weight }, add: [c] });
        const stepwise = ring.without(a.id).reweight(b.id, weight).with(c);
        expect(once.points()).toEqual(stepwise.points());
        expect(once.fingerprint).toBe(stepwise.fingerprint);
      }),
    );
  });

  test('one change can put another node in the place of one with the same id', () => {
    const ring = Ring.of([
      { id: 'a', port: 1 },
      { id: 'b', port: 1 },
    ]);
    const replaced = ring.apply({ remove: ['a'], add: [{ id: 'a', port: 2 }] });
    expect(replaced.get('a')).toEqual({ id: 'a', port: 2 });
    expect(replaced.fingerprint).toBe(ring.fingerprint);
  });

  test('a ring stays as it was when others are made from it', () => {
    const ring = Ring.of(['a', 'b', 'c']);
    const before = { bytes: ring.toBytes(), points: ring.points(), nodes: [...ring.nodes] };
    ring.with('d').without('a').reweight('b', 3);
    ring.preview({ remove: ['a'] });
    expect({ bytes: ring.toBytes(), points: ring.points(), nodes: ring.nodes }).toEqual(before);
  });
});

describe('points at one position', () => {
  test('belong to the node whose id is lower in UTF-8 bytes, however the nodes are listed', () => {
    // A dialect in which all points collide, so that ties decide everything.
    const { dialect } = Ring.of(['a']);
    const collide = {
      ...dialect,
      name: 'collide',
      points: (members: readonly unknown[]) => members.map(() => Uint32Array.of(7)),
    };
    holds(
      fc.property(
        fc.uniqueArray(anyId, { minLength: 1, maxLength: 6 }).chain((ids) => fc.tuple(fc.constant(ids), shuffled(ids))),
        ([ids, order]) => {
          const ring = order
            .slice(1)
            .reduce((grown, id) => grown.with(id), Ring.of(order.slice(0, 1), { dialect: collide }));
          const byBytes = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(ring.owner('any key')).toBe(byBytes[0]);
          expect(ring.owners('any key', { n: ids.length })).toEqual(byBytes);
          expect(ring.nodes).toEqual(byBytes);
        },
      ),
    );
  });
});

describe('the nodes that come out', () => {
  test('are the very objects that were put in', () => {
    const nodes = [
      { id: 'a', url: new URL('http://a') },
      { id: 'b', url: new URL('http://b') },
    ];
    const ring = Ring.of(nodes).reweight('a', 2);
    expect(nodes).toContain(ring.owner('x'));
    expect(ring.get('a')).toBe(nodes[0]);
    expect(ring.owner('x').url.protocol).toBe('http:');
    expect([ring.weightOf('a'), ring.weightOf('b')]).toEqual([2, 1]);
    expect([ring.has('b'), ring.has('c'), ring.get('c')]).toEqual([true, false, undefined]);
  });

  test('of many keys at once are those of each key, into the array given', () => {
    const ring = Ring.of(['a', 'b', 'c']);
    const keys = keysOf(50);
    const out = new Array<string>(99).fill('?');
    expect(ring.ownerMany(keys, out)).toBe(out);
    expect(out).toEqual(keys.map((key) => ring.owner(key)));
    expect(keys.map((key) => ring.nodes[ring.ownerIndex(key)])).toEqual(out);
  });
});
