/**
 * The insertion of split blocks in AssemblyScript with SIMD: half a block at a time. It knows of no key and no hash; lanes
 * come from `@dsys/hash/batch`, and what it has set is put over the filter by `src/kernel.ts`.
 *
 *     0          lanes     u64 each, up to 2,048 of them
 *     16,384     blocks    32 bytes each, as many as memory was grown for
 *
 * 1 << n for four words at once is a look-up of bytes, since WebAssembly shifts all of them by the same number: byte j of a
 * word is 1 << (n − 8j) where that is 0..7, else 0. Indices from 8 on find 0.
 */
const LANES: usize = 0;
const BLOCKS: usize = 16384;

/** Sets the bits of `count` hashes in `blockCount` blocks. */
export function insert(count: usize, blockCount: u32): void {
  const salts = i32x4(0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d);
  const moreSalts = i32x4(0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31);
  for (let at = LANES, end = LANES + 8 * count; at < end; at += 8) {
    const low = i32x4.splat(load<i32>(at));
    const block = (BLOCKS + 32 * (((load<u32>(at, 4) as u64) * (blockCount as u64)) >> 32)) as usize;
    v128.store(block, v128.or(v128.load(block), bits(i32x4.mul(low, salts))));
    v128.store(block, v128.or(v128.load(block, 16), bits(i32x4.mul(low, moreSalts))), 16);
  }
}

/** 1 << (product >>> 27), in each of four words. */
function bits(product: v128): v128 {
  const number = i32x4.shr_u(product, 27);
  const spread = i8x16.swizzle(number, i8x16(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
  const index = i8x16.sub(spread, i8x16(0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24));
  return i8x16.swizzle(i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0), index);
}
