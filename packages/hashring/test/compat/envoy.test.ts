import { xxh64 } from '@dsys/hash';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { envoyCounts } from '../../src/compat/envoy-ring.js';
import { EnvoyMaglev, envoyRing } from '../../src/compat/index.js';
import { Ring } from '../../src/index.js';
import { expectMap, keys, vectors } from './ground-truth.js';

interface EnvoyVector {
  readonly name: string;
  readonly hosts: readonly { readonly key: string; readonly weight: number }[];
  readonly ringHash: {
    readonly minimumRingSize: number;
    readonly points: number;
    readonly first4: readonly (readonly [position: string, host: number])[];
    readonly map: readonly number[];
  };
  readonly maglev: { readonly tableSize: number; readonly first16: readonly number[]; readonly map: readonly number[] };
}

const nodesOf = (hosts: EnvoyVector['hosts']) => hosts.map(({ key, weight }) => ({ id: key, weight }));

/** The points of a ring as 64-bit positions with the host's id, in order. */
function points64(
  ids: readonly (string | { id: string; weight: number })[],
  options: Parameters<typeof envoyRing>[0],
): [bigint, string][] {
  const members = ids.map((node) =>
    typeof node === 'string' ? { id: node, weight: 1, zone: '' } : { ...node, zone: '' },
  );
  const halves = envoyRing(options).points(members, 1);
  const points = halves.flatMap((own, i) =>
    Array.from({ length: own.length / 2 }, (_, k): [bigint, string] => [
      (BigInt(own[2 * k]!) << 32n) | BigInt(own[2 * k + 1]!),
      members[i]!.id,
    ]),
  );
  return points.sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('ring_hash: every key, the number of points and the first positions', () => {
  test.each(vectors<EnvoyVector>('envoy'))('$name', ({ hosts, ringHash }) => {
    const nodes = nodesOf(hosts);
    const options = { minimumRingSize: ringHash.minimumRingSize };
    const ring = Ring.of(nodes, { dialect: envoyRing(options) });
    expect(ring.pointCount).toBe(ringHash.points);
    expectMap(ring, nodes, ringHash.map);
    expect(points64(nodes, options).slice(0, 4)).toEqual(
      ringHash.first4.map(([position, host]) => [BigInt(position), nodes[host]!.id]),
    );
  });
});

describe('maglev: every key and the first entries', () => {
  test.each(vectors<EnvoyVector>('envoy'))('$name', ({ hosts, maglev }) => {
    const nodes = nodesOf(hosts);
    const table = EnvoyMaglev.of(nodes, { tableSize: maglev.tableSize });
    expectMap(table, nodes, maglev.map);
    expect(table.table().slice(0, 16)).toEqual(maglev.first16.map((host) => nodes[host]));
  });
});

describe('the rings in ring_hash_lb_test.cc', () => {
  const ports = (first: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `127.0.0.1:${first + i}`);

  test('Basic: six hosts, twelve points', () => {
    expect(points64(ports(90, 6), { minimumRingSize: 12 })).toEqual([
      [833437586790550860n, '127.0.0.1:94'],
      [928266305478181108n, '127.0.0.1:92'],
      [1033482794131418490n, '127.0.0.1:90'],
      [3551244743356806947n, '127.0.0.1:95'],
      [3851675632748031481n, '127.0.0.1:93'],
      [5583722120771150861n, '127.0.0.1:91'],
      [6311230543546372928n, '127.0.0.1:91'],
      [7700377290971790572n, '127.0.0.1:93'],
      [13144177310400110813n, '127.0.0.1:95'],
      [13444792449719432967n, '127.0.0.1:92'],
      [15516499411664133160n, '127.0.0.1:94'],
      [16117243373044804889n, '127.0.0.1:90'],
    ]);
  });

  test('BasicWithMurmur2: the same with MurmurHash64A', () => {
    expect(points64(ports(80, 6), { minimumRingSize: 12, hashFunction: 'MURMUR_HASH_2' })).toEqual([
      [1358027074129602068n, '127.0.0.1:85'],
      [4361834613929391114n, '127.0.0.1:83'],
      [7224494972555149682n, '127.0.0.1:84'],
      [7701421856454313576n, '127.0.0.1:81'],
      [8649315368077433379n, '127.0.0.1:82'],
      [8739448859063030639n, '127.0.0.1:84'],
      [9887544217113020895n, '127.0.0.1:81'],
      [10150910876324007731n, '127.0.0.1:82'],
      [15168472011420622455n, '127.0.0.1:83'],
      [15427156902705414897n, '127.0.0.1:80'],
      [16375050414328759093n, '127.0.0.1:85'],
      [17613279263364193813n, '127.0.0.1:80'],
    ]);
  });

  test('BasicWithHostname: the hostname is what is hashed', () => {
    const ring = points64(['90', '91', '92', '93', '94', '95'], { minimumRingSize: 12 });
    expect(ring.map(([, id]) => id)).toEqual(['95', '95', '93', '94', '93', '92', '90', '92', '91', '90', '91', '94']);
    expect(ring[0]![0]).toBe(1975508444536362413n);
  });

  test('UnevenHosts: two hosts and a minimum of 3 make 4 points', () => {
    expect(points64(ports(80, 2), { minimumRingSize: 3 }).map(([at]) => at)).toEqual([
      5454692015285649509n,
      7859399908942313493n,
      13838424394637650569n,
      16064866803292627174n,
    ]);
  });

  test('HostWeightedTinyRing: weights 1, 2, 3 in a ring of exactly 6', () => {
    const hosts = ports(90, 3).map((id, i) => ({ id, weight: i + 1 }));
    expect(points64(hosts, { minimumRingSize: 6, maximumRingSize: 6 })).toEqual([
      [928266305478181108n, '127.0.0.1:92'],
      [4443673547860492590n, '127.0.0.1:92'],
      [5583722120771150861n, '127.0.0.1:91'],
      [6311230543546372928n, '127.0.0.1:91'],
      [13444792449719432967n, '127.0.0.1:92'],
      [16117243373044804889n, '127.0.0.1:90'],
    ]);
  });
});

describe('the tables in maglev_lb_test.cc', () => {
  const entries = (nodes: readonly (string | { id: string; weight: number })[], tableSize: number): string[] =>
    EnvoyMaglev.of(nodes, { tableSize })
      .table()
      .map((node) => (typeof node === 'string' ? node : node.id).slice(-2));

  test('Basic, in whatever order the hosts are listed', () => {
    const hosts = Array.from({ length: 6 }, (_, i) => `127.0.0.1:9${i}`);
    expect(entries(hosts, 7)).toEqual(['92', '94', '90', '91', '95', '90', '93']);
    expect(entries(hosts.reverse(), 7)).toEqual(['92', '94', '90', '91', '95', '90', '93']);
  });

  test('BasicWithHostName', () => {
    expect(entries(['90', '91', '92', '93', '94', '95'], 7)).toEqual(['92', '95', '90', '93', '94', '91', '90']);
  });

  test('Weighted: 1 and 2 among 17 entries', () => {
    const hosts = [
      { id: '127.0.0.1:90', weight: 1 },
      { id: '127.0.0.1:91', weight: 2 },
    ];
    const owners = [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1];
    expect(entries(hosts, 17)).toEqual(owners.map((host) => `9${host}`));
  });
});

/** The table as Envoy's maglev_lb.cc fills it, host by host and round by round, in whole 64-bit numbers. */
function filledByTheBook(hosts: readonly { id: string; weight: number }[], tableSize: number): string[] {
  const size = BigInt(tableSize);
  const sum = hosts.reduce((total, { weight }) => total + weight, 0);
  const entries = [...hosts]
    .sort((x, y) => (x.id < y.id ? -1 : 1))
    .map(({ id, weight }) => ({
      id,
      offset: xxh64(id) % size,
      skip: (xxh64(id, 1n) % (size - 1n)) + 1n,
      weight: weight / sum,
      targetWeight: 0,
      next: 0n,
    }));
  const max = Math.max(...entries.map(({ weight }) => weight));
  const table = new Array<string | undefined>(tableSize).fill(undefined);
  let filled = 0;
  for (let iteration = 1; filled < tableSize; iteration++) {
    for (const entry of entries) {
      if (filled === tableSize) break;
      if (iteration * entry.weight < entry.targetWeight) continue;
      entry.targetWeight += max;
      let c: number;
      do c = Number((entry.offset + entry.skip * entry.next++) % size);
      while (table[c] !== undefined);
      table[c] = entry.id;
      filled++;
    }
  }
  return table as string[];
}

test('a maglev table is filled in turns, by the book, for any weights', () => {
  const hosts = fc.uniqueArray(fc.record({ id: fc.domain(), weight: fc.integer({ min: 1, max: 12 }) }), {
    selector: ({ id }) => id,
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(hosts, fc.constantFrom(17, 101, 1009), (list, tableSize) => {
      const ours = EnvoyMaglev.of(list, { tableSize }).table();
      expect(ours.map(({ id }) => id)).toEqual(filledByTheBook(list, tableSize));
    }),
  );
});

test('the number of points follows the running sum: four equal hosts in a ring of 6 have 2, 1, 2 and 1', () => {
  const equal = [1, 1, 1, 1].map((weight) => ({ weight }));
  expect(envoyCounts(equal, 6, 6)).toEqual([2, 1, 2, 1]);
  expect(envoyCounts(equal, 1024, 8_388_608)).toEqual([256, 256, 256, 256]);
});

test('counting up to the running sum one by one, as Envoy does, gives the same numbers', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }), (list, x, y) => {
      const [minimum, maximum] = [Math.min(x, y), Math.max(x, y)];
      const sum = list.reduce((a, b) => a + b, 0);
      const shares = list.map((weight) => weight / sum);
      const least = Math.min(...shares);
      const scale = Math.min(Math.ceil(least * minimum) / least, maximum);
      let current = 0;
      let target = 0;
      const counts = shares.map((share) => {
        target += scale * share;
        let count = 0;
        for (; current < target; current++) count++;
        return count;
      });
      expect(
        envoyCounts(
          list.map((weight) => ({ weight })),
          minimum,
          maximum,
        ),
      ).toEqual(counts);
    }),
  );
});

test('positions are 64 bits wide: a key is told from a point by the lower half where the upper halves are equal', () => {
  const ring = Ring.of(['a', 'b', 'c'], { dialect: envoyRing() });
  const { dialect } = ring;
  const points = points64(['a', 'b', 'c'], {});
  for (const key of keys) {
    const at = (BigInt(dialect.position(key)) << 32n) | BigInt(dialect.positionLow!(key));
    const [, id] = points.find(([point]) => point >= at) ?? points[0]!;
    expect(ring.owner(key)).toBe(id);
  }
});

describe('a maglev table changes as Envoy would build it anew', () => {
  const hosts = Array.from({ length: 20 }, (_, i) => `10.0.0.${i}:80`);
  const table = EnvoyMaglev.of<string | { id: string; weight: number }>(hosts, { tableSize: 1009 });

  test('with, without and reweight', () => {
    const less = EnvoyMaglev.of(hosts.slice(1), { tableSize: 1009 });
    expect(table.without(hosts[0]!).table()).toEqual(less.table());
    expect(less.with(hosts[0]!).table()).toEqual(table.table());
    const heavy = table.reweight(hosts[3]!, 4);
    expect(heavy.weightOf(hosts[3]!)).toBe(4);
    const entries = heavy.table().filter((node) => node === hosts[3]).length;
    // Within one round of turns.
    expect(Math.abs(entries - (1009 * 4) / 23)).toBeLessThan(4);
  });

  test('ownerMany is owner of each', () => {
    const out: (string | { id: string; weight: number })[] = ['left over', 'x'];
    expect(table.ownerMany(keys.slice(0, 30), out)).toBe(out);
    expect(out).toEqual(keys.slice(0, 30).map((key) => table.owner(key)));
  });

  test.each([8, 1, 0, -7, 2.5, Number.NaN, 5_000_077])('a table of %d entries is refused', (tableSize) => {
    expect(() => EnvoyMaglev.of(hosts, { tableSize })).toThrow(/tableSize must be a prime/);
  });

  test('weights that are not whole are refused', () => {
    expect(() => EnvoyMaglev.of([{ id: 'a', weight: 0.5 }])).toThrow(/weight must be a whole number/);
  });
});

test.each([
  [{ minimumRingSize: 0 }],
  [{ minimumRingSize: 20, maximumRingSize: 10 }],
  [{ maximumRingSize: 8_388_609 }],
  [{ hashFunction: 'MD5' as never }],
])('%o is refused', (options) => {
  expect(() => envoyRing(options)).toThrow(/must be/);
});
