import { ketamaPoints, MD5_KEY, MD5_POINTS, md5Position } from './ketama.js';
import { libketamaDigests, sharesOf } from './point-count.js';
import { type CompatDialect, fixedPoints, INTEGER_WEIGHTS } from './rules.js';

/**
 * RJ's libketama (commit 18cf9a7), the first ketama; the PHP, Lua, Python and Erlang bindings in its repository place
 * keys alike.
 *
 * - Node id: the server as its file lists it, `host:port`, hashed as it stands. Weight: the file's second column (MB of
 *   memory).
 * - Label `host:port-k`. Points: `4 · floor(f32(f32(w / W) · 40.0 · n))`, the product in double. Hash: MD5, four words
 *   a digest. Search: first point at or above.
 * - Equal points: glibc's `qsort` merges and keeps the order of the list; elsewhere it is undefined.
 *
 * Known faults: W and n are in everybody's number of points, so a change of one server moves keys between others (with
 * weights from 1 to 4, an eleventh server: 3.6 % of all keys, besides the 10 % that it takes); a low weight gets no
 * points at all; the fullest of 100 equal servers has 1.2 times the mean.
 *
 * Migrate: a `Ring` of this dialect in every client first, which moves nothing; then to another one key by key, `compare`
 * tells how many. With ports other than 11211, `libmemcachedWeighted()` is the same ring save for rounding.
 */
export function libketama(): CompatDialect {
  return {
    name: 'libketama',
    bits: 32,
    search: 'at-or-above',
    ties: 'first',
    independent: false,
    pointsPerNode: fixedPoints(160),
    weight: INTEGER_WEIGHTS,
    position: md5Position,
    points: (members) => sharesOf(members).map((share, i) => ketamaPoints(members[i]!.id, libketamaDigests(share))),
    rules: { program: 'RJ/ketama libketama 18cf9a7', keyHash: MD5_KEY, pointHash: MD5_POINTS, labelOf: (id) => id },
  };
}
