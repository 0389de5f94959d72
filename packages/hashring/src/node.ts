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
  if (typeof node === 'string') return { id: checkedName('id', node, 1), weight: 1, zone: '' };
  if (typeof node !== 'object' || node === null) throw wrongType('node', 'a string or an object with an id', node);
  return {
    id: checkedName('id', node.id, 1),
    weight: checkedWeight(node.weight ?? 1),
    zone: checkedName('zone', node.zone ?? '', 0),
  };
}

/** Throws unless `weight` may stand for a node's share. */
export function checkedWeight(weight: number): number {
  if (typeof weight !== 'number') throw wrongType('weight', 'a number', weight);
  if (!(weight > 0 && weight <= MAX_WEIGHT)) throw outOfRange('weight', `above 0 and at most ${MAX_WEIGHT}`, weight);
  return weight;
}

function checkedName(option: string, name: string, minLength: number): string {
  if (typeof name !== 'string') throw wrongType(option, 'a string', name);
  // Lone surrogates all become U+FFFD in UTF-8: two such ids would have the same points and no order.
  if (/\p{Cs}/u.test(name)) throw wrongType(option, 'well-formed Unicode', name);
  const bytes = utf8Length(name);
  if (bytes < minLength || bytes > MAX_ID_BYTES)
    throw outOfRange(`length of ${option}`, `${minLength}..${MAX_ID_BYTES} bytes`, bytes);
  return name;
}

/** Bytes of `text` in UTF-8, for well-formed text. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair is 2 units and 4 bytes: each half counts for 2.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Orders well-formed strings as their UTF-8 bytes, that is by code point (UTF-16 order puts U+E000..U+FFFF after the rest). */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return (isSurrogate(x) ? x + 0x10000 : x) - (isSurrogate(y) ? y + 0x10000 : y);
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;
