import { Maglev, Rendezvous, Ring } from '@dsys/hashring';
import { compare, libmemcachedWeighted, twemproxy } from '@dsys/hashring/compat';
import { expect, test } from 'vitest';
import { dsys, file } from './dsys.js';

const servers = ['10.0.0.1:11211', '10.0.0.2:11211', '10.0.0.3:21211'];
const nodes = servers.join(',');

test('two clients that disagree, in full', async () => {
  const stdin = Array.from({ length: 1_000 }, (_, i) => `user:${i}`).join('\n');
  const { code, out, err } = await dsys(`ring compare --a libketama --b uhashring --nodes ${nodes}`, { stdin });
  expect([code, err]).toEqual([1, '']);
  await expect(out).toMatchFileSnapshot('golden/compare.txt');
});

test('two clients that agree end with 0', async () => {
  const { code, out } = await dsys(`ring compare --a twemproxy:md5 --b libmemcached-weighted --nodes ${nodes}`);
  expect(code).toBe(0);
  expect(out).toContain('send none of all keys to different nodes (exact)');
});

test('--json is what the library finds', async () => {
  const { code, out } = await dsys(`ring compare --a libmemcached-weighted --b twemproxy --nodes ${nodes} --json`);
  expect(code).toBe(1);
  const found = compare(libmemcachedWeighted(), twemproxy(), servers);
  expect(JSON.parse(out)).toEqual({
    kind: 'dsys-ring-comparison',
    version: 1,
    a: 'libmemcached-weighted',
    b: 'twemproxy',
    ...found,
    keys: null,
  });
});

test('--b is our own ring when it is not named', async () => {
  const { out } = await dsys(`ring compare --a libmemcached-weighted --nodes ${nodes} --json`);
  expect(JSON.parse(out)).toMatchObject({
    b: 'dsys',
    moved: compare(libmemcachedWeighted(), Ring.of(['a']).dialect, servers).moved,
  });
});

test('strategies can be compared too, under the names that the command line has for them', async () => {
  const keys = Array.from({ length: 2_000 }, (_, i) => `user:${i}`);
  const { code, out } = await dsys('ring compare --a maglev --b rendezvous --nodes a,b,c --json', {
    stdin: keys.join('\n'),
  });
  const [maglev, rendezvous] = [Maglev.of(['a', 'b', 'c']), Rendezvous.of(['a', 'b', 'c'])];
  const report = JSON.parse(out);
  expect(code).toBe(1);
  expect(report.sentence).toMatch(/^maglev and rendezvous send 6\d\.\d % of all keys/);
  expect(report.differences).toEqual([{ rule: 'strategy', a: 'maglev', b: 'rendezvous' }]);
  expect(report.keys).toMatchObject({
    count: 2_000,
    moved: keys.filter((key) => maglev.owner(key) !== rendezvous.owner(key)).length,
  });
});

test('points are chosen where the dialect leaves the choice', async () => {
  const few = await dsys('ring compare --a dsys --b nginx --points 10 --nodes a,b,c');
  expect(few.out).toContain('a  ring, dialect dsys, 10 points a node');
  expect(few.out).toContain('b  ring, dialect nginx-consistent, 480 points');
});

test('a name that is neither dialect nor strategy is answered with the nearest of both', async () => {
  const { code, err } = await dsys('ring compare --a maglv --nodes a,b');
  expect([code, err]).toEqual([
    2,
    'dsys: there is no dialect or strategy "maglv"; did you mean maglev?\n      `dsys ring dialects` lists them all.\n',
  ]);
});

test('what a strategy cannot hash is a wrong call, not a bug', async () => {
  const { code, err } = await dsys('ring compare --a kafka --b jump --nodes a,b --key-type integer', { stdin: '42\n' });
  expect(code).toBe(2);
  expect(err).toContain('key must be');
});

test('nodes from a file, keys from another', async () => {
  const call = [
    'ring',
    'compare',
    '--a',
    'dsys',
    '--nodes',
    file('servers.txt', `${servers.join('\n')}\n`),
    '--keys',
    file('keys.txt', 'k1\nk2\n'),
  ];
  const { code, out } = await dsys(call);
  expect(code).toBe(0);
  expect(out).toContain('0 of your 2 keys (0 %) go elsewhere');
});
