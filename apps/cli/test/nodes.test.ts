import { Ring } from '@dsys/hashring';
import { libmemcachedWeighted } from '@dsys/hashring/compat';
import { expect, test } from 'vitest';
import { dsys, file, missing } from './dsys.js';

/** Id, weight and zone of each node, as the command has read them. */
async function nodesOf(list: string, more = ''): Promise<string[]> {
  const { code, out, err } = await dsys([
    'ring',
    'ownership',
    '--json',
    '--nodes',
    list,
    ...more.split(' ').filter((word) => word !== ''),
  ]);
  expect([code, err]).toEqual([0, '']);
  const { nodes } = JSON.parse(out) as { nodes: { id: string; weight: number; zone: string }[] };
  return nodes.map(({ id, weight, zone }) => `${id} ${weight} ${zone}`.trimEnd());
}

const WANTED = ['a 1', 'b 2 z1', 'c 0.5 z2'];

test('nodes can be written in place, with weights', async () => {
  expect(await nodesOf('a,b=2, c=0.5')).toEqual(['a 1', 'b 2', 'c 0.5']);
  expect(await nodesOf('10.0.0.1:11211')).toEqual(['10.0.0.1:11211 1']);
});

test('a text file has a node a line: id, weight, zone; comments and empty lines are passed over', async () => {
  expect(await nodesOf(file('nodes.txt', '# the fleet\na\n\n  b 2\tz1\nc 0.5 z2'))).toEqual(WANTED);
  expect(await nodesOf(file('crlf.txt', 'a\r\nb 2 z1\r\nc 0.5 z2\r\n'))).toEqual(WANTED);
  expect(await nodesOf(file('no-ending', '\ufeffa\nb 2 z1\nc 0.5 z2\n'))).toEqual(WANTED);
});

test('a JSON file is an array of ids, nodes, or servers by host and port', async () => {
  const json = JSON.stringify(['a', { id: 'b', weight: 2, zone: 'z1' }, { id: 'c', weight: 0.5, zone: 'z2' }]);
  expect(await nodesOf(file('nodes.json', json))).toEqual(WANTED);
  expect(await nodesOf(file('servers.json', '[{ "host": "10.0.0.1", "port": 11211, "weight": 3 }]'))).toEqual([
    '10.0.0.1:11211 3',
  ]);
});

test("a ring's own JSON and bytes bring its nodes, points and dialect along", async () => {
  const ring = Ring.of(['a', { id: 'b', weight: 2, zone: 'z1' }], { pointsPerNode: 100 });
  for (const path of [file('ring.json', JSON.stringify(ring)), file('ring.bin', ring.toBytes())]) {
    const { out } = await dsys(['ring', 'ownership', '--json', '--nodes', path]);
    expect(JSON.parse(out)).toMatchObject({ dialect: 'dsys', pointsPerNode: 100, fingerprint: ring.fingerprint });
  }
  const fleet = Ring.of(['10.0.0.1', '10.0.0.2'], { dialect: libmemcachedWeighted() });
  const { out } = await dsys(['ring', 'ownership', '--json', '--nodes', file('fleet.json', JSON.stringify(fleet))]);
  expect(JSON.parse(out)).toMatchObject({ dialect: fleet.dialect.name, fingerprint: fleet.fingerprint });
});

test('the bytes of a ring of another dialect want its name, and --dialect gives it', async () => {
  const fleet = Ring.of(['10.0.0.1', '10.0.0.2'], { dialect: libmemcachedWeighted() });
  const path = file('fleet.bin', fleet.toBytes());
  const refused = await dsys(['ring', 'ownership', '--nodes', path]);
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('libmemcached-ketama-weighted');
  expect(refused.err).toContain('Name the dialect of the ring: --dialect NAME.');
  expect(await nodesOf(path, '--dialect libmemcached-weighted')).toEqual(['10.0.0.1 1', '10.0.0.2 1']);
});

test('an option wins over what a snapshot says', async () => {
  const path = file('ring2.json', JSON.stringify(Ring.of(['10.0.0.1', '10.0.0.2'], { pointsPerNode: 100 })));
  const { out } = await dsys(['ring', 'ownership', '--json', '--nodes', path, '--points', '64']);
  expect(JSON.parse(out)).toMatchObject({ dialect: 'dsys', pointsPerNode: 64 });
  const other = await dsys(['ring', 'ownership', '--json', '--nodes', path, '--dialect', 'nginx']);
  expect(JSON.parse(other.out)).toMatchObject({ dialect: 'nginx-consistent', pointsPerNode: 160 });
});

test('nodes can come from stdin, and then keys come from a file', async () => {
  const keys = file('two-keys.txt', 'k1\nk2\n');
  const { code, out } = await dsys(['ring', 'ownership', '--json', '--nodes', '-', '--keys', keys], {
    stdin: 'a\nb\n',
  });
  expect(code).toBe(0);
  expect(JSON.parse(out).keys).toMatchObject({ source: keys, count: 2 });
  const both = await dsys('ring ownership --nodes - --keys -', { stdin: 'a\nb\n' });
  expect(both).toMatchObject({ code: 2, out: '' });
  expect(both.err).toContain('two inputs are to be read from stdin');
});

test('what is wrong with a list of nodes is said with its place and what to do', async () => {
  const cases: readonly (readonly [list: string, code: number, message: string])[] = [
    [missing('servers.txt'), 3, 'there is no file'],
    ['typo.txt', 3, 'there is no file typo.txt'],
    [file('empty.txt', ''), 3, 'there are no nodes in it'],
    [file('only-comments.txt', '# nobody\n\n'), 3, 'there are no nodes in it'],
    [file('twice.txt', 'a\nb\na\n'), 3, 'twice.txt:3: node "a" is listed twice, first at '],
    [file('negative.txt', 'a\nb -1\n'), 3, 'negative.txt:2: weight must be'],
    [file('zero.txt', 'a 0\n'), 3, 'zero.txt:1: weight must be'],
    [file('huge.txt', 'a 1e9\n'), 3, 'huge.txt:1: weight must be'],
    [file('zone.txt', 'a z1\n'), 3, 'zone.txt:1: the weight must be a number, got "z1"'],
    [file('fields.txt', 'a 1 z1 more\n'), 3, 'fields.txt:1: a node has at most 3 fields'],
    [file('long-id.txt', `${'x'.repeat(1025)}\n`), 3, 'long-id.txt:1: length of id must be 1..1024 bytes'],
    [file('broken.json', '[{ "id": "a" '), 3, 'broken.json: this is no JSON'],
    [
      file('object.json', '{ "nodes": [] }'),
      3,
      'object.json: this is neither an array of nodes nor the JSON of a ring',
    ],
    [file('number.json', '["a", 7]'), 3, 'number.json: node 2 must be a string or an object, got 7'],
    [file('nameless.json', '[{ "weight": 1 }]'), 3, 'nameless.json: node 1: a server needs an id, a name or a host'],
    [file('text-weight.json', '[{ "id": "a", "weight": "2" }]'), 3, 'text-weight.json: node 1: weight must be'],
    [
      file('forged.json', JSON.stringify({ ...Ring.of(['a', 'b']).toJSON(), fingerprint: '0'.repeat(16) })),
      3,
      'forged.json: this is not the JSON of a ring',
    ],
    [
      file('cut.bin', Ring.of(['a', 'b']).toBytes().subarray(0, 30)),
      3,
      'cut.bin: this is neither text nor the bytes of a ring',
    ],
    ['a,,b', 2, '--nodes "a,,b" has an empty name'],
    ['a,b,a', 2, '--nodes: node "a" is listed twice'],
    ['a=-1,b', 2, '--nodes: weight must be'],
    ['a=two', 2, '--nodes: the weight must be a number, got "two"'],
  ];
  for (const [list, code, message] of cases) {
    const ended = await dsys(['ring', 'ownership', '--nodes', list]);
    expect(ended, list).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(message);
    expect(ended.err, 'a second line with what to do').toMatch(/^dsys: .*\n {6}\S.*\n$/);
  }
});

test('a dialect that does not exist is answered with the one that was meant', async () => {
  for (const [written, meant] of [
    ['libmemcahced', 'libmemcached'],
    ['ketama', 'libketama'],
    ['hash_ring', 'python-hash_ring'],
    ['Nginx', 'nginx'],
  ]) {
    const { code, err } = await dsys(`ring ownership --nodes a,b --dialect ${written}`);
    expect(code).toBe(2);
    expect(err).toContain(`there is no dialect "${written}"; did you mean ${meant}?`);
  }
  expect((await dsys('ring ownership --nodes a,b --dialect qqqqqqqq')).err).not.toContain('did you mean');
});

test('options of a dialect are checked', async () => {
  expect((await dsys('ring ownership --nodes a,b --dialect nginx:fast')).err).toContain(
    'the dialect nginx takes no options',
  );
  expect((await dsys('ring ownership --nodes a,b --dialect twemproxy:md6')).err).toContain('hash must be one of');
  expect((await dsys('ring ownership --nodes a,b --dialect envoy-ring:many')).err).toContain('minimumRingSize must be');
  expect((await dsys('ring ownership --nodes a,b --dialect nginx --points 7')).err).toContain(
    'has 160 points a node, and no choice',
  );
  expect((await dsys('ring ownership --nodes a,b --dialect haproxy')).err).toContain('--dialect haproxy:listed');
});

test('a name under which rings store a dialect is a name of it, options and all', async () => {
  const { out } = await dsys('ring dialects --json');
  const { dialects } = JSON.parse(out) as { dialects: { name: string; storedAs: string }[] };
  expect(dialects.length).toBeGreaterThan(12);
  for (const { name, storedAs } of dialects) {
    for (const written of [name, storedAs]) {
      const ended = await dsys(['ring', 'ownership', '--json', '--nodes', '1,2', '--dialect', written]);
      expect(JSON.parse(ended.out).dialect).toBe(storedAs);
    }
  }
  const call = ['ring', 'ownership', '--json', '--nodes', '1,2', '--dialect'];
  for (const stored of [
    'twemproxy(md5,tag={})',
    'haproxy(crc32,avalanche,listed)',
    'haproxy(djb2)',
    'npm-hashring(10,3,11211)',
    'libmemcached-ketama-weighted(fnv1_32)',
    'envoy-ring(2048,8388608,MURMUR_HASH_2)',
  ]) {
    expect(JSON.parse((await dsys([...call, stored])).out).dialect).toBe(stored);
  }
});

test('on the command line, options follow a colon, so that no shell minds them', async () => {
  const { out } = await dsys(['ring', 'ownership', '--json', '--nodes', 'a,b', '--dialect', 'twemproxy:md5,{}']);
  expect(JSON.parse(out).dialect).toBe('twemproxy(md5,tag={})');
});

test('strategies refuse what they have not', async () => {
  expect((await dsys('ring ownership --nodes a,b=2 --strategy jump')).err).toContain(
    'node b has the weight 2, and this strategy has no weights',
  );
  expect((await dsys('ring ownership --nodes a,b --strategy maglev --points 9')).err).toContain(
    '--points is for rings',
  );
  expect((await dsys('ring ownership --nodes a,b --table-size 7')).err).toContain('--table-size is for tables');
  expect((await dsys('ring ownership --nodes a,b --strategy maglev --table-size 8')).code).not.toBe(0);
  expect((await dsys('ring ownership --nodes a,b --strategy rong')).code).toBe(2);
});
