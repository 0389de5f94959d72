/** Which engine wrote these bytes, and what they say. */
import { findParquetBloomFilters } from '@dsys/bloom/parquet';
import { type Explained, hex } from './explained.js';
import { explainGuava, isGuava } from './guava.js';
import { explainOurs, explainParquet, isOurs, isParquet } from './parquet.js';
import { explainPostgres, isPostgres } from './postgres.js';
import { explainRedis, isRedis } from './redis.js';

const READERS: readonly (readonly [is: (bytes: Uint8Array) => boolean, explain: (bytes: Uint8Array) => Explained])[] = [
  [isRedis, explainRedis],
  [isOurs, explainOurs],
  [isPostgres, explainPostgres],
  // A filter of Guava has no mark of its own, but its length has to be right.
  [isGuava, explainGuava],
  [isParquet, explainParquet],
];

/** Throws `RangeError` for what none of them wrote, and what the package says of a blob that is damaged. */
export function explain(bytes: Uint8Array): Explained {
  const found = READERS.find(([is]) => is(bytes));
  if (found !== undefined) return found[1](bytes);
  throw new RangeError(
    bytes.length === 0
      ? 'There is nothing in it.'
      : `It begins with ${hex(bytes.subarray(0, 4))}. What is understood: a HyperLogLog of Redis (48 59 4c 4c) or PostgreSQL (11 to 14), a Bloom filter of Guava (00 or 01, and a length that fits), of a Parquet file (15), or a whole Parquet file (its end, 50 41 52 31).`,
  );
}

/** A blob with a name. */
export interface Named {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a file holds: itself, or the first filter of a Parquet file. Throws `DecodeError` for a damaged footer. */
export function blobIn({ name, bytes }: Named): Named {
  if (String.fromCharCode(...bytes.subarray(-4)) !== 'PAR1') return { name, bytes };
  const [place] = findParquetBloomFilters(bytes);
  if (place === undefined) throw new RangeError(`${name} is a Parquet file without Bloom filters.`);
  const end = place.length === null ? bytes.length : place.offset + place.length;
  return { name: `${name}: ${place.path.join('.')}`, bytes: bytes.subarray(place.offset, end) };
}

/** Bytes from text: hexadecimal, with or without `\x` before it, as psql shows a value of type hll. */
export function bytesOfHex(text: string): Uint8Array {
  const digits = text
    .trim()
    .replace(/^\\x|^0x/i, '')
    .replace(/\s+/g, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits))
    throw new RangeError('This is no hexadecimal: two digits a byte, as psql shows a value of type hll.');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
