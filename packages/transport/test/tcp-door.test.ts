import { describe, expect, test } from 'vitest';
import { addressGroup, formatAddress, parseAddress } from '../src/tcp/address.js';
import { Door, type Guest } from '../src/tcp/door.js';

const limits = { maxConnections: 6, maxConnectionsPerAddress: 3, maxWaiting: 4 };

describe('the door', () => {
  test('counts by address, in all, and lets in again when somebody has left', () => {
    const door = new Door(limits);
    const enter = (address: string): Guest | string => {
      const guest = door.enter(address, () => undefined);
      if (typeof guest !== 'string') door.letIn(guest);
      return guest;
    };
    const first = enter('10.0.0.1') as Guest;
    enter('10.0.0.1');
    enter('10.0.0.1');
    expect(enter('10.0.0.1')).toBe('too-many-from-address');
    expect(enter('::ffff:10.0.0.1')).toBe('too-many-from-address');
    for (let i = 2; i <= 4; i++) expect(typeof enter(`10.0.0.${i}`)).toBe('object');
    expect(enter('10.0.0.9')).toBe('too-many');
    door.leave(first);
    expect(typeof enter('10.0.0.1')).toBe('object');
    expect(door.connections).toBe(6);
  });

  test('sends away the one that has waited longest, and never one that has said its hello', () => {
    const door = new Door({ ...limits, maxConnections: 100, maxConnectionsPerAddress: 100 });
    const gone: number[] = [];
    const guests = [0, 1, 2, 3].map((n) => door.enter('10.0.0.1', () => gone.push(n)) as Guest);
    door.letIn(guests[0]!);
    door.enter('10.0.0.1', () => gone.push(4));
    expect(gone).toEqual([]);
    door.enter('10.0.0.1', () => gone.push(5));
    door.enter('10.0.0.1', () => gone.push(6));
    expect(gone).toEqual([1, 2]);
    expect(door.waiting).toBe(4);
  });
});

test('one address that comes without end sends only its own away', () => {
  const door = new Door({ maxConnections: 1000, maxConnectionsPerAddress: 1000, maxWaiting: 4 });
  const gone: string[] = [];
  door.enter('10.0.0.1', () => gone.push('peer'));
  for (let n = 0; n < 20; n++) door.enter('10.0.0.66', () => gone.push(`stranger ${n}`));
  expect(gone).toEqual(Array.from({ length: 17 }, (_, n) => `stranger ${n}`));
  for (let n = 0; n < 6; n++) door.enter(`10.0.1.${n}`, () => gone.push(`other ${n}`));
  // All alone with their address: the oldest goes.
  expect(gone.slice(17)).toEqual(['stranger 17', 'stranger 18', 'peer', 'stranger 19', 'other 0', 'other 1']);
});

describe('addresses', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  test.each(['127.0.0.1:7000', 'n1.internal:1', '[::1]:65535', '[fe80::1%eth0]:80'])(
    '%s is one, and comes back',
    (text) => {
      expect(formatAddress(parseAddress('listen', text, { lowestPort: 1 }))).toBe(text);
    },
  );

  test.each(['', 'n1', ':7000', 'n1:', 'n1:0', 'n1:65536', 'n1:-1', '::1:7000', 'n 1:7000', 'http://n1:7000'])(
    '%j is none',
    (text) => {
      expect(() => parseAddress('peers[n1]', text, { lowestPort: 1 })).toThrow(
        'peers[n1] must be host:port or [v6]:port',
      );
    },
  );
});
