import { outOfRange } from './errors.js';
import { productHigh } from './lanes.js';
import { type Hash64, Numbered, type NumberedNode, numberedNodes } from './numbered.js';

/** Most buckets: 2^31 - 1, as for a Java int. */
const MAX_BUCKETS = 2 ** 31 - 1;

/**
 * Jump consistent hash (Lamping, Veach, 2014): a bucket 0..buckets - 1. Going from n to n + 1 buckets, one key in n + 1
 * jumps, to the new one; the numbers at which this key jumps come from a generator that the key seeds, so only those
 * have to be looked at, about ln(buckets) of them.
 *
 *     buckets    1   2   3   4   5   6   7   8          this key: 0 0 0 3 3 3 6 6
 *
 * Agrees with Guava's `Hashing.consistentHash(long, int)`, which rounds once where the paper's code rounds twice.
 * Throws `RangeError` unless `buckets` is an integer 1..2^31 - 1.
 */
export function jumpHash(hash: Hash64, buckets: number): number {
  checkBuckets(buckets);
  let low = hash[0]! | 0;
  let high = hash[1]! | 0;
  let bucket = 0;
  for (;;) {
    // state = state · 2862933555777941757 + 1: the generator in the paper's code.
    high = productHigh(low, high, 0x87b0b0fd, 0x27bb2ee6);
    low = (Math.imul(low, 0x87b0b0fd) + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
    const next = Math.floor((bucket + 1) / (((high >>> 1) + 1) / 2 ** 31));
    if (next >= buckets) return bucket;
    bucket = next;
  }
}

/** Throws unless a key can go to one of so many buckets. */
export function checkBuckets(buckets: number): void {
  if (!(Number.isInteger(buckets) && buckets >= 1 && buckets <= MAX_BUCKETS))
    throw outOfRange('buckets', `an integer 1..${MAX_BUCKETS}`, buckets);
}

/**
 * Jump consistent hashing over a list of nodes: no memory but the list, shares as even as the hash, and only the node
 * that came last can leave; time grows with the logarithm of their number. For shards that are numbered, not for servers that fail.
 */
export class Jump<N extends NumberedNode = NumberedNode> extends Numbered<N> {
  /** Throws `RingError` empty-ring or duplicate-node, `TypeError` when a node has a weight. */
  static of(nodes: Iterable<string>): Jump<string>;
  static of<N extends NumberedNode>(nodes: Iterable<N>): Jump<N>;
  static of<N extends NumberedNode>(nodes: Iterable<N>): Jump<N> {
    return new Jump(numberedNodes(nodes));
  }

  private constructor(nodes: readonly N[]) {
    super('jump', nodes);
  }

  /** @internal */
  protected override bucketOf(hash: Hash64, buckets: number): number {
    return jumpHash(hash, buckets);
  }

  /** The same with one node more, at the end. Throws `RingError` duplicate-node. */
  with<M extends NumberedNode>(node: M): Jump<N | M> {
    return new Jump(numberedNodes<N | M>([...this.nodes, node]));
  }

  /** The same without the node at the end. Throws `RingError` empty-ring when it is the only one. */
  withoutLast(): Jump<N> {
    return new Jump(numberedNodes(this.nodes.slice(0, -1)));
  }
}
