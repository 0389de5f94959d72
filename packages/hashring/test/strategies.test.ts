import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Maglev, Rendezvous, Ring, type RingNodeObject } from '../src/index.js';
import { filledTable } from '../src/maglev-table.js';
import { minusLog } from '../src/minus-log.js';
import { anyWeight, holds, keysOf, nodesOf, shuffled } from './laws.js';

const keys = keysOf(300);
const countsOf = (owners: readonly (string | RingNodeObject)[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const owner of owners) {
    const id = typeof owner === 'string' ? owner : owner.id;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};

describe('rendezvous hashing', () => {
  test('a change of one node moves keys to or from that node alone', () => {
    holds(
      fc.property(nodesOf(3, 10), anyWeight, (nodes, weight) => {
        const [added, changed, ...rest] = nodes as [RingNodeObject, RingNodeObject, ...RingNodeObject[]];
        const before = Rendezvous.of([changed, ...rest]);
        const grown = before.with(added);
        const reweighted = before.reweight(changed.id, weight);
        const shrunk = before.without(changed.id);
        for (const key of keys) {
          const owner = before.owner(key);
          if (grown.owner(key) !== owner) expect(grown.owner(key)).toBe(added);
          if (reweighted.owner(key) !== owner) expect([owner, reweighted.owner(key)]).toContain(changed);
          if (owner !== changed) expect(shrunk.owner(key)).toBe(owner);
        }
      }),
    );
  });

  test('the order in which nodes are listed does not matter', () => {
    holds(
      fc.property(
        nodesOf(1, 10).chain((nodes) => fc.tuple(fc.constant(nodes), shuffled(nodes))),
        ([nodes, order]) => {
          expect(Rendezvous.of(order).ownerMany(keys)).toEqual(Rendezvous.of(nodes).ownerMany(keys));
        },
      ),
    );
  });

  test('the preference list begins with the owner and goes on as if each node on it had left in turn', () => {
    holds(
      fc.property(nodesOf(2, 7), (nodes) => {
        const all = Rendezvous.of(nodes);
        for (const key of keys.slice(0, 20)) {
          const list = all.owners(key, { n: nodes.length });
          expect(list).toHaveLength(nodes.length);
          let rest = all;
          for (const node of list) {
            expect(rest.owner(key)).toBe(node);
            expect(all.owners(key, { n: 1, skip: list.slice(0, list.indexOf(node)).map(({ id }) => id) })).toEqual([
              node,
            ]);
            if (rest.size > 1) rest = rest.without(node.id);
          }
        }
      }),
    );
  });

  test('shares follow weights, within what chance allows', () => {
    const nodes = [1, 2, 3, 0.5, 3.5].map((weight, i) => ({ id: `n${i}`, weight }));
    const many = keysOf(50_000);
    const counts = countsOf(Rendezvous.of(nodes).ownerMany(many));
    const chiSquare = nodes.reduce((sum, { id, weight }) => {
      const expected = weight / 10;
      return sum + ((counts.get(id) ?? 0) - expected * many.length) ** 2 / (expected * many.length);
    }, 0);
    expect(chiSquare).toBeLessThan(18.47); // 4 degrees of freedom, p = 0.001
  });

  test('equal weights of any size place keys as no weights do', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const plain = Rendezvous.of(ids).ownerMany(keys);
    const weighted = Rendezvous.of(ids.map((id) => ({ id, weight: 0.3 })));
    expect(weighted.ownerMany(keys).map(({ id }) => id)).toEqual(plain);
    // One more node with another weight brings the logarithm in, which must not change the order among the others.
    const withLogs = Rendezvous.of([...ids.map((id) => ({ id, weight: 0.3 })), { id: 'tiny', weight: 1e-6 }]);
    expect(keys.map((key) => withLogs.owners(key, { n: 1, skip: ['tiny'] })[0]!.id)).toEqual(plain);
  });

  test('a few keys are where they were when this was written', () => {
    const nodes = [
      { id: 'a', weight: 1 },
      { id: 'b', weight: 2.5 },
      { id: 'c', weight: 0.7 },
      { id: 'd', weight: 3 },
    ];
    const placed = Rendezvous.of(nodes)
      .ownerMany(keysOf(24))
      .map(({ id }) => id)
      .join('');
    expect(placed).toBe('bbdddddacbbcbdbdbbbadddb');
  });
});

describe('the logarithm made of + − × ÷', () => {
  test('is within two units in the last place of Math.log', () => {
    holds(
      fc.property(
        fc.oneof(
          fc.double({ min: 2 ** -40, max: 1 - 2 ** -40, noNaN: true }),
          fc.nat(2 ** 32 - 1).map((u) => (u + 0.5) / 2 ** 32),
        ),
        (u) => {
          const expected = -Math.log(u);
          expect(Math.abs(minusLog(u) - expected)).toBeLessThanOrEqual(2 * Number.EPSILON * expected);
        },
      ),
      20_000,
    );
  });

  test('falls strictly from one bid to the next', () => {
    const from = (u: number) => {
      for (let i = u; i < u + 5000; i++)
        expect(minusLog((i + 1.5) / 2 ** 32)).toBeLessThan(minusLog((i + 0.5) / 2 ** 32));
    };
    for (const u of [0, 2 ** 16 - 2500, 2 ** 31 - 2500, Math.round(2 ** 32 * Math.SQRT1_2) - 2500, 2 ** 32 - 5002])
      from(u);
  });
});

describe('Maglev hashing', () => {
  test('the table of the paper comes out (Eisenbud et al., table 1)', () => {
    // B0: 3 0 4 1 5 2 6, B1: 0 2 4 6 1 3 5, B2: 3 4 5 6 0 1 2
    const turns = [
      [3, 4],
      [0, 2],
      [3, 1],
    ].map(([offset, skip]) => ({ offset: offset!, skip: skip!, weight: 1 }));
    expect(Array.from(filledTable(turns, 7))).toEqual([1, 0, 1, 0, 2, 2, 0]);
    expect(Array.from(filledTable([turns[0]!, turns[2]!], 7))).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  test('without weights no two shares differ by more than an entry', () => {
    const { nodes, maxOverMean } = Maglev.of(Array.from({ length: 100 }, (_, i) => `node-${i}`)).ownership();
    const entries = nodes.map(({ share }) => Math.round(share * 65_537));
    expect(Math.max(...entries) - Math.min(...entries)).toBe(1);
    expect(maxOverMean).toBeLessThanOrEqual(1.03);
  });

  test('with weights a share is its due, within the entries of a round or two', () => {
    holds(
      fc.property(nodesOf(1, 12), (nodes) => {
        const maglev = Maglev.of(nodes, { tableSize: 2503 });
        for (const { share, expected, weight } of maglev.ownership().nodes) {
          const heaviest = Math.max(...nodes.map((node) => node.weight ?? 1));
          // A node has a turn more or less than its due, and the last round is cut short.
          expect(Math.abs(share - expected) * 2503).toBeLessThanOrEqual(2 + (nodes.length * weight) / heaviest);
        }
      }),
      50,
    );
  });

  test('the order in which nodes are listed does not matter', () => {
    holds(
      fc.property(
        nodesOf(1, 10).chain((nodes) => fc.tuple(fc.constant(nodes), shuffled(nodes))),
        ([nodes, order]) => {
          expect(Maglev.of(order, { tableSize: 251 }).ownerMany(keys)).toEqual(
            Maglev.of(nodes, { tableSize: 251 }).ownerMany(keys),
          );
        },
      ),
      50,
    );
  });

  test('one node more moves a few keys between other nodes too, fewer with a larger table', () => {
    const nodes = Array.from({ length: 10 }, (_, i) => `node-${i}`);
    const many = keysOf(20_000);
    const movedElsewhere = (tableSize: number) => {
      const before = Maglev.of(nodes, { tableSize });
      const after = before.with('new');
      const moved = many.filter((key) => after.owner(key) !== before.owner(key));
      const taken = moved.filter((key) => after.owner(key) === 'new').length;
      expect(Math.abs(taken / many.length - 1 / 11)).toBeLessThan(0.01);
      return (moved.length - taken) / many.length;
    };
    const [small, large] = [movedElsewhere(1009), movedElsewhere(65_537)];
    expect(small).toBeGreaterThan(large);
    expect(large).toBeGreaterThan(0);
    expect(large).toBeLessThan(0.01);
  });

  test('the preference list begins with the owner, names distinct nodes and passes over skipped ones', () => {
    const maglev = Maglev.of(['a', 'b', 'c', 'd'], { tableSize: 251 });
    for (const key of keys) {
      const list = maglev.owners(key, { n: 9 });
      expect(list[0]).toBe(maglev.owner(key));
      expect([...list].sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(maglev.owners(key, { n: 1, skip: [list[0]!] })).toEqual([list[1]]);
    }
  });

  test('a node may leave, come back and change its weight', () => {
    const maglev = Maglev.of(['a', 'b', 'c'], { tableSize: 251 });
    expect(maglev.without('b').with('b').ownerMany(keys)).toEqual(maglev.ownerMany(keys));
    expect(maglev.reweight('b', 2).reweight('b', 1).ownerMany(keys)).toEqual(maglev.ownerMany(keys));
    expect([maglev.reweight('b', 2).weightOf('b'), maglev.weightOf('b')]).toEqual([2, 1]);
    expect(maglev.reweight('b', 2).ownership().nodes[1]!.share).toBeCloseTo(0.5, 2);
  });

  test.each([0, 1, 4, 65_536, 5_000_013, 2.5, Number.NaN, '7'])('refuses a table of %s entries', (tableSize) => {
    expect(() => Maglev.of(['a'], { tableSize: tableSize as number })).toThrow('tableSize must be a prime 3..5000011');
  });

  test('refuses fewer entries than nodes', () => {
    expect(() => Maglev.of(['a', 'b', 'c', 'd'], { tableSize: 3 })).toThrow(
      'tableSize must be at least the number of nodes, 4, got 3',
    );
  });
});

test('a ring, rendezvous and maglev are asked alike', () => {
  for (const placement of [Ring.of(['a', 'b']), Rendezvous.of(['a', 'b']), Maglev.of(['a', 'b'])]) {
    expect(placement.size).toBe(2);
    expect(placement.nodes).toEqual(['a', 'b']);
    expect(placement.members.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(placement.ownerMany(['x', 'y'])).toEqual([placement.owner('x'), placement.owner('y')]);
    expect(placement.with('c').without('a').nodes).toEqual(['b', 'c']);
  }
});
