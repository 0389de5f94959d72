/**
 * How large a filter must be. For n items in m bits, a key that was never added finds all its bits set with the chance
 *
 *     classic        (1 − e^(−kn/m))^k                                    k bits a key
 *     split-block    Σ Poisson(λ; j) · (1 − (31/32)^j)^8                  λ = 256 n / m items a block on average
 *                    j≥0
 *
 * The sum is over how many items a block got (Putze, Sanders, Singler, 2007): taking all blocks for equally full, as
 * Parquet's own formula does, promises 1 % and gives 1.46 %. Bits per item:
 *
 *     rate           10 %     1 %      0.1 %    0.01 %
 *     classic        4.8      9.6      14.4     19.2
 *     split-block    6.0      10.5     16.9     26.3
 */
import { outOfRange } from '@dsys/codec';
import { BLOCK_WORDS } from './split-block.js';

/** Where the bits of a key lie: in one block of 256, as Parquet has it, or anywhere. */
export type BloomLayout = 'split-block' | 'classic';

/** What a filter is wanted for. */
export interface ItemOptions {
  /** How many distinct items it will hold, from 1. With more, the rate rises; nothing else happens. */
  readonly expected: number;
  /** Chance of a wrong yes once so many are in: above 0, below 1. */
  readonly falsePositiveRate: number;
  /** Default `auto`: split-block, which is faster, but classic for rates below 0.001, for which it is much smaller. */
  readonly layout?: BloomLayout | 'auto';
}

/** A filter by its numbers. */
export interface BloomParameters {
  readonly layout: BloomLayout;
  /** A multiple of 32 (classic) or of 256 (split-block), at most 2^32. */
  readonly bitCount: number;
  /** Bits a key: 1..64, of split-block always 8. */
  readonly hashCount: number;
}

/** What `planBloomFilter` says. */
export interface BloomPlan extends BloomParameters {
  readonly bitsPerItem: number;
  /** What is to be expected of this size: at most what was asked for. */
  readonly falsePositiveRate: number;
}

export const MAX_BITS: number = 2 ** 32;
export const MAX_HASHES = 64;
const BLOCK_BITS = 32 * BLOCK_WORDS;
/** The rate below which `auto` takes the classic layout. */
const CLASSIC_BELOW = 0.001;

/** The size that `BloomFilter.forItems` takes. Throws `RangeError` for a bad option and for more than 2^32 bits. */
export function planBloomFilter({ expected, falsePositiveRate, layout = 'auto' }: ItemOptions): BloomPlan {
  if (!(Number.isSafeInteger(expected) && expected >= 1)) throw outOfRange('expected', 'an integer from 1', expected);
  if (!(falsePositiveRate > 0 && falsePositiveRate < 1))
    throw outOfRange('falsePositiveRate', 'above 0 and below 1', falsePositiveRate);
  const chosen = layout !== 'auto' ? layout : falsePositiveRate < CLASSIC_BELOW ? 'classic' : 'split-block';
  if (chosen !== 'classic' && chosen !== 'split-block')
    throw outOfRange('layout', "'auto', 'split-block' or 'classic'", layout);
  const isSplit = chosen === 'split-block';
  const [bitCount, hashCount] = (isSplit ? planSplitBlock : planClassic)(expected, falsePositiveRate);
  const bitsPerItem = bitCount / expected;
  const rate = isSplit ? splitBlockRate(BLOCK_BITS / bitsPerItem) : classicRate(bitsPerItem, hashCount);
  // Split blocks end their search at 2^32 bits, kept or not.
  if (!(bitCount <= MAX_BITS && rate <= falsePositiveRate * (1 + 1e-9)))
    throw outOfRange('expected', 'few enough for 2^32 bits', expected);
  return { layout: chosen, bitCount, hashCount, bitsPerItem, falsePositiveRate: rate };
}

function planSplitBlock(expected: number, wanted: number): [bitCount: number, hashCount: number] {
  // The least number of blocks that keeps the rate: it falls with every block.
  let tooFew = 0;
  let blocks = MAX_BITS / BLOCK_BITS;
  while (blocks - tooFew > 1) {
    const middle = (tooFew + blocks) >>> 1;
    if (splitBlockRate(expected / middle) > wanted) tooFew = middle;
    else blocks = middle;
  }
  return [blocks * BLOCK_BITS, BLOCK_WORDS];
}

function planClassic(expected: number, wanted: number): [bitCount: number, hashCount: number] {
  let bits = Number.POSITIVE_INFINITY;
  let hashCount = 1;
  for (let k = 1; k <= MAX_HASHES; k++) {
    // The rate, solved for the number of bits.
    const needed = (-k * expected) / Math.log1p(-(wanted ** (1 / k)));
    if (needed >= bits) continue;
    bits = needed;
    hashCount = k;
  }
  return [32 * Math.ceil(bits / 32), hashCount];
}

/** Chance of a wrong yes of a split-block filter with so many items a block on average. Cost: about λ + 40 steps. */
export function splitBlockRate(itemsPerBlock: number): number {
  // Beyond, e^−λ is below what a float64 has; a block with so many items has one bit in 10^9 unset.
  if (itemsPerBlock > 700) return 1;
  let poisson = Math.exp(-itemsPerBlock);
  let unset = 1;
  let rate = 0;
  for (let j = 1; j <= itemsPerBlock || poisson > rate * 1e-17; j++) {
    poisson *= itemsPerBlock / j;
    unset *= 31 / 32;
    rate += poisson * (1 - unset) ** 8;
  }
  return rate;
}

/** Chance of a wrong yes of a classic filter with so many bits an item, of which a key has `hashCount`. */
export function classicRate(bitsPerItem: number, hashCount: number): number {
  return (-Math.expm1(-hashCount / bitsPerItem)) ** hashCount;
}

/** Throws unless there can be a filter of these parameters; gives them with the 8 hashes of a split-block. */
export function checkParameters({ layout, bitCount, hashCount }: BloomParameters | LooseParameters): BloomParameters {
  const isSplit = layout === 'split-block';
  if (!isSplit && layout !== 'classic') throw outOfRange('layout', "'split-block' or 'classic'", layout);
  const unit = isSplit ? BLOCK_BITS : 32;
  if (!(bitCount >= unit && bitCount <= MAX_BITS && bitCount % unit === 0))
    throw outOfRange('bitCount', `a multiple of ${unit}, at most 2^32`, bitCount);
  const [least, most] = isSplit ? [BLOCK_WORDS, BLOCK_WORDS] : [1, MAX_HASHES];
  const hashes = hashCount ?? (isSplit ? BLOCK_WORDS : 0);
  if (!(Number.isInteger(hashes) && hashes >= least && hashes <= most))
    throw outOfRange('hashCount', `an integer in ${least}..${most}`, hashCount);
  return { layout, bitCount, hashCount: hashes };
}

/** As a caller gives them: of a split-block the number of hashes is known. */
export type LooseParameters =
  | { readonly layout: 'split-block'; readonly bitCount: number; readonly hashCount?: 8 }
  | { readonly layout: 'classic'; readonly bitCount: number; readonly hashCount: number };
