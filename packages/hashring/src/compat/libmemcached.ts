import type { ByteSign } from '@dsys/hash';
import type { Member } from '../node.js';
import { shortAddress } from './address.js';
import { ketamaPoints, MD5_POINTS } from './ketama.js';
import { hashNamed, LIBMEMCACHED_HASHES, type LibmemcachedHash } from './libhashkit.js';
import { float32Digests, sharesOf } from './point-count.js';
import { type CompatDialect, fixedPoints, INTEGER_WEIGHTS } from './rules.js';

/** What the client's settings and machine decide. */
export interface LibmemcachedOptions {
  /** `MEMCACHED_BEHAVIOR_HASH`, in lower case. */
  readonly hash?: LibmemcachedHash | undefined;
  /**
   * The sign of C's `char` where libmemcached runs: `signed` on x86 (default), `unsigned` on ARM. It matters for keys
   * beyond ASCII, and not with MD5.
   */
  readonly char?: ByteSign | undefined;
}

/**
 * libmemcached (1.1.4) with `MEMCACHED_BEHAVIOR_KETAMA`, and the clients that are built on it when they switch that on.
 *
 * - Node id: the server's address, `10.0.0.1:11211` or `10.0.0.1` (or `[fe80::1]:11211`, `/run/mc.sock`).
 * - Label `host-k`, or `host:port-k` when the port is not 11211. Points: 100, one a label. Hash of points and keys:
 *   Jenkins one-at-a-time, bytes from 0x80 on sign-extended (`hash` replaces both, `char` the sign). Search: first
 *   point at or above.
 * - As soon as one weight is above 1, the points are those of `libmemcachedWeighted()` and MD5 makes them, while keys
 *   are still hashed with the old function. (In libmemcached this depends on the order of calls: switching KETAMA on
 *   after the servers are listed forgets their weights.)
 * - Equal points: the order of the list.
 *
 * Known faults: 100 points spread less well than 160; a first server of weight 2 makes the whole ring anew, and nearly
 * every key moves; after that W and n are in everybody's number of points, so a change of one server moves keys between
 * others.
 *
 * Migrate: no other dialect hashes keys like this, so nearly all move: fill a new cache beside the old one.
 */
export function libmemcached({ hash = 'default', char = 'signed' }: LibmemcachedOptions = {}): CompatDialect {
  const { name: keyHashName, hash: keyHash } = hashNamed(LIBMEMCACHED_HASHES, hash, char);
  const weighted = (members: readonly Member[]): boolean => members.some(({ weight }) => weight > 1);
  return {
    name: dialectName('libmemcached-ketama', 'default', hash, char),
    ...KETAMA,
    position: keyHash,
    points: (members) =>
      weighted(members)
        ? weightedPoints(members, shortAddress)
        : members.map(({ id }) => Uint32Array.from({ length: 100 }, (_, k) => keyHash(`${shortAddress(id)}-${k}`))),
    rules: {
      program: 'libmemcached 1.1.4, KETAMA',
      keyHash: keyHashName,
      pointHash: `${keyHashName}; ${MD5_POINTS} once a weight is above 1`,
      labelOf: shortAddress,
    },
  };
}

/**
 * libmemcached (1.1.4) with `MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED`, and the clients that are built on it when they switch
 * that on (PHP's `OPT_LIBKETAMA_COMPATIBLE`, pylibmc's `ketama_weighted`).
 *
 * - Node id: the server's address, as for `libmemcached()`.
 * - Label `host-k`, or `host:port-k` when the port is not 11211. Points: `4 · floor(f(f(f(f(w / W) · 160) / 4) · n) +
 *   1e-10))`, f rounding to float32. Hash: MD5, four little-endian words a digest; keys by its first word (`hash`
 *   replaces it for keys alone). Search: first point at or above.
 * - Equal points: the order of the list.
 *
 * Known faults: W and n are in everybody's number of points, so a change of one server moves keys between others, also
 * of equal ones where float32 rounds (25, 47, 50, 55, 61 … have 156 points each, not 160: from 24 to 25 servers 2.2 %
 * of all keys move needlessly); a low weight gets no points at all; with `hash: 'crc'` all keys fall into the first
 * 1/131072 of the ring, in practice to one server. Debian's build ends the program when there are more than 100
 * servers.
 *
 * Migrate: `twemproxy({ hash: 'md5' })` is the same ring, so a proxy can take the clients' place and no key moves; to
 * another dialect key by key, `compare` tells how many.
 */
export function libmemcachedWeighted({ hash = 'md5', char = 'signed' }: LibmemcachedOptions = {}): CompatDialect {
  const keyHash = hashNamed(LIBMEMCACHED_HASHES, hash, char);
  return {
    name: dialectName('libmemcached-ketama-weighted', 'md5', hash, char),
    ...KETAMA,
    position: keyHash.hash,
    points: (members) => weightedPoints(members, shortAddress),
    rules: {
      program: 'libmemcached 1.1.4, KETAMA_WEIGHTED',
      keyHash: keyHash.name,
      pointHash: MD5_POINTS,
      labelOf: shortAddress,
    },
  };
}

/** Options that are the default are left out: the name is stored with rings. */
function dialectName(base: string, usual: LibmemcachedHash, hash: LibmemcachedHash, char: ByteSign): string {
  const options = [...(hash === usual ? [] : [hash]), ...(char === 'signed' ? [] : [char])];
  return options.length === 0 ? base : `${base}(${options.join(',')})`;
}

/** What these rings have in common. */
const KETAMA = {
  bits: 32,
  search: 'at-or-above',
  ties: 'first',
  independent: false,
  pointsPerNode: /* @__PURE__ */ fixedPoints(160),
  weight: INTEGER_WEIGHTS,
} as const;

/** The weighted points of libmemcached and twemproxy. */
export function weightedPoints(members: readonly Member[], labelOf: (id: string) => string): Uint32Array[] {
  return sharesOf(members).map((share, i) => ketamaPoints(labelOf(members[i]!.id), float32Digests(share)));
}
