/**
 * hsieh and HAProxy's functions have no vectors of their own, but real proxies that placed 1,000 keys with them. So the
 * rings of those proxies are drawn here in the plainest way, from their rules, and every key has to land where it did.
 */
import { describe, expect, test } from 'vitest';
import {
  crc32,
  djb2,
  fnv1_32,
  fnv1a_64Lanes,
  haproxyAvalanche,
  hsieh,
  jenkinsLookup3,
  jenkinsOneAtATime,
  md5Lanes,
  sdbm,
  wt6,
} from '../src/index.js';
import haproxy from './vectors/ketama/haproxy.json' with { type: 'json' };
import keys from './vectors/ketama/keys.json' with { type: 'json' };
import twemproxy from './vectors/ketama/twemproxy.json' with { type: 'json' };

interface Point {
  readonly at: number;
  readonly server: number;
}

describe('twemproxy 0.5.0', () => {
  const lanes = new Uint32Array(4);
  const functions: Record<string, (key: string) => number> = {
    md5: (key) => {
      md5Lanes(key, lanes);
      return lanes[0]!;
    },
    fnv1a_64: (key) => {
      fnv1a_64Lanes(key, lanes, 'signed');
      return lanes[0]!;
    },
    fnv1_32: (key) => fnv1_32(key, 'signed'),
    one_at_a_time: (key) => jenkinsOneAtATime(key, 'signed'),
    crc32: (key) => (crc32(key) >>> 16) & 0x7fff,
    hsieh: (key) => hsieh(key, 'signed'),
    jenkins: (key) => jenkinsLookup3(key, 13),
  };

  test.each(twemproxy.vectors)('all keys go where $hash sent them in pool $config (hash tag $hashTag)', (pool) => {
    const points = twemproxyPoints(pool);
    const hash = functions[pool.hash]!;
    const owners = keys.map((key) => {
      const h = hash(pool.hashTag === null ? key : taggedPart(key));
      return (points.find((point) => point.at >= h) ?? points[0]!).server;
    });
    expect(owners).toEqual(pool.map);
  });

  function twemproxyPoints(pool: (typeof twemproxy.vectors)[number]): Point[] {
    const f = Math.fround;
    const total = pool.servers.reduce((sum, server) => sum + server.weight, 0);
    const points: Point[] = [];
    for (const [index, server] of pool.servers.entries()) {
      const share = f(f(f(f(server.weight / total) * 160) / 4) * pool.servers.length);
      const digests = Math.floor(share + 1e-10);
      const name = pool.named
        ? `cache-${String(index + 1).padStart(2, '0')}`
        : server.port === 11211
          ? server.host
          : `${server.host}:${server.port}`;
      for (let k = 0; k < digests; k++) {
        md5Lanes(`${name}-${k}`, lanes);
        for (const at of lanes) points.push({ at, server: index });
      }
    }
    return points.sort((a, b) => a.at - b.at);
  }

  function taggedPart(key: string): string {
    const open = key.indexOf('{');
    const close = open < 0 ? -1 : key.indexOf('}', open + 1);
    return close > open + 1 ? key.slice(open + 1, close) : key;
  }
});

describe('HAProxy 2.6.12', () => {
  const functions: Record<string, (key: string) => number> = { sdbm, djb2, wt6, crc32: (key) => crc32(key) };

  test.each(haproxy.vectors)('all keys go where $hash sent them in $config', (backend) => {
    const points: Point[] = [];
    for (const [index, server] of backend.servers.entries()) {
      for (let k = 0; k < 16 * server.weight; k++) {
        points.push({ at: haproxyAvalanche(server.id * 4096 + k), server: index });
      }
    }
    points.sort((a, b) => a.at - b.at);
    const hash = functions[backend.hash]!;
    expect(keys.map((key) => nearest(points, backend.avalanche ? haproxyAvalanche(hash(key)) : hash(key)))).toEqual(
      backend.map,
    );
  });

  /** The nearest point on the circle of 2^32; of two equally near ones the lower. */
  function nearest(points: readonly Point[], at: number): number {
    const next = points.findIndex((point) => point.at >= at);
    const above = points[Math.max(next, 0)]!;
    const below = points[next <= 0 ? points.length - 1 : next - 1]!;
    return (at - below.at) >>> 0 <= (above.at - at) >>> 0 ? below.server : above.server;
  }
});
