import { outOfRange } from '../errors.js';
import { ketamaPoints, MD5_KEY, MD5_POINTS, md5Position } from './ketama.js';
import { npmHashringDigests, sharesOf } from './point-count.js';
import { type CompatDialect, fixedPoints } from './rules.js';

/** What npm `hashring` takes as options and that decides where keys go. */
export interface NpmDialectOptions {
  /** The original's `'vnode count'`: digests of a server of average weight, default 40. */
  readonly vnodeCount?: number | undefined;
  /** Points a digest: 4, or 3 for the original's `compatibility: 'hash_ring'`. */
  readonly replicas?: 3 | 4 | undefined;
  /** The original's `'default port'`: a server on it is hashed by its host alone. */
  readonly defaultPort?: number | undefined;
}

/**
 * The ring of npm `hashring` 3.2.0 with its MD5, as a dialect: for `Ring`, `compare` and `diff`. See `NpmHashring` for
 * the rules and their faults; servers with `vnodes` of their own are not covered here, since a node has a weight and no
 * more.
 */
export function npmHashringDialect({
  vnodeCount = 40,
  replicas = 4,
  defaultPort,
}: NpmDialectOptions = {}): CompatDialect {
  if (!(Number.isInteger(vnodeCount) && vnodeCount >= 1 && vnodeCount <= 65_536)) {
    throw outOfRange('vnodeCount', 'an integer, 1..65536', vnodeCount);
  }
  if (replicas !== 3 && replicas !== 4) throw outOfRange('replicas', '3 or 4', replicas);
  // The original takes the text before the first colon for the host and the one behind it for the port.
  const labelOf = (id: string): string => {
    const [host, port] = id.split(':');
    return defaultPort !== undefined && Number(port) === defaultPort ? host! : id;
  };
  return {
    name: `npm-hashring(${vnodeCount},${replicas}${defaultPort === undefined ? '' : `,${defaultPort}`})`,
    bits: 32,
    search: 'at-or-above',
    ties: 'first',
    independent: false,
    pointsPerNode: fixedPoints(vnodeCount * replicas),
    weight: { min: 0, max: 1_000_000, integer: false },
    position: md5Position,
    points: (members) =>
      sharesOf(members).map((share, i) =>
        ketamaPoints(labelOf(members[i]!.id), npmHashringDigests(share, vnodeCount), replicas),
      ),
    rules: {
      program: 'npm hashring 3.2.0',
      keyHash: MD5_KEY,
      pointHash: replicas === 4 ? MD5_POINTS : 'MD5 (3 words a digest)',
      labelOf,
    },
  };
}
