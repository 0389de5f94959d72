import { md5, md5Lanes, md5Word } from '@dsys/hash';
import { wrongType } from '../errors.js';

/** A digest as npm `hashring` takes it from a function: bytes, or text whose characters are the bytes. */
export type NpmDigest = ArrayLike<number> | string;

/** The second argument of npm `hashring`: a name of Node's `crypto.getHashes()`, or a function of the key. */
export type NpmAlgorithm = string | ((key: string) => NpmDigest);

/** Reads digests for an `NpmHashring`: whole, or as the 32-bit words that become points. */
export interface Digester {
  digest(key: string): ArrayLike<number>;
  /** The first word of the digest, little-endian: where a key is. */
  word(key: string): number;
  /** Writes the first words of the digest, little-endian, into `out`. */
  words(key: string, out: Uint32Array): void;
}

/** Throws `TypeError` when the algorithm is one that only Node has, and this is not Node. */
export function digesterOf(algorithm: NpmAlgorithm): Digester {
  if (typeof algorithm === 'function') return slow(algorithm);
  if (algorithm.toLowerCase() === 'md5') return fastMd5();
  // A drop-in has to know every algorithm that the original knew: Node's own. They are pure functions, so nothing of the world comes in.
  const crypto = (globalThis as MaybeNode).process?.getBuiltinModule?.('node:crypto');
  if (crypto === undefined) {
    throw wrongType('algorithm', "'md5' or a function of the key; other names need Node's crypto", algorithm);
  }
  return slow((key) => crypto.createHash(algorithm).update(key).digest());
}

interface MaybeNode {
  readonly process?: {
    getBuiltinModule?(id: 'node:crypto'): {
      createHash(algorithm: string): { update(text: string): { digest(): Uint8Array } };
    };
  };
}

function fastMd5(): Digester {
  const lanes = new Uint32Array(4);
  return {
    digest: md5,
    word: md5Word,
    words(key, out) {
      md5Lanes(key, lanes);
      // Words beyond the digest are 0, as bytes that are not there are 0 in the original.
      for (let j = 0; j < out.length; j++) out[j] = j < 4 ? lanes[j]! : 0;
    },
  };
}

function slow(hash: (key: string) => NpmDigest): Digester {
  const digest = (key: string): ArrayLike<number> => {
    const bytes = hash(key);
    return typeof bytes === 'string' ? Array.from(bytes, (_, i) => bytes.charCodeAt(i)) : bytes;
  };
  // Bytes that are not there are 0.
  const word = (bytes: ArrayLike<number>, at: number): number =>
    ((bytes[at + 3]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 1]! << 8) | bytes[at]!) >>> 0;
  return {
    digest,
    word: (key) => word(digest(key), 0),
    words(key, out) {
      const bytes = digest(key);
      for (let j = 0; j < out.length; j++) out[j] = word(bytes, 4 * j);
    },
  };
}
