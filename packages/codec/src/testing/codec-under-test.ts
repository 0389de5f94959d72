import type { Random } from './random.js';

/** The codec, what it is tried on, and what it promises. */
export interface CodecUnderTest<T> {
  /** The bytes are the caller's: no later call may change them. Refuses a value by throwing anything. */
  readonly encode: (value: T) => Uint8Array;
  /** Refuses bytes by throwing a `DecodeError`. May keep views into its input, and doesn't change it. */
  readonly decode: (bytes: Uint8Array) => T;
  /** Values of every shape, short ones above all: each byte of each is attacked. Or a function that draws one. */
  readonly samples: readonly T[] | ((random: Random) => T);
  /** Default: the same fields, items and bytes all the way down; -0 differs from 0, an absent field from `undefined`. */
  readonly equal?: (a: T, b: T) => boolean;
  /** Values that `encode` must refuse, and after which it must be as good as before. */
  readonly unencodable?: readonly T[];
  /** True: the bytes carry a checksum or a signature, so that any change must be refused. Default false. */
  readonly checksummed?: boolean;
  /** How to get behind that checksum, so that what it covers is attacked as well: `insideEnvelope`, or your own. */
  readonly inside?: Inside;
  /** True: a value may end anywhere (records until the end, a tail of opaque bytes). Default false. */
  readonly openEnded?: boolean;
  /** Most bytes that decoding bad bytes may ask for. Default: 16 times as many as there are, at least 1 MiB. */
  readonly maxAllocation?: number;
}

/** The part of an encoding that a checksum covers. */
export interface Inside {
  /** Takes the payload out of good bytes. */
  readonly open: (bytes: Uint8Array) => Uint8Array;
  /** Puts another payload into what `open` took one out of, and makes the checksum right. */
  readonly seal: (payload: Uint8Array, original: Uint8Array) => Uint8Array;
}

/** How hard a codec is tried. */
export interface CheckOptions {
  /** Default 1. The same seed tries the same cases. */
  readonly seed?: number;
  /** How many random byte strings, and how many edited samples. Default 1000. */
  readonly runs?: number;
  /** How many samples are drawn, if they are. Default 25. */
  readonly sampleCount?: number;
  /** Runs the one case that a failure named. */
  readonly only?: string;
}
