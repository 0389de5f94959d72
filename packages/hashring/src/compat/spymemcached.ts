import { fullAddress } from './address.js';
import { ketamaPoints, MD5_KEY, MD5_POINTS, md5Position } from './ketama.js';
import { weightedPoints } from './libmemcached.js';
import { type CompatDialect, fixedPoints, INTEGER_WEIGHTS } from './rules.js';

/** Which client's labels are meant. */
export interface SpymemcachedOptions {
  /**
   * Whose idea of it: `libmemcached` (default) is libmemcached's mode `CONSISTENT_KETAMA_SPY`, `java` is the Java
   * client itself. They do not agree.
   */
  readonly client?: 'libmemcached' | 'java' | undefined;
}

/**
 * The ring of the Java client spymemcached, in two versions.
 *
 * `client: 'libmemcached'`, libmemcached (1.1.4) `KETAMA_WEIGHTED` with distribution `CONSISTENT_KETAMA_SPY`:
 *
 * - Node id: the server's address. Label `/host:port-k`, the port always. Points, hashes and search as in
 *   `libmemcachedWeighted()`.
 * - Equal points: the order of the list.
 *
 * `client: 'java'`, spymemcached (2.12.3) `KetamaConnectionFactory` with its own format of labels; written from its
 * source, not run against it:
 *
 * - Node id: the text of the `InetSocketAddress`, `host/10.0.0.1:11211` for a name, `10.0.0.1:11211` for an address.
 *   Label `id-k`, without a leading slash.
 * - Points: 160 for each server; where weights differ from 1, as in `libmemcachedWeighted()`.
 * - Equal points: the one that was put into the map last.
 *
 * Known faults: spymemcached has left the leading slash out since 2010, so libmemcached's imitation agrees with no
 * later release of it; labels of servers that are given by name contain the resolved address, so that a server moves on
 * the ring when its address changes; and those of `libmemcachedWeighted()`.
 *
 * Migrate: give servers by address, so that labels stop depending on the resolver; spymemcached's own format
 * `LIBMEMCACHED` has the labels of `libmemcachedWeighted()`.
 */
export function spymemcached({ client = 'libmemcached' }: SpymemcachedOptions = {}): CompatDialect {
  const common = {
    bits: 32,
    search: 'at-or-above',
    pointsPerNode: fixedPoints(160),
    weight: INTEGER_WEIGHTS,
    position: md5Position,
  } as const;
  if (client === 'libmemcached') {
    const labelOf = (id: string): string => `/${fullAddress(id)}`;
    return {
      name: 'libmemcached-ketama-spy',
      ...common,
      ties: 'first',
      independent: false,
      points: (members) => weightedPoints(members, labelOf),
      rules: { program: 'libmemcached 1.1.4, CONSISTENT_KETAMA_SPY', keyHash: MD5_KEY, pointHash: MD5_POINTS, labelOf },
    };
  }
  const labelOf = (id: string): string => id.replace(/^\//, '');
  return {
    name: 'spymemcached',
    ...common,
    ties: 'last',
    independent: false,
    points: (members) =>
      members.some(({ weight }) => weight !== 1)
        ? weightedPoints(members, labelOf)
        : members.map(({ id }) => ketamaPoints(labelOf(id), 40)),
    rules: { program: 'spymemcached 2.12.3', keyHash: MD5_KEY, pointHash: MD5_POINTS, labelOf },
  };
}
