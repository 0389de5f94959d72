import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounded, type Lease, Ring, type RingNodeObject } from '../src/index.js';
import { holds, keysOf, nodesOf } from './laws.js';

type Step =
  | { readonly type: 'acquire'; readonly key: number }
  | { readonly type: 'release'; readonly lease: number }
  | { readonly type: 'down' | 'up'; readonly node: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('acquire' as const), key: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release' as const), lease: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('down' as const, 'up' as const), node: fc.nat(7) }) },
);

test('whatever happens, no acquire takes a node above its capacity, and none fails while a node is up', () => {
  holds(
    fc.property(
      nodesOf(1, 8),
      fc.double({ min: 1e-9, max: 4, noNaN: true }),
      fc.array(anyStep, { maxLength: 200 }),
      (nodes, epsilon, steps) => {
        const ring = Ring.of(nodes, { pointsPerNode: 8 });
        const loads = bounded(ring, { epsilon });
        const up = new Set(nodes.map(({ id }) => id));
        const leases: Lease<RingNodeObject>[] = [];
        const held = new Map(nodes.map(({ id }) => [id, 0]));
        const weightOf = (id: string) => ring.weightOf(id);
        for (const step of steps) {
          if (step.type === 'acquire') {
            if (up.size === 0) {
              expect(() => loads.acquire(step.key)).toThrow(expect.objectContaining({ code: 'no-node-up' }));
              continue;
            }
            const lease = loads.acquire(step.key);
            leases.push(lease);
            const { id } = lease.node;
            held.set(id, held.get(id)! + 1);
            expect(up).toContain(id);
            const m = [...up].reduce((sum, other) => sum + held.get(other)!, 0);
            const W = [...up].reduce((sum, other) => sum + weightOf(other), 0);
            expect(held.get(id)).toBeLessThanOrEqual(Math.ceil(((1 + epsilon) * m * weightOf(id)) / W + 1e-9));
            expect(loads.inFlight).toBe(m);
          } else if (step.type === 'release') {
            const lease = leases.splice(step.lease, 1)[0];
            if (lease === undefined) continue;
            lease.release();
            lease.release();
            held.set(lease.node.id, held.get(lease.node.id)! - 1);
          } else {
            const node = nodes[step.node];
            if (node === undefined) continue;
            if (step.type === 'down') {
              loads.setDown(node.id);
              up.delete(node.id);
            } else {
              loads.setUp(node.id);
              up.add(node.id);
            }
            expect(loads.isUp(node.id)).toBe(step.type === 'up');
          }
          for (const { id } of nodes) expect(loads.loadOf(id)).toBe(held.get(id));
        }
      },
    ),
  );
});

describe('a key', () => {
  test('goes to its owner while that has room, and then along the ring', () => {
    const ring = Ring.of(['a', 'b', 'c', 'd']);
    const loads = bounded(ring, { epsilon: 0.25 });
    const [first, second, third] = ring.owners('hot', { n: 3 });
    const got = Array.from({ length: 4 }, () => loads.acquire('hot').node);
    // Of m requests a node may hold ⌈1.25 · m / 4⌉: 1, 1, 1, 2 for m = 1..4.
    expect(got).toEqual([first, second, third, first]);
    expect(loads.capacityOf('a')).toBe(Math.ceil((1.25 * 5) / 4));
  });

  test('with all the room in the world is placed as on the ring itself', () => {
    const ring = Ring.of(['a', 'b', 'c']);
    const loads = bounded(ring, { epsilon: 1000 });
    for (const key of keysOf(500)) expect(loads.acquire(key).node).toBe(ring.owner(key));
  });

  test('of a node that is down goes where the ring would send it without that node', () => {
    const ring = Ring.of(['a', 'b', 'c']);
    const loads = bounded(ring, { epsilon: 1000 });
    loads.setDown('b');
    for (const key of keysOf(500)) expect(loads.acquire(key).node).toBe(ring.without('b').owner(key));
  });
});

test('keys spread within the bound, and few of them leave their owner', () => {
  const ring = Ring.of(Array.from({ length: 20 }, (_, i) => `node-${i}`));
  const count = 20_000;
  for (const [epsilon, most] of [
    [0.1, 0.08],
    [0.25, 0.03],
  ] as const) {
    const loads = bounded(ring, { epsilon });
    const elsewhere = keysOf(count).filter((key) => loads.acquire(key).node !== ring.owner(key)).length;
    for (const id of ring.nodes) expect(loads.loadOf(id)).toBeLessThanOrEqual(Math.ceil(((1 + epsilon) * count) / 20));
    expect(elsewhere / count).toBeLessThan(most);
  }
});

test('when one node goes down, the keys that move are few more than those it had', () => {
  const ring = Ring.of(Array.from({ length: 20 }, (_, i) => `node-${i}`));
  const keys = keysOf(20_000);
  const placed = (down: string[]) => {
    const loads = bounded(ring, { epsilon: 0.25 });
    for (const id of down) loads.setDown(id);
    return keys.map((key) => loads.acquire(key).node);
  };
  const before = placed([]);
  const after = placed(['node-7']);
  const had = before.filter((node) => node === 'node-7').length;
  const moved = before.filter((node, i) => node !== after[i]).length;
  expect(moved).toBeGreaterThanOrEqual(had);
  expect(moved).toBeLessThan(2 * had);
});

test('it can follow the ring: loads and downs of the nodes that stay are kept', () => {
  const ring = Ring.of(['a', 'b', 'c']);
  const loads = bounded(ring, { epsilon: 1000 });
  const leases = keysOf(30).map((key) => loads.acquire(key));
  const onB = leases.filter(({ node }) => node === 'b');
  const onC = leases.filter(({ node }) => node === 'c');
  expect([onB.length > 0, onC.length > 0]).toEqual([true, true]);
  loads.setDown('c');
  loads.follow(ring.with('d').without('b').reweight('a', 2));
  expect([loads.isUp('c'), loads.isUp('d'), loads.loadOf('d')]).toEqual([false, true, 0]);
  expect(loads.loadOf('c')).toBe(onC.length);
  expect(loads.inFlight).toBe(leases.length - onB.length - onC.length);
  expect(() => loads.loadOf('b')).toThrow(expect.objectContaining({ code: 'unknown-node' }));
  for (const lease of leases) lease.release();
  expect([loads.inFlight, loads.loadOf('a'), loads.loadOf('c')]).toEqual([0, 0, 0]);
});

test('nodes that no point stands for are given nothing, and don’t count', () => {
  const dialect = { ...Ring.of(['a']).dialect, name: 'sparse', points: () => [Uint32Array.of(1), Uint32Array.of()] };
  const loads = bounded(Ring.of(['a', 'b'], { dialect }), { epsilon: 0.01 });
  for (const key of keysOf(50)) expect(loads.acquire(key).node).toBe('a');
  expect(loads.capacityOf('b')).toBe(0);
});
