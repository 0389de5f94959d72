import { xxh32 } from '@dsys/hash';
import { RING_SEED, type RingDialect } from './dialect.js';
import { MAX_WEIGHT, type Member } from './node.js';
import { checkPointCount } from './points.js';

/**
 * Our own rules. XXH32 with one seed throughout; the point of virtual node k is where these bytes hash to:
 *
 *     id in UTF-8 ‖ 00 ‖ k as u32 little-endian        "a", k = 258:   61 00 02 01 00 00
 *
 * A node of weight w has max(1, round(w · pointsPerNode)) of them, counted from 0: more weight adds points behind those
 * that are there already, so reweighting moves keys only to or from that node. (XXH64 in two halves costs over twice as
 * much: measured.)
 */
export const defaultDialect: RingDialect = {
  name: 'dsys',
  bits: 32,
  search: 'at-or-above',
  ties: 'id',
  independent: true,
  pointsPerNode: { default: 512, min: 1, max: 65_536 },
  weight: { min: 0, max: MAX_WEIGHT, integer: false },
  position: (key) => xxh32(key, RING_SEED),
  points(members, pointsPerNode) {
    const counts = members.map((member) => pointCountOf(member, pointsPerNode));
    checkPointCount(counts.reduce((sum, count) => sum + count, 0));
    return members.map((member, i) => pointsOf(member.id, counts[i]!));
  },
};

const pointCountOf = ({ weight }: Member, pointsPerNode: number): number =>
  Math.max(1, Math.round(weight * pointsPerNode));

function pointsOf(id: string, count: number): Uint32Array {
  const idBytes = new TextEncoder().encode(id);
  const bytes = new Uint8Array(idBytes.length + 5);
  bytes.set(idBytes);
  const view = new DataView(bytes.buffer);
  const points = new Uint32Array(count);
  for (let k = 0; k < count; k++) {
    view.setUint32(idBytes.length + 1, k, true);
    points[k] = xxh32(bytes, RING_SEED);
  }
  return points;
}
