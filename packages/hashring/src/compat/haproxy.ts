import { crc32, djb2, haproxyAvalanche, sdbm, wt6, xxh64 } from '@dsys/hash';
import type { Key } from '../dialect.js';
import { outOfRange, wrongType } from '../errors.js';
import { type CompatDialect, fixedPoints } from './rules.js';

/** The functions of `hash-type consistent FUNCTION`. */
export type HaproxyHash = 'sdbm' | 'djb2' | 'wt6' | 'crc32';

/** As on HAProxy's line `hash-type consistent`. */
export interface HaproxyOptions {
  /** The function, default `sdbm`. */
  readonly hash?: HaproxyHash | undefined;
  /**
   * The modifier `avalanche`: the key's hash is mixed once more. The default is HAProxy's: `hash-type consistent` alone
   * means sdbm with avalanche, with a function named there is none.
   */
  readonly avalanche?: boolean | undefined;
  /**
   * Where a server's numeric `id` comes from, which alone decides its points:
   *
   * - `'numeric'` (default): node ids are those numbers, as text (`'1'`, or `nodesOf([{ id: 1, … }])`);
   * - `'listed'`: 1, 2, 3 … in the order of the list, as HAProxy numbers servers whose configuration gives none;
   * - a record: the number for each node id.
   */
  readonly ids?: 'numeric' | 'listed' | Readonly<Record<string, number>> | undefined;
}

/**
 * HAProxy (2.6.12), `balance …` with `hash-type consistent`.
 *
 * - Points: 16 · weight, weights 1 to 256. Point k of server `id` is at mix(id · 4096 + k), where mix is Bob Jenkins'
 *   32-bit integer hash times 3,221,225,473. The address has no part in it (`hash-key addr`, since 3.0, is not
 *   covered).
 * - Key hash: sdbm, djb2, wt6 or crc32, and the same mix over it with `avalanche`. Search: the nearest point either
 *   way, distance mod 2^32, the lower one at equal distance.
 * - Equal points: only ids that differ by a multiple of 2^20 have them; they stand in the order of the list.
 *
 * Known faults: 16 points a server spread badly, the fullest of 100 has 1.5 times the mean (multiply all weights by 10,
 * and pay once in moved keys); without `avalanche`, sdbm and djb2 keep similar keys together (djb2 sends 900 of `key-0`
 * … `key-999` to one of 10 servers); with `ids: 'listed'` a server taken out of the list renumbers, and so moves, all
 * those behind it. A server of weight 0 gets no keys: leave it out. A request without the key is not hashed: HAProxy
 * goes round robin.
 *
 * Migrate: first give every server its present number as explicit `id`; from then on a change of the list moves what it
 * must, and the plan of `diff` tells what that is.
 */
export function haproxy(options: HaproxyOptions = {}): CompatDialect {
  const { hash = 'sdbm', avalanche = options.hash === undefined, ids = 'numeric' } = options;
  if (!Object.hasOwn(KEY_HASHES, hash)) throw outOfRange('hash', 'one of sdbm, djb2, wt6, crc32', hash);
  const keyHash = KEY_HASHES[hash];
  const function_ = `${hash}${avalanche ? ',avalanche' : ''}`;
  return {
    name: `haproxy(${function_}${nameOfIds(ids)})`,
    bits: 32,
    search: 'nearest',
    ties: 'first',
    independent: ids !== 'listed',
    pointsPerNode: fixedPoints(16),
    weight: { min: 1, max: 256, integer: true },
    position: avalanche ? (key) => haproxyAvalanche(keyHash(key)) : keyHash,
    points: (members) =>
      members.map(({ id, weight }, i) => pointsOf(ids === 'listed' ? i + 1 : numberOf(id, ids), 16 * weight)),
    rules: {
      program: 'HAProxy 2.6.12, hash-type consistent',
      keyHash: `${hash === 'crc32' ? 'CRC-32' : hash}${avalanche ? ' and avalanche' : ''}`,
      pointHash: 'avalanche mix of id · 4096 + k',
      labelOf: (id) => (ids === 'listed' ? 'its place in the list' : String(numberOf(id, ids))),
    },
  };
}

const KEY_HASHES: Readonly<Record<HaproxyHash, (key: Key) => number>> = { sdbm, djb2, wt6, crc32: (key) => crc32(key) };

function pointsOf(id: number, count: number): Uint32Array {
  const points = new Uint32Array(count);
  // 4096 = the greatest weight, 256, times 16: the points of no two servers begin alike, as long as ids are below 2^20.
  for (let k = 0; k < count; k++) points[k] = haproxyAvalanche(Math.imul(id, 4096) + k);
  return points;
}

function numberOf(id: string, ids: 'numeric' | 'listed' | Readonly<Record<string, number>>): number {
  const known = typeof ids === 'string' ? /^\d{1,10}$/.test(id) : Object.hasOwn(ids, id);
  if (!known) {
    throw wrongType('id', 'the number that HAProxy has for the server, as text, or one of the keys of `ids`', id);
  }
  const number = typeof ids === 'string' ? Number(id) : ids[id]!;
  if (!(Number.isInteger(number) && number >= 1 && number < 2 ** 31))
    throw outOfRange(`number of ${id}`, 'an integer, 1..2147483647', number);
  return number;
}

/** The numbers are part of the rules, so they are part of the dialect's name: as a hash, since there may be many. */
function nameOfIds(ids: 'numeric' | 'listed' | Readonly<Record<string, number>>): string {
  if (ids === 'numeric') return '';
  if (ids === 'listed') return ',listed';
  const entries = Object.entries(ids).sort(([a], [b]) => (a < b ? -1 : 1));
  return `,ids=${xxh64(JSON.stringify(entries)).toString(16)}`;
}
