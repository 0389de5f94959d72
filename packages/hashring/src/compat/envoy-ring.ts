import { murmur64aLanes, xxh64Lanes } from '@dsys/hash';
import type { Key } from '../dialect.js';
import { outOfRange } from '../errors.js';
import type { Member } from '../node.js';
import { checkPointCount } from '../points.js';
import { type CompatDialect, fixedPoints } from './rules.js';

/** As in Envoy's `RingHashLbConfig`. */
export interface EnvoyRingOptions {
  /** `minimum_ring_size`, default 1,024. */
  readonly minimumRingSize?: number | undefined;
  /** `maximum_ring_size`, default 8,388,608 (2^23). */
  readonly maximumRingSize?: number | undefined;
  /** `hash_function` of the points; keys are hashed with XXH64 either way. Default `XX_HASH`. */
  readonly hashFunction?: 'XX_HASH' | 'MURMUR_HASH_2' | undefined;
}

/**
 * Envoy's `ring_hash` load balancer: a ring of 64-bit positions.
 *
 * - Node id: the host's address, `10.0.0.1:8080`, or its hostname with `use_hostname_for_hashing`, or its `hash_key`
 *   metadata.
 * - Label `id_k`. Hash of points: XXH64 with seed 0 (or MurmurHash64A). Search: first point at or above.
 * - Points: the ring is scaled so that the lightest host gets a whole number, `scale = min(⌈w · minimum⌉ / w, maximum)`
 *   with w its share, and each host, in the order of the list, gets points until the count reaches the running sum of
 *   scale · share, in double.
 * - Key hash: XXH64 with seed 0, of what the route's hash policy yields, when that is one header. Several policies are
 *   combined before they get here.
 * - Equal points: `std::sort` leaves their order open; among 64-bit positions none are expected. Here: the first in the
 *   list.
 *
 * Written from Envoy's rules and checked against the positions in its own tests; no Envoy was run. Locality weights are
 * not covered.
 *
 * Known faults: the size of the ring is shared out, so that a change of one host changes the number of points of all
 * and moves keys between the others (an eleventh host: 7 % of all keys, besides the 9 % that it takes); 1,024 points
 * are too few for 100 hosts, of which the fullest has 1.9 times the mean; with unequal weights, a host's points also
 * depend on who is listed before it.
 *
 * Migrate: raise `minimum_ring_size` before anything else, and measure with `compare(envoyRing(), envoyRing({
 * minimumRingSize: … }), nodes)`.
 */
export function envoyRing({
  minimumRingSize = 1024,
  maximumRingSize = 8_388_608,
  hashFunction = 'XX_HASH',
}: EnvoyRingOptions = {}): CompatDialect {
  checkSize('minimumRingSize', minimumRingSize);
  checkSize('maximumRingSize', maximumRingSize);
  if (minimumRingSize > maximumRingSize)
    throw outOfRange('minimumRingSize', `at most maximumRingSize, ${maximumRingSize}`, minimumRingSize);
  const pointHash = POINT_HASHES[hashFunction];
  if (pointHash === undefined) throw outOfRange('hashFunction', 'XX_HASH or MURMUR_HASH_2', hashFunction);
  return {
    name: `envoy-ring(${minimumRingSize},${maximumRingSize},${hashFunction})`,
    bits: 64,
    search: 'at-or-above',
    ties: 'first',
    independent: false,
    pointsPerNode: fixedPoints(minimumRingSize),
    weight: { min: 1, max: 1_000_000, integer: true },
    position: (key) => half(key, 1),
    positionLow: (key) => half(key, 0),
    points: (members) =>
      envoyCounts(members, minimumRingSize, maximumRingSize).map((count, i) =>
        pointsOf(members[i]!.id, count, pointHash),
      ),
    rules: {
      program: 'Envoy ring_hash',
      keyHash: 'XXH64',
      pointHash: hashFunction === 'XX_HASH' ? 'XXH64' : 'MurmurHash64A (seed 0xc70f6907)',
      labelOf: (id) => id,
    },
  };
}

/**
 * Points of each host. Four equal hosts and a ring of 6 have 1.5 each: the running sum is 1.5, 3, 4.5, 6, and the count
 * follows it up, so they get 2, 1, 2 and 1.
 */
export function envoyCounts(
  members: readonly Pick<Member, 'weight'>[],
  minimumRingSize: number,
  maximumRingSize: number,
): number[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const shares = members.map(({ weight }) => weight / total);
  const least = shares.reduce((min, share) => Math.min(min, share), 1);
  const scale = Math.min(Math.ceil(least * minimumRingSize) / least, maximumRingSize);
  checkPointCount(Math.ceil(scale));
  let current = 0;
  let target = 0;
  return shares.map((share) => {
    target += scale * share;
    const before = current;
    // Envoy counts up one by one while current < target; both are exact, so this is the same.
    current = Math.max(before, Math.ceil(target));
    return current - before;
  });
}

type PointHash = (label: string, out: Uint32Array) => void;

const POINT_HASHES: Readonly<Record<'XX_HASH' | 'MURMUR_HASH_2', PointHash>> = {
  XX_HASH: (label, out) => xxh64Lanes(label, out),
  // libstdc++'s std::hash of text is MurmurHash64A with this seed.
  MURMUR_HASH_2: (label, out) => murmur64aLanes(label, out, 0xc70f6907),
};

const lanes = /* @__PURE__ */ new Uint32Array(2);

function half(key: Key, lane: 0 | 1): number {
  xxh64Lanes(key, lanes);
  return lanes[lane]!;
}

function pointsOf(id: string, count: number, hash: PointHash): Uint32Array {
  const points = new Uint32Array(2 * count);
  for (let k = 0; k < count; k++) {
    hash(`${id}_${k}`, lanes);
    points[2 * k] = lanes[1]!;
    points[2 * k + 1] = lanes[0]!;
  }
  return points;
}

function checkSize(option: string, size: number): void {
  if (!(Number.isInteger(size) && size >= 1 && size <= 8_388_608))
    throw outOfRange(option, 'an integer, 1..8388608', size);
}
