import { checkBuckets } from './jump.js';
import { productHigh } from './lanes.js';
import { type Hash64, Numbered, type NumberedNode, numberedNodes } from './numbered.js';

/**
 * JumpBackHash (Ertl, 2024, arXiv:2403.18682): a bucket 0..buckets - 1, moving as few keys as jump hash, in time that
 * does not grow.
 *
 * Jump hash follows the jumps of a key upwards until they pass the end. This goes down from the end to the last jump.
 * Buckets lie in ranges [2^i, 2^(i+1)); that a key has a jump in one is the toss of a coin, so one random word tosses
 * for all of them at once:
 *
 *     buckets    0   1   2 3   4 5 6 7   8 ···· 15
 *     range          0   1     2         3
 *     coin           1   0     1         0             11 buckets: no jump in 8..10, then one among 4..7, drawn evenly
 *
 * In the highest range with a jump, draws from the whole range run down until one is below `buckets`: that is the
 * bucket, unless it is below the range, which then has no jump among the buckets there are, and the next lower coin
 * counts. Here the generator is SplitMix64, as in hash4j's `jumpBackHashSplitMix64()`; any hash will do. Throws
 * `RangeError` unless `buckets` is an integer 1..2^31 - 1.
 */
export function jumpBackHashSplitMix64(hash: Hash64, buckets: number): number {
  stateLow = hash[0]! | 0;
  stateHigh = hash[1]! | 0;
  splitMix64();
  return lastJump(buckets, splitMix64);
}

/**
 * JumpBackHash with the generator XorshiftL7R9, as in hash4j's `jumpBackHashXorshiftL7R9()`: quicker, and for good
 * hashes only, since the hash itself is the first random word.
 */
export function jumpBackHashXorshiftL7R9(hash: Hash64, buckets: number): number {
  low = hash[0]! | 0;
  high = hash[1]! | 0;
  return lastJump(buckets, xorshiftL7R9);
}

/** The latest random word, and the state of SplitMix64 behind it. Nothing here calls back, so no two searches meet. */
let low = 0;
let high = 0;
let stateLow = 0;
let stateHigh = 0;

function lastJump(buckets: number, next: () => void): number {
  checkBuckets(buckets);
  if (buckets === 1) return 0;
  const first = [low, high] as const;
  let coins = (low ^ high) & (0xffffffff >>> Math.clz32(buckets - 1));
  // The two lanes of the first word serve in turn: which one is told by the number of coins left.
  let lane = parity(coins);
  while (coins !== 0) {
    const begin = 1 << (31 - Math.clz32(coins));
    const range = 2 * begin - 1;
    let bucket = begin + (first[lane]! & (begin - 1));
    while (bucket >= buckets) {
      next();
      bucket = low & range;
      if (bucket >= buckets) bucket = high & range;
    }
    if (bucket >= begin) return bucket;
    coins ^= begin;
    lane ^= 1;
  }
  return 0;
}

function parity(x: number): number {
  let y = x ^ (x >>> 16);
  y ^= y >>> 8;
  y ^= y >>> 4;
  return (0x6996 >>> (y & 15)) & 1;
}

/** SplitMix64 (Steele, Lea, Flood, 2014) with the constants of Stafford's Mix13, as in Java's `SplittableRandom`. */
function splitMix64(): void {
  const sum = (stateLow >>> 0) + 0x7f4a7c15;
  stateHigh = (stateHigh + 0x9e3779b9 + (sum > 0xffffffff ? 1 : 0)) | 0;
  stateLow = sum | 0;
  low = stateLow ^ ((stateLow >>> 30) | (stateHigh << 2));
  high = stateHigh ^ (stateHigh >>> 30);
  high = productHigh(low, high, 0x1ce4e5b9, 0xbf58476d);
  low = Math.imul(low, 0x1ce4e5b9);
  low ^= (low >>> 27) | (high << 5);
  high ^= high >>> 27;
  high = productHigh(low, high, 0x133111eb, 0x94d049bb);
  low = Math.imul(low, 0x133111eb);
  low ^= (low >>> 31) | (high << 1);
  high ^= high >>> 31;
}

/** An xorshift generator (Marsaglia, 2003) of two steps, left 7 and right 9. */
function xorshiftL7R9(): void {
  high ^= (high << 7) | (low >>> 25);
  low ^= low << 7;
  low ^= (low >>> 9) | (high << 23);
  high ^= high >>> 9;
}

/** JumpBackHash over a list of nodes: as `Jump`, in time that does not grow with their number. */
export class JumpBack<N extends NumberedNode = NumberedNode> extends Numbered<N> {
  /** Throws `RingError` empty-ring or duplicate-node, `TypeError` when a node has a weight. */
  static of(nodes: Iterable<string>): JumpBack<string>;
  static of<N extends NumberedNode>(nodes: Iterable<N>): JumpBack<N>;
  static of<N extends NumberedNode>(nodes: Iterable<N>): JumpBack<N> {
    return new JumpBack(numberedNodes(nodes));
  }

  private constructor(nodes: readonly N[]) {
    super('jump-back', nodes);
  }

  /** @internal */
  protected override bucketOf(hash: Hash64, buckets: number): number {
    return jumpBackHashSplitMix64(hash, buckets);
  }

  /** The same with one node more, at the end. Throws `RingError` duplicate-node. */
  with<M extends NumberedNode>(node: M): JumpBack<N | M> {
    return new JumpBack(numberedNodes<N | M>([...this.nodes, node]));
  }

  /** The same without the node at the end. Throws `RingError` empty-ring when it is the only one. */
  withoutLast(): JumpBack<N> {
    return new JumpBack(numberedNodes(this.nodes.slice(0, -1)));
  }
}
