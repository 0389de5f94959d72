import { type ByteSign, keyBytes } from '@dsys/hash';
import type { Key } from '../dialect.js';
import { outOfRange } from '../errors.js';
import { compareUtf8, type Member } from '../node.js';
import { shortAddress } from './address.js';
import { taggedPart } from './hash-tag.js';
import { MD5_POINTS } from './ketama.js';
import { hashNamed, TWEMPROXY_HASHES, type TwemproxyHash } from './libhashkit.js';
import { weightedPoints } from './libmemcached.js';
import { type CompatDialect, fixedPoints, INTEGER_WEIGHTS } from './rules.js';

/** As in a pool of nutcracker.yml. */
export interface TwemproxyOptions {
  /** `hash:` of the pool, default `fnv1a_64`. */
  readonly hash?: TwemproxyHash | undefined;
  /** `hash_tag:` of the pool, two ASCII characters: `{}`, `$$`. Default: none. */
  readonly hashTag?: string | undefined;
  /**
   * The sign of C's `char` where twemproxy runs: `signed` on x86 (default), `unsigned` on ARM. It matters for keys
   * beyond ASCII.
   */
  readonly char?: ByteSign | undefined;
}

/**
 * twemproxy (nutcracker 0.5.0), `distribution: ketama`.
 *
 * - Node id: the server's name when the pool's line has one (`10.0.0.1:11211:1 cache-01`), else its address,
 *   `10.0.0.1:11211`, or the path of a Unix socket.
 * - Label `name-k`; without a name `host-k`, or `host:port-k` when the port is not 11211. A name that ends in `:11211`
 *   can't be told from an address: rename it.
 * - Points: as `libmemcachedWeighted()`. Search: first point at or above.
 * - Key hash: the pool's `hash`, of the part of the key between the two characters of `hashTag` where there is such a
 *   part. The empty key has hash 0.
 * - Equal points: twemproxy sorts its servers by length of name, then by bytes; the first one wins.
 *
 * Known faults: the default hash, `fnv1a_64`, is cut to 32 bits and ends with a small factor, so that keys which differ
 * in their last character alone nearly always share a server; `crc32` keeps 15 bits and in practice sends all keys to
 * one; `crc16` is never cut and so is no CRC-16; `auto_eject_hosts` takes a server out of W and n, so keys move between
 * the others too.
 *
 * Migrate: give each server its present label as a name (`10.0.0.1:6379:1 10.0.0.1:6379`); then it can move without
 * moving keys.
 */
export function twemproxy({ hash = 'fnv1a_64', hashTag, char = 'signed' }: TwemproxyOptions = {}): CompatDialect {
  const keyHash = hashNamed(TWEMPROXY_HASHES, hash, char);
  if (hashTag !== undefined && !/^[\x01-\x7f]{2}$/.test(hashTag))
    throw outOfRange('hashTag', 'two ASCII characters', hashTag);
  const ofWhole = (key: Key): number => (isEmpty(key) ? 0 : keyHash.hash(key));
  return {
    name: `twemproxy(${[hash, ...(char === 'signed' ? [] : [char]), ...(hashTag === undefined ? [] : [`tag=${hashTag}`])].join(',')})`,
    bits: 32,
    search: 'at-or-above',
    ties: 'first',
    independent: false,
    pointsPerNode: fixedPoints(160),
    weight: INTEGER_WEIGHTS,
    position: hashTag === undefined ? ofWhole : (key) => ofWhole(taggedPart(key, hashTag[0]!, hashTag[1]!)),
    points: (members) => withoutBeaten(members, weightedPoints(members, twemproxyName)),
    rules: {
      program: 'nutcracker 0.5.0, distribution: ketama',
      keyHash: keyHash.name + (hashTag === undefined ? '' : ` of the part within ${hashTag}`),
      pointHash: MD5_POINTS,
      labelOf: twemproxyName,
    },
  };
}

const isEmpty = (key: Key): boolean => (typeof key === 'string' || key instanceof Uint8Array) && key.length === 0;

/** What `conf_add_server` makes of a line: for a Unix socket it keeps the colon before the weight. */
const twemproxyName = (id: string): string => (id.startsWith('/') ? `${id}:` : shortAddress(id));

/**
 * Takes points off the ring that lose a tie, since a `Ring` breaks ties by id or by place in the list and twemproxy by
 * length of name first. One ring of 100 servers in 30 has a tie.
 */
function withoutBeaten(members: readonly Member[], points: readonly Uint32Array[]): Uint32Array[] {
  const left = [...points];
  const taken = new Set<number>();
  for (const i of members.map((_, index) => index).sort((a, b) => byLength(members[a]!, members[b]!))) {
    if (left[i]!.some((point) => taken.has(point))) left[i] = left[i]!.filter((point) => !taken.has(point));
    for (const point of left[i]!) taken.add(point);
  }
  return left;
}

/** twemproxy's `string_compare`, by which it sorts servers. */
function byLength(a: Member, b: Member): number {
  const [x, y] = [twemproxyName(a.id), twemproxyName(b.id)];
  return keyBytes(x).length - keyBytes(y).length || compareUtf8(x, y);
}
