import { crc32 } from '@dsys/hash';
import type { Member } from '../node.js';
import { type CompatDialect, fixedPoints } from './rules.js';

/**
 * nginx (1.22.1), `upstream { hash KEY consistent; }`; the same ring as Perl's Cache::Memcached::Fast. Each point is
 * hashed together with the one before it:
 *
 *     point 0 = crc32(host 00 port  00 00 00 00)
 *     point k = crc32(host 00 port  point k - 1, little-endian)
 *
 * - Node id: the address as the `server` directive has it: `10.0.0.1:8080`, `backend.example`, `[::1]:80`,
 *   `unix:/run/app.sock`. The port is what follows the last colon, if digits do; without one it is empty, also when
 *   nginx then connects to port 80.
 * - Points: 160 · weight, independent of the other servers. Key hash: CRC-32. Search: first point at or above.
 * - Equal points: one is kept, the first in the list on glibc (whose `qsort` merges); elsewhere it is undefined.
 *
 * Known faults: the fullest of 100 equal servers has 1.2 times the mean; an empty key is not hashed (nginx goes round
 * robin); a name that resolves to several addresses is one server here, among whose addresses nginx goes round robin.
 *
 * Migrate: a change moves keys only to or from the server that changes, so the ring is no reason to leave; to another
 * dialect key by key, `compare` tells how many.
 */
export function nginx(): CompatDialect {
  return {
    name: 'nginx-consistent',
    bits: 32,
    search: 'at-or-above',
    ties: 'first',
    independent: true,
    pointsPerNode: fixedPoints(160),
    weight: { min: 1, max: MAX_WEIGHT, integer: true },
    position: (key) => crc32(key),
    points: (members) => members.map(pointsOf),
    rules: {
      program: 'nginx 1.22.1, hash … consistent',
      keyHash: 'CRC-32',
      pointHash: 'CRC-32, chained through the points of a server',
      labelOf: (id) => splitServer(id).join('\\0'),
    },
  };
}

/** nginx sets no limit; here a million points a server are enough. */
const MAX_WEIGHT = 6_553;

function pointsOf({ id, weight }: Member): Uint32Array {
  const points = new Uint32Array(160 * weight);
  const base = crc32(splitServer(id).join('\0'));
  const previous = new Uint8Array(4);
  for (let k = 0; k < points.length; k++) {
    // A CRC goes on where it left off, so the address is read once.
    const point = crc32(previous, base);
    points[k] = point;
    for (let byte = 0; byte < 4; byte++) previous[byte] = point >>> (8 * byte);
  }
  return points;
}

/** Host and port as `ngx_http_upstream_update_chash` finds them. */
function splitServer(id: string): [host: string, port: string] {
  if (/^unix:/i.test(id)) return [id.slice(5), ''];
  const [, host, port] = /^(.*):(\d*)$/s.exec(id) ?? [];
  return host === undefined ? [id, ''] : [host, port!];
}
