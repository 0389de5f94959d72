import { below, nextUint32, pick, seededRandom } from '@dsys/core';

/** Bytes that a line has spoiled: the same for the same variant, and never the same as before. */
export function garbled(bytes: Uint8Array, variant: number): Uint8Array {
  const random = seededRandom(variant);
  const { length } = bytes;
  const how = length === 0 ? 'longer' : pick(random, ['bit', 'bit', 'byte', 'shorter', 'longer', 'noise'] as const);
  switch (how) {
    case 'bit': {
      const copy = bytes.slice();
      copy[below(random, length)]! ^= 1 << below(random, 8);
      return copy;
    }
    case 'byte': {
      const copy = bytes.slice();
      copy[below(random, length)]! ^= 1 + below(random, 255);
      return copy;
    }
    case 'shorter':
      return bytes.slice(0, below(random, length));
    case 'longer': {
      const copy = new Uint8Array(length + 1 + below(random, 16));
      copy.set(bytes);
      for (let i = length; i < copy.length; i++) copy[i] = nextUint32(random);
      return copy;
    }
    case 'noise': {
      const copy = bytes.map(() => nextUint32(random) & 0xff);
      copy[0] = bytes[0]! ^ (1 + below(random, 255));
      return copy;
    }
  }
}
