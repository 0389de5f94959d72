import { ketamaPoints, MD5_KEY, MD5_POINTS, md5Position } from './ketama.js';
import { hashRingDigests, sharesOf, uhashringDigests } from './point-count.js';
import { type CompatDialect, fixedPoints } from './rules.js';

/**
 * Python's hash_ring (Doist, commit 22c91ce): ketama with three points a digest instead of four.
 *
 * - Node id: the node's string, whatever it is, hashed as it stands. Weights may be fractions.
 * - Label `node-k`. Points: `3 · floor(40 · n · w / W)`. Hash: MD5, three words a digest. Search: first point strictly
 *   above (`bisect_right`).
 * - Equal points: one dictionary entry, the node listed last has it.
 *
 * Known faults: 120 points spread less well than 160; W and n are in everybody's number of points, so with unequal
 * weights a change of one node moves keys between others.
 *
 * Migrate: to `libketama()`, where each digest has a fourth point, 22 % of the keys move among 10 nodes.
 */
export function pythonHashRing(): CompatDialect {
  return {
    name: 'python-hash_ring',
    ...PYTHON,
    pointsPerNode: fixedPoints(120),
    points: (members) => sharesOf(members).map((share, i) => ketamaPoints(members[i]!.id, hashRingDigests(share), 3)),
    rules: {
      program: 'Doist/hash_ring 22c91ce',
      keyHash: MD5_KEY,
      pointHash: 'MD5 (3 words a digest)',
      labelOf: (id) => id,
    },
  };
}

/**
 * Python's uhashring (commit 9c0e25c) with `hash_fn="ketama"`; its default hash, a 128-bit MD5 ring, is another one and
 * not covered.
 *
 * - Node id: the node's name, hashed as it stands. Weights are integers.
 * - Label `node-k`. Points: `4 · ((40 · n · w) // W)`, exact in integers. Hash: MD5, four words a digest. Search: first
 *   point strictly above.
 * - Equal points: one dictionary entry, the node listed last has it.
 *
 * Known faults: as `libketama()`, with which it agrees on equal servers, save where float32 rounds (61, 122, 237 … of
 * them).
 *
 * Migrate: `compare(uhashring(), libketama(), nodes)` tells whether your list is one on which both agree.
 */
export function uhashring(): CompatDialect {
  return {
    name: 'uhashring-ketama',
    ...PYTHON,
    weight: { min: 1, max: 1_000_000, integer: true },
    pointsPerNode: fixedPoints(160),
    points: (members) => sharesOf(members).map((share, i) => ketamaPoints(members[i]!.id, uhashringDigests(share))),
    rules: {
      program: 'ultrabug/uhashring 9c0e25c, hash_fn="ketama"',
      keyHash: MD5_KEY,
      pointHash: MD5_POINTS,
      labelOf: (id) => id,
    },
  };
}

/** What both have in common. */
const PYTHON = {
  bits: 32,
  search: 'above',
  ties: 'last',
  independent: false,
  weight: { min: 1e-6, max: 1_000_000, integer: false },
  position: md5Position,
} as const;
