import { JumpBack, Maglev, Rendezvous, Ring } from '@dsys/hashring';
import { expect, test } from 'vitest';
import { dsys, file } from './dsys.js';

const SERVERS = '10.0.0.1:11211 1 z1\n10.0.0.2:11211 1 z2\n10.0.0.3:11211 2 z3\n10.0.0.4:11211 1 z1\n';
const keys = Array.from({ length: 5_000 }, (_, i) => `user:${i}`);
const asLines = keys.join('\n');

test('nodes and zones in a table', async () => {
  const { code, out, err } = await dsys(['ring', 'ownership', '--nodes', file('servers.txt', SERVERS)]);
  expect([code, err]).toEqual([0, '']);
  await expect(out).toMatchFileSnapshot('golden/ownership.txt');
});

test('columns stay straight under characters that are two wide, or none', async () => {
  const nodes = file('wide.txt', '東京-1\ncafe\u0301\nplain\n');
  const { out } = await dsys(['ring', 'ownership', '--nodes', nodes]);
  const rows = out.split('\n').filter((line) => line.includes('33.33 %'));
  expect(rows).toHaveLength(3);
  // 東京 takes four places in two characters, é here one place in two.
  const ends = rows.map((row) => row.length + (row.includes('東京') ? 2 : row.includes('\u0301') ? -1 : 0));
  expect(new Set(ends).size).toBe(1);
});

test('with keys and their sizes', async () => {
  const stdin = keys.map((key, i) => `${key}\t${i}`).join('\r\n');
  const { code, out, err } = await dsys('ring ownership --nodes a,b,c --sizes', { stdin: `${stdin}\r\n\r\n` });
  expect([code, err]).toEqual([0, '']);
  await expect(out).toMatchFileSnapshot('golden/ownership-keys.txt');
});

test('--json has the shares of the ring and the keys counted one by one', async () => {
  const { out } = await dsys('ring ownership --nodes a,b=2,c --json', { stdin: asLines });
  const ring = Ring.of(['a', { id: 'b', weight: 2 }, 'c']);
  const counts = { a: 0, b: 0, c: 0 };
  for (const key of keys) {
    const owner = ring.owner(key);
    counts[(typeof owner === 'string' ? owner : owner.id) as 'a']++;
  }
  const shares = ring.ownership();
  expect(JSON.parse(out)).toEqual({
    kind: 'dsys-ring-ownership',
    version: 1,
    strategy: 'ring',
    dialect: 'dsys',
    pointsPerNode: 512,
    fingerprint: ring.fingerprint,
    sharesAre: 'exact',
    nodes: shares.nodes.map(({ id, weight, zone, share, expected }) => ({
      id,
      weight,
      zone,
      share,
      expected,
      keys: counts[id as 'a'],
    })),
    zones: [{ zone: '', share: 1, expected: 1, keys: 5_000 }],
    maxOverMean: shares.maxOverMean,
    keys: {
      source: 'stdin',
      count: 5_000,
      emptyLines: 0,
      maxOverMean: Math.max(counts.a / 1_250, counts.b / 2_500, counts.c / 1_250),
    },
  });
  expect(out.endsWith('}\n')).toBe(true);
  expect(out.trimEnd()).not.toContain('\n');
});

test('other strategies count the same keys by their own rules', async () => {
  const nodes = ['a', 'b', 'c'];
  const placements = { rendezvous: Rendezvous.of(nodes), maglev: Maglev.of(nodes), 'jump-back': JumpBack.of(nodes) };
  for (const [strategy, placement] of Object.entries(placements)) {
    const { out } = await dsys(`ring ownership --nodes a,b,c --json --strategy ${strategy}`, { stdin: asLines });
    const counted = (JSON.parse(out) as { nodes: { id: string; keys: number }[] }).nodes.map((node) => [
      node.id,
      node.keys,
    ]);
    expect(counted).toEqual(nodes.map((id) => [id, keys.filter((key) => placement.owner(key) === id).length]));
  }
});

test('a Redis Cluster takes the slots that its nodes name, or even ones', async () => {
  const nodes = [
    { id: 'a', slots: [[0, 8191]] },
    { id: 'b', slots: [[8192, 16_383]] },
  ];
  const even = await dsys('ring ownership --nodes a,b --json --strategy redis-cluster', { stdin: asLines });
  const named = await dsys(
    [
      'ring',
      'ownership',
      '--nodes',
      file('slots.json', JSON.stringify(nodes)),
      '--json',
      '--strategy',
      'redis-cluster',
    ],
    {
      stdin: asLines,
    },
  );
  expect(named.out).toBe(even.out);
  expect(JSON.parse(even.out).nodes[0].share).toBe(0.5);
});

test('a key is its bytes: integers, hexadecimal and text that looks like them are three keys', async () => {
  const ring = Ring.of(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  const nodes = ring.nodes.join(',');
  const given = { text: ['42', '−1'], integer: ['42', '-1', '18446744073709551615'], hex: ['00ff', 'C3A9'] } as const;
  const meant = { text: ['42', '−1'], integer: [42n, -1n, -1n], hex: [Buffer.from([0, 255]), 'é'] } as const;
  for (const type of ['text', 'integer', 'hex'] as const) {
    const { out } = await dsys(`ring explain --nodes ${nodes} --next 0 --key-type ${type}`, {
      stdin: given[type].join('\n'),
    });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[1]),
    ).toEqual(meant[type].map((key) => ring.owner(key)));
  }
});

test('keys that are not of their type are refused with their number', async () => {
  const cases = [
    ['--key-type integer', '1\n2\nthree\n', 'stdin: key 3: "three" is not an integer'],
    ['--key-type integer', '18446744073709551616\n', 'stdin: key 1: 18446744073709551616 does not fit 64 bits'],
    ['--key-type hex', 'abc\n', 'stdin: key 1: "abc" is not hexadecimal'],
    ['--sizes', 'a\t1\nb\n', 'stdin: key 2: "b" is not KEY<TAB>BYTES'],
    ['--sizes', 'a\t1x\n', 'stdin: key 1: "a\\u{9}1x" is not KEY<TAB>BYTES'],
    ['--sizes', 'a\t\n', 'is not KEY<TAB>BYTES'],
  ] as const;
  for (const [options, stdin, message] of cases) {
    const { code, out, err } = await dsys(`ring ownership --nodes a,b ${options}`, { stdin });
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain(message);
  }
});

test('--sizes takes a key with tabs in it: the last one counts', async () => {
  const { out } = await dsys('ring ownership --nodes a --sizes --json', { stdin: 'x\ty\t7\nz\t5\n' });
  expect(JSON.parse(out).keys).toMatchObject({ count: 2, bytes: 12 });
});

test('an empty list of keys is an error when it was asked for, and no keys when it was not', async () => {
  const asked = await dsys(['ring', 'ownership', '--nodes', 'a,b', '--keys', file('no-keys.txt', '\n\n')]);
  expect(asked.code).toBe(3);
  expect(asked.err).toContain('there are no keys in it');
  expect((await dsys('ring ownership --nodes a,b --keys -', { stdin: '' })).code).toBe(3);
  const unasked = await dsys('ring ownership --nodes a,b --json', { stdin: '' });
  expect(unasked.code).toBe(0);
  expect(JSON.parse(unasked.out).keys).toBeNull();
});

test('a missing file of keys and a folder are bad input; --sizes without keys is a wrong call', async () => {
  expect((await dsys('ring ownership --nodes a,b --keys no/such/keys')).err).toContain('there is no file no/such/keys');
  expect(await dsys('ring ownership --nodes a,b --keys src')).toMatchObject({ code: 3, out: '' });
  expect((await dsys('ring ownership --nodes a,b --sizes')).code).toBe(2);
});

test('--fail-above turns an uneven placement into exit code 1', async () => {
  expect((await dsys('ring ownership --nodes a,b,c --points 1 --fail-above 1.25')).code).toBe(1);
  expect((await dsys('ring ownership --nodes a,b,c --fail-above 1.25')).code).toBe(0);
  // The keys decide where there are some: all of these are one.
  expect((await dsys('ring ownership --nodes a,b,c --fail-above 1.25', { stdin: 'k\nk\nk\n' })).code).toBe(1);
});
