/**
 * LZF (M. Lehmann's LibLZF), as Redis packs strings: runs of bytes, and copies of what came before.
 *
 *     000lllll                       l + 1 bytes follow as they are
 *     lllooooo oooooooo              copy l + 2 bytes (l below 7) from o + 1 bytes back
 *     111ooooo llllllll oooooooo     copy l + 9 bytes
 */

/** The bytes, `byteCount` of them, or null when these are not that. */
export function inflateLzf(packed: Uint8Array, byteCount: number): Uint8Array | null {
  const out = new Uint8Array(byteCount);
  let end = 0;
  let at = 0;
  while (at < packed.length) {
    const control = packed[at++]!;
    if (control < 32) {
      const run = control + 1;
      if (at + run > packed.length || end + run > byteCount) return null;
      out.set(packed.subarray(at, at + run), end);
      at += run;
      end += run;
      continue;
    }
    let length = (control >> 5) + 2;
    if (length === 9) length += packed[at++] ?? Infinity;
    const from = end - ((control & 31) << 8) - (packed[at++] ?? Infinity) - 1;
    if (!(from >= 0 && end + length <= byteCount)) return null;
    // Byte by byte: a copy may reach into itself.
    for (let i = 0; i < length; i++) out[end + i] = out[from + i]!;
    end += length;
  }
  return end === byteCount ? out : null;
}
