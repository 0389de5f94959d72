/**
 * What a value of a column is to Parquet's filter: the bytes of its PLAIN encoding, without a length before them
 * (BloomFilter.md). An INT32 is 4 bytes where our own keys have 8, and a DOUBLE of 3 is not the integer 3.
 */
import { outOfRange, wrongType } from '@dsys/codec';
import { keyBytes } from '@dsys/hash';

/** The physical types of Parquet, by which a filter was filled; logical ones (DATE, DECIMAL …) stand on them. */
export type ParquetType =
  | 'BOOLEAN'
  | 'INT32'
  | 'INT64'
  | 'INT96'
  | 'FLOAT'
  | 'DOUBLE'
  | 'BYTE_ARRAY'
  | 'FIXED_LEN_BYTE_ARRAY';

/** In the order of `parquet.thrift`. */
export const PARQUET_TYPES: readonly ParquetType[] = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
];

/** What values are in JavaScript: numbers for INT32, FLOAT and DOUBLE, numbers or bigints for INT64, text or bytes for arrays. */
export type ParquetValue = number | bigint | string | Uint8Array;

/**
 * The key of a value, for `has` and `add` of a filter that was read from a file: `filter.has(parquetKey('INT32', 7))`. A
 * DATE is its days since 1970 as INT32. Throws `RangeError` or `TypeError` for a value that the type doesn't have, and for
 * BOOLEAN, of which no filter is made.
 */
export function parquetKey(type: ParquetType, value: ParquetValue): Uint8Array {
  switch (type) {
    case 'INT32':
      return ofView(4, (view) => view.setInt32(0, integer(value, 'an INT32', -(2 ** 31), 2 ** 31 - 1), true));
    case 'INT64': {
      const wide = typeof value === 'bigint' ? value : BigInt(integer(value, 'an INT64', -(2 ** 53), 2 ** 53));
      if (BigInt.asIntN(64, wide) !== wide) throw outOfRange('value', 'an INT64', value);
      return ofView(8, (view) => view.setBigInt64(0, wide, true));
    }
    case 'FLOAT':
      return ofView(4, (view) => view.setFloat32(0, float(value), true));
    case 'DOUBLE':
      return ofView(8, (view) => view.setFloat64(0, float(value), true));
    case 'INT96':
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      if (typeof value === 'number' || typeof value === 'bigint')
        throw wrongType('value', 'a string or Uint8Array', value);
      return keyBytes(value);
    default:
      throw outOfRange('type', 'a physical type that has filters', type);
  }
}

function ofView(byteCount: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(byteCount);
  write(new DataView(bytes.buffer));
  return bytes;
}

function integer(value: ParquetValue, what: string, least: number, most: number): number {
  if (typeof value === 'bigint' && value >= BigInt(least) && value <= BigInt(most)) return Number(value);
  if (!(Number.isInteger(value) && (value as number) >= least && (value as number) <= most))
    throw outOfRange('value', what, value);
  return value as number;
}

function float(value: ParquetValue): number {
  if (typeof value !== 'number') throw wrongType('value', 'a number', value);
  return value;
}
