/**
 * Values as `hll_hash_…` of PostgreSQL hashes them. Text and bytea are strings and bytes here, and a bigint is a number or
 * bigint; narrower types have fewer bytes, and so other hashes.
 */
import { outOfRange } from '../errors.js';

/** `hll_hash_integer`: a 32-bit integer, −2^31..2^31−1. */
export function integer(value: number): Uint8Array {
  if ((value | 0) !== value) throw outOfRange('integer', '-2^31..2^31-1', value);
  return littleEndian(value, 4);
}

/** `hll_hash_smallint`: −32,768..32,767. */
export function smallint(value: number): Uint8Array {
  if ((value << 16) >> 16 !== value) throw outOfRange('smallint', '-32768..32767', value);
  return littleEndian(value, 2);
}

/** `hll_hash_boolean`. */
export const boolean = (value: boolean): Uint8Array => Uint8Array.of(value ? 1 : 0);

const littleEndian = (value: number, byteCount: number): Uint8Array =>
  Uint8Array.from({ length: byteCount }, (_, i) => value >>> (8 * i));
