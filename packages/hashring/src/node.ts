import { outOfRange, wrongType } from './errors.js';

/** A node given as an object: at least an id; what else it holds is the caller's. */
export interface RingNodeObject {
  /** Names the node and alone decides where its points are. Well-formed, 1 to 1,024 bytes of UTF-8. */
  readonly id: string;
  /** Share relative to the other nodes, above 0 and at most 1,000,000; 1 when absent. Fractions are fine by default. */
  readonly weight?: number | undefined;
  /** Whatever fails together: a rack, a zone, a region. Nodes without one share the unnamed zone `''`. */
  readonly zone?: string | undefined;
}

/** A node: its id, or an object of the caller's with an id. `owner` gives back the very value that was put in. */
export type RingNode = string | RingNodeObject;

/** What a ring knows of a node, in plain data. */
export interface Member {
  readonly id: string;
  /** The weight in force, also after `reweight`. */
  readonly weight: number;
  /** `''` when the node named none. */
  readonly zone: string;
}

/** Longest id or zone, in bytes of UTF-8. */
export const MAX_ID_BYTES = 1024;
/** Greatest weight of a node. */
export const MAX_WEIGHT = 1_000_000;

/** The id of a node in either form. */
export const idOf = (node: RingNode): string => (typeof node === 'string' ? node : node.id);

/** Reads and checks a node: `TypeError` or `RangeError` names the field that is wrong. */
export function memberOf(node: RingNode): Member {
  const { id, weight = 1, zone = '' } = typeof node === 'string' ? { id: node } : (node ?? {});
  return { id: checkedName('id', id, 1), weight: checkedWeight(weight), zone: checkedName('zone', zone, 0) };
}

/** Throws unless `weight` may stand for a node's share. */
export function checkedWeight(weight: number): number {
  if (typeof weight === 'number' && weight > 0 && weight <= MAX_WEIGHT) return weight;
  throw outOfRange('weight', `a number above 0 and at most ${MAX_WEIGHT}`, weight);
}

function checkedName(option: string, name: unknown, minBytes: number): string {
  // Lone surrogates all become U+FFFD in UTF-8: two such ids would have the same points and no order.
  if (typeof name !== 'string' || /\p{Cs}/u.test(name)) throw wrongType(option, 'a well-formed string', name);
  const bytes = new TextEncoder().encode(name).length;
  if (bytes >= minBytes && bytes <= MAX_ID_BYTES) return name;
  throw outOfRange(`length of ${option}`, `${minBytes}..${MAX_ID_BYTES} bytes`, bytes);
}

/**
 * Orders well-formed strings as their UTF-8 bytes, that is by code point (UTF-16 order puts U+E000..U+FFFF after the
 * rest).
 */
export function compareUtf8(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Puts surrogates, d800..dfff, behind all other UTF-16 units. */
const rank = (unit: number): number => (unit >> 11 === 0x1b ? unit + 0x10000 : unit);
