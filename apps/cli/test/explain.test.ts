import { Ring } from '@dsys/hashring';
import { expect, test } from 'vitest';
import { dsys } from './dsys.js';

test('a key, its position, point, owner and successors', async () => {
  const { code, out, err } = await dsys('ring explain user:42 user:43 --nodes cache-a,cache-b,cache-c');
  expect([code, err]).toEqual([0, '']);
  await expect(out).toMatchFileSnapshot('golden/explain.txt');
});

test('with a node down, the owner is the first that is up', async () => {
  const ring = Ring.of(['a', 'b', 'c']);
  const owner = ring.owner('user:42');
  const [next] = ring.owners('user:42', { n: 1, skip: [owner] });
  const { out } = await dsys(`ring explain user:42 --nodes a,b,c --down ${owner}`);
  expect(out).toContain(`owner     ${next}, with ${owner} down\n`);
  const json = await dsys(`ring explain user:42 --nodes a,b,c --down ${owner} --json`);
  expect(JSON.parse(json.out)).toMatchObject({ owner: next, down: [owner] });
});

test('with every node down nobody owns the key', async () => {
  expect((await dsys('ring explain k --nodes a,b --down a,b')).out).toContain('owner     none');
  expect(JSON.parse((await dsys('ring explain k --nodes a,b --down a,b --json')).out)).toMatchObject({
    owner: null,
    next: [],
  });
});

test('--json writes a line for each key, with what the ring says of it', async () => {
  const ring = Ring.of(['a', 'b', 'c']);
  const { out } = await dsys('ring explain k1 k2 --nodes a,b,c --json');
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual(
    ['k1', 'k2'].map((key) => {
      const { position, point, distance, wrapped, owner, next } = ring.explain(key);
      return {
        kind: 'dsys-ring-explanation',
        version: 1,
        key,
        strategy: 'ring',
        dialect: 'dsys',
        owner,
        next: next.map(({ id }) => id),
        down: [],
        ring: { position, point: point.position, virtualNode: point.virtualNode, distance, wrapped },
      };
    }),
  );
});

test('keys from a pipe come out one a line, ready for cut and awk', async () => {
  const ring = Ring.of(['a', 'b', 'c']);
  const { out } = await dsys('ring explain --nodes a,b,c --next 1', { stdin: 'k1\nk2\r\n\nk3' });
  expect(out).toBe(['k1', 'k2', 'k3'].map((key) => `${[key, ...ring.owners(key, { n: 2 })].join('\t')}\n`).join(''));
});

test('a key that is not UTF-8 keeps its bytes, and a terminal gets none of its escapes', async () => {
  const bytes = Buffer.from([0x66, 0xff, 0x6f]);
  const { out } = await dsys('ring explain --nodes a,b --json', { stdin: bytes });
  expect(JSON.parse(out)).toMatchObject({ key: 'f\ufffdo', keyHex: '66ff6f', owner: Ring.of(['a', 'b']).owner(bytes) });
  const escaped = await dsys('ring explain --nodes a,b --next 0', { stdin: 'red\u001b[31m\n' });
  expect(escaped.out).toMatch(/^red\\u\{1b\}\[31m\t/);
});

test('strategies without a preference list name the owner and nobody else', async () => {
  const { out } = await dsys('ring explain k1 --nodes a,b,c --strategy jump');
  expect(out).toMatch(/^jump\n\nk1\n {2}owner {2}[abc]\n$/);
  expect((await dsys('ring explain k1 --nodes a,b,c --strategy jump --down a')).code).toBe(2);
});

test('a node that is not there is answered with the one that was meant', async () => {
  expect(await dsys('ring explain k --nodes cache-1,cache-2 --down cahce-2')).toEqual({
    code: 2,
    out: '',
    err: 'dsys: --down: there is no node "cahce-2"\n      Did you mean cache-2?\n',
  });
});

test('no key, or keys in two places, is a wrong call', async () => {
  expect((await dsys('ring explain --nodes a,b')).err).toContain('there is no key to explain');
  expect((await dsys('ring explain k --keys - --nodes a,b', { stdin: 'k' })).code).toBe(2);
});

test('the key of a 64-bit ring is explained too', async () => {
  const { code, out } = await dsys('ring explain user:42 --nodes 10.0.0.1:80,10.0.0.2:80 --dialect envoy-ring');
  expect(code).toBe(0);
  expect(out).toMatch(/owner {5}10\.0\.0\.[12]:80/);
});
