import { md5Lanes, md5Word } from '@dsys/hash';
import type { Key } from '../dialect.js';

/**
 * The ketama way to make points (Richard Jones, last.fm, 2007): hash `label-0`, `label-1` … with MD5 and read each
 * digest as four little-endian 32-bit positions.
 *
 *     md5("10.0.1.1:11211-0")  =  4 words  =  points 0, 1, 2, 3
 *     md5("10.0.1.1:11211-1")  =  4 words  =  points 4, 5, 6, 7
 *
 * A key's position is the first word of its own MD5.
 */
export function ketamaPoints(label: string, digests: number, wordsPerDigest = 4): Uint32Array {
  const points = new Uint32Array(digests * wordsPerDigest);
  for (let k = 0; k < digests; k++) {
    md5Lanes(`${label}-${k}`, digest);
    for (let word = 0; word < wordsPerDigest; word++) points[k * wordsPerDigest + word] = digest[word]!;
  }
  return points;
}

/** The first word of the MD5 of a key, little-endian. */
export const md5Position = (key: Key): number => md5Word(key);

const digest = /* @__PURE__ */ new Uint32Array(4);

/** What `rules.keyHash` and `rules.pointHash` say of them; words are little-endian. */
export const MD5_KEY = 'MD5 (its first word)';
export const MD5_POINTS = 'MD5 (4 words a digest)';
