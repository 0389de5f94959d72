/**
 * `@dsys/hash/batch`: XXH64 with seed 0 of many keys at once, for sketches. One call reads strings, numbers, bytes, keys
 * that have been hashed, or columns of them, and hands out the hashes as pairs of lanes, some thousand at a time:
 *
 *     hashBatches(visitors, (lanes, count) => {
 *       for (let i = 0; i < count; i++) add(lanes[2 * i]!, lanes[2 * i + 1]!);     // low, high
 *     });
 *
 * The bits are those of `xxh64Lanes(key, out)`, key by key. Start reading at `hash-batches.ts`.
 */

export { type HashKernel, hashKernel, withHashKernel } from '../kernel.js';
export { hashBatches, type KeyBatch } from './hash-batches.js';
export { type PackedKeys, packKeys } from './packed-keys.js';
export { type HashTaker, settleKeys, waits } from './waiting.js';
