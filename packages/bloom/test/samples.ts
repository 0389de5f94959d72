/** One of each stored structure, small enough that every byte of it can be attacked. */
import {
  BinaryFuseFilter,
  BloomFilter,
  CountingBloomFilter,
  RotatingBloomFilter,
  ScalableBloomFilter,
} from '../src/index.js';
import { keysOf } from './support.js';

/** A structure that goes to bytes and back. */
export interface Stored {
  toBytes(): Uint8Array<ArrayBuffer>;
  has(key: string): boolean;
}

/** How bytes of one kind are read, and filters of that kind. */
export interface Kind {
  readonly fromBytes: (bytes: Uint8Array) => Stored;
  readonly samples: Readonly<Record<string, Stored>>;
}

function filled<F extends { addMany(keys: string[]): unknown }>(filter: F, count = 12): F {
  filter.addMany(keysOf(count));
  return filter;
}

/** By the kind in the envelope. */
export const kinds: Readonly<Record<string, Kind>> = {
  bloom: {
    fromBytes: (bytes) => BloomFilter.fromBytes(bytes),
    samples: {
      'split-block': filled(BloomFilter.create({ layout: 'split-block', bitCount: 256 })),
      classic: filled(BloomFilter.create({ layout: 'classic', bitCount: 96, hashCount: 5 })),
      'split-block, sized': filled(BloomFilter.forItems({ expected: 100, falsePositiveRate: 0.01 }), 100),
      'classic, sized': filled(BloomFilter.forItems({ expected: 50, falsePositiveRate: 1e-4 }), 50),
    },
  },
  'bloom-s': {
    fromBytes: (bytes) => ScalableBloomFilter.fromBytes(bytes),
    samples: {
      scalable: filled(ScalableBloomFilter.create({ falsePositiveRate: 0.1, initialCapacity: 4 })),
      'scalable, empty': ScalableBloomFilter.create({
        falsePositiveRate: 0.01,
        initialCapacity: 10,
        growth: 4,
        tightening: 0.8,
      }),
    },
  },
  'bloom-c': {
    fromBytes: (bytes) => CountingBloomFilter.fromBytes(bytes),
    samples: {
      counting: filled(CountingBloomFilter.create({ counterCount: 96, hashCount: 3 })),
      'counting, 8 bits': filled(CountingBloomFilter.create({ counterCount: 96, hashCount: 3, counterBits: 8 })),
    },
  },
  'bloom-r': {
    fromBytes: (bytes) => RotatingBloomFilter.fromBytes(bytes),
    samples: {
      rotating: filled(RotatingBloomFilter.forItems({ expected: 12, falsePositiveRate: 0.05, generations: 3 })),
    },
  },
  'bloom-f': {
    fromBytes: (bytes) => BinaryFuseFilter.fromBytes(bytes),
    samples: {
      static: BinaryFuseFilter.build(keysOf(12)),
      'static, 16 bits': BinaryFuseFilter.build(keysOf(12), { fingerprintBits: 16 }),
      'static, empty': BinaryFuseFilter.build([]),
    },
  },
};
