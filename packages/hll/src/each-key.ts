import type { HashedKey, Key } from '@dsys/hash';
import type { KeyBatch, PackedKeys } from '@dsys/hash/batch';
import { HllError, outOfRange, wrongType } from './errors.js';

/** Visits every key of a batch, for sketches whose hash has no batches. Returns how many there were. */
export function eachKey(keys: KeyBatch, visit: (key: Key) => void): number {
  let count = 0;
  if (isPacked(keys)) {
    const { bytes, offsets } = keys;
    for (; count + 1 < offsets.length; count++) {
      const [start, end] = [offsets[count]!, offsets[count + 1]!];
      if (!(start <= end && end <= bytes.length)) throw outOfRange('offsets', `ascending, up to ${bytes.length}`, end);
      visit(bytes.subarray(start, end));
    }
    return count;
  }
  if (typeof keys !== 'object' || keys === null || keys instanceof Uint8Array)
    throw wrongType('keys', 'an iterable of keys, a 64-bit column or packed keys', keys);
  for (const key of keys as Iterable<Key | HashedKey>) {
    visit(asKey(key));
    count++;
  }
  return count;
}

/** A `HashedKey` carries XXH64, which the dialects of others can't use. */
function asKey(key: Key | HashedKey): Key {
  if (typeof key === 'object' && 'algorithm' in key)
    throw new HllError('foreign-hash', `this dialect has a hash of its own: give it the key, not its ${key.algorithm}`);
  return key as Key;
}

const isPacked = (keys: KeyBatch): keys is PackedKeys => keys !== null && typeof keys === 'object' && 'offsets' in keys;
