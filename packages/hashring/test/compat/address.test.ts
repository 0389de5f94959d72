import { describe, expect, test } from 'vitest';
import { addressOf, fullAddress, shortAddress } from '../../src/compat/address.js';
import { nodesOf } from '../../src/compat/servers.js';

test.each([
  ['10.0.0.1:11212', { host: '10.0.0.1', port: 11_212 }],
  ['10.0.0.1', { host: '10.0.0.1', port: 11_211 }],
  ['cache.example:0', { host: 'cache.example', port: 0 }],
  ['[fe80::1]:11212', { host: 'fe80::1', port: 11_212 }],
  ['[fe80::1]', { host: 'fe80::1', port: 11_211 }],
  ['fe80::1', { host: 'fe80::1', port: 11_211 }],
  ['::1', { host: '::1', port: 11_211 }],
  ['/run/mc.sock', { host: '/run/mc.sock', port: 0 }],
  ['/run/mc:11211', { host: '/run/mc:11211', port: 0 }],
  ['größe:11211', { host: 'größe', port: 11_211 }],
  ['a:b', { host: 'a:b', port: 11_211 }],
  ['a:', { host: 'a:', port: 11_211 }],
])('%s', (id, address) => {
  expect(addressOf(id)).toEqual(address);
});

test('the default port is left out of the short form and put into the full one', () => {
  expect(['a:11211', 'a', '[::1]:11211', 'a:11212'].map(shortAddress)).toEqual(['a', 'a', '::1', 'a:11212']);
  expect(['a:11211', 'a', '[::1]:11211', 'a:11212'].map(fullAddress)).toEqual([
    'a:11211',
    'a:11211',
    '::1:11211',
    'a:11212',
  ]);
});

describe('nodesOf gives servers the ids that their clients know them by', () => {
  test('id before name before address', () => {
    const ids = nodesOf([
      { id: 7, name: 'a', host: '10.0.0.1', port: 80 },
      { name: 'cache-01', host: '10.0.0.1', port: 11_211 },
      { host: '10.0.0.1', port: 11_211, weight: 2 },
      { host: '10.0.0.1' },
      { host: 'fe80::1', port: 11_211 },
      { host: '[fe80::1]', port: 11_211 },
      { host: '/run/mc.sock', port: 0 },
    ]).map(({ id }) => id);
    expect(ids).toEqual([
      '7',
      'cache-01',
      '10.0.0.1:11211',
      '10.0.0.1',
      '[fe80::1]:11211',
      '[fe80::1]:11211',
      '/run/mc.sock',
    ]);
  });

  test('the other fields are kept, and the server that was given is not touched', () => {
    const server = Object.freeze({ host: 'a', port: 1, weight: 3, zone: 'z', more: [1] });
    expect(nodesOf([server])).toEqual([{ ...server, id: 'a:1' }]);
  });

  test('a server that has nothing to be known by is refused', () => {
    expect(() => nodesOf([{ port: 1 }])).toThrow(TypeError);
    expect(() => nodesOf([{ host: '' }])).toThrow(/needs an id, a name or a host/);
  });
});
