/**
 * `columnOf` of `src/rows.ts` for a batch of hashes, four at a time. It sees hashes and gives places; counters stay in
 * ordinary arrays, which TypeScript counts in (`src/places.ts`).
 *
 *     0          lanes     two u32 each, low first: the hashes
 *     16,384     places    u32 each: where in the table a key is counted in this row
 *
 * Where TypeScript takes a product of float64, this takes the upper half of one of 32-bit integers: the same up to a width
 * of 2^21.
 */
const PLACES: usize = 16384;

/** Places of `count` keys (and of up to three more, which nobody reads) in the row that begins at `row` and has this k. */
export function places(count: i32, k: i32, width: i32, row: i32): void {
  const ks = i32x4.splat(k);
  const widths = i32x4.splat(width);
  const rows = i32x4.splat(row);
  const end: usize = count << 3;
  let out = PLACES;
  for (let at: usize = 0; at < end; at += 32) {
    const first = v128.load(at);
    const second = v128.load(at, 16);
    const low = i8x16.shuffle(first, second, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    const high = i8x16.shuffle(first, second, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    let hash = i32x4.mul(v128.xor(low, ks), i32x4.splat(0x85ebca6b));
    hash = i32x4.add(v128.xor(hash, i32x4.shr_u(hash, 15)), high);
    hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(0x21f0aaad));
    hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 15)), i32x4.splat(0x735a2d97));
    hash = v128.xor(hash, i32x4.shr_u(hash, 15));
    const one = i64x2.extmul_low_i32x4_u(hash, widths);
    const other = i64x2.extmul_high_i32x4_u(hash, widths);
    const columns = i8x16.shuffle(one, other, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    v128.store(out, i32x4.add(columns, rows));
    out += 16;
  }
}
