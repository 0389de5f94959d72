/**
 * XXH64 of a short ASCII string, straight from its char codes: steps 1 and 4 to 6 of the specification, since fewer
 * than 32 bytes make no stripe. Every 64-bit multiplication is written out: (high, low) times a prime is
 *
 *     a, b    lower and upper half of `low`; P_0, P_16 those of the prime's lower lane P
 *     c       b * P_0 + (a * P_0 >> 16)
 *     high    b * P_16 + (c >> 16) + ((a * P_16 + (c & 0xffff)) >> 16) + high * P + low * P_HIGH
 *     low     low * P
 *
 * As calls of `mulHigh` these would be inlined up to the engine's budget, which ends at the fifth of nine: 8 characters
 * then take 35 ns instead of 29, 21 take 80 instead of 60. The primes are constants of the function because bundlers
 * turn those of a module into variables, which have to be read each time.
 */

/** Writes the hash and returns true, or returns false for a string that is not ASCII. `length` must be below 32. */
export function ofShortString(
  key: string,
  length: number,
  out: Uint32Array,
  seedLow: number,
  seedHigh: number,
): boolean {
  const P1 = 0x85ebca87,
    P1_0 = 0xca87,
    P1_16 = 0x85eb,
    P1_HIGH = 0x9e3779b1;
  const P2 = 0x27d4eb4f,
    P2_0 = 0xeb4f,
    P2_16 = 0x27d4,
    P2_HIGH = 0xc2b2ae3d;
  const P3 = 0x9e3779f9,
    P3_0 = 0x79f9,
    P3_16 = 0x9e37,
    P3_HIGH = 0x165667b1;
  const P4 = 0xc2b2ae63,
    P4_HIGH = 0x85ebca77;
  const P5 = 0x165667c5,
    P5_0 = 0x67c5,
    P5_16 = 0x1656,
    P5_HIGH = 0x27d4eb2f;
  let a = 0,
    b = 0,
    c = 0; // 16-bit halves and the middle of a multiplication
  let xLow = 0,
    xHigh = 0,
    yLow = 0,
    yHigh = 0;
  let i = 0;
  let seen = 0;
  xLow = (seedLow + P5) | 0;
  let low = (xLow + length) | 0;
  let high =
    (seedHigh +
      P5_HIGH +
      (((seedLow & P5) | ((seedLow | P5) & ~xLow)) >>> 31) +
      (((xLow & length) | ((xLow | length) & ~low)) >>> 31)) |
    0;
  for (; i + 8 <= length; i += 8) {
    const c0 = key.charCodeAt(i);
    const c1 = key.charCodeAt(i + 1);
    const c2 = key.charCodeAt(i + 2);
    const c3 = key.charCodeAt(i + 3);
    const c4 = key.charCodeAt(i + 4);
    const c5 = key.charCodeAt(i + 5);
    const c6 = key.charCodeAt(i + 6);
    const c7 = key.charCodeAt(i + 7);
    seen |= c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7;
    const wordLow = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
    const wordHigh = c4 | (c5 << 8) | (c6 << 16) | (c7 << 24);
    // round(0, word): (word * P2 <<< 31) * P1
    xLow = Math.imul(wordLow, P2);
    a = wordLow & 0xffff;
    b = wordLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(wordHigh, P2) +
        Math.imul(wordLow, P2_HIGH)) |
      0;
    yLow = (xLow << 31) | (xHigh >>> 1);
    yHigh = (xHigh << 31) | (xLow >>> 1);
    low ^= Math.imul(yLow, P1);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    xHigh =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    high ^= xHigh;
    // hash = (hash <<< 27) * P1 + P4
    yLow = (low << 27) | (high >>> 5);
    yHigh = (high << 27) | (low >>> 5);
    xLow = Math.imul(yLow, P1);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    xHigh =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low = (xLow + P4) | 0;
    high = (xHigh + P4_HIGH + (((xLow & P4) | ((xLow | P4) & ~low)) >>> 31)) | 0;
  }
  if (i + 4 <= length) {
    const c0 = key.charCodeAt(i);
    const c1 = key.charCodeAt(i + 1);
    const c2 = key.charCodeAt(i + 2);
    const c3 = key.charCodeAt(i + 3);
    seen |= c0 | c1 | c2 | c3;
    const word = c0 | (c1 << 8) | (c2 << 16) | (c3 << 24);
    // hash = ((hash xor word * P1) <<< 23) * P2 + P3
    low ^= Math.imul(word, P1);
    a = word & 0xffff;
    b = word >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    xHigh =
      (Math.imul(b, P1_16) + (c >>> 16) + ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) + Math.imul(word, P1_HIGH)) | 0;
    high ^= xHigh;
    yLow = (low << 23) | (high >>> 9);
    yHigh = (high << 23) | (low >>> 9);
    xLow = Math.imul(yLow, P2);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
    xHigh =
      (Math.imul(b, P2_16) +
        (c >>> 16) +
        ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P2) +
        Math.imul(yLow, P2_HIGH)) |
      0;
    low = (xLow + P3) | 0;
    high = (xHigh + P3_HIGH + (((xLow & P3) | ((xLow | P3) & ~low)) >>> 31)) | 0;
    i += 4;
  }
  for (; i < length; i++) {
    const byte = key.charCodeAt(i);
    seen |= byte;
    // hash = ((hash xor byte * P5) <<< 11) * P1
    high ^= Math.imul(byte, P5_HIGH) + ((byte * P5_16 + ((byte * P5_0) >>> 16)) >>> 16);
    low ^= Math.imul(byte, P5);
    yLow = (low << 11) | (high >>> 21);
    yHigh = (high << 11) | (low >>> 21);
    a = yLow & 0xffff;
    b = yLow >>> 16;
    c = Math.imul(b, P1_0) + (Math.imul(a, P1_0) >>> 16);
    high =
      (Math.imul(b, P1_16) +
        (c >>> 16) +
        ((Math.imul(a, P1_16) + (c & 0xffff)) >>> 16) +
        Math.imul(yHigh, P1) +
        Math.imul(yLow, P1_HIGH)) |
      0;
    low = Math.imul(yLow, P1);
  }
  if (seen >= 0x80) return false;
  // Step 6: xor with >> 33, * P2, xor with >> 29, * P3, xor with >> 32
  low ^= high >>> 1;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P2_0) + (Math.imul(a, P2_0) >>> 16);
  high =
    (Math.imul(b, P2_16) +
      (c >>> 16) +
      ((Math.imul(a, P2_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P2) +
      Math.imul(low, P2_HIGH)) |
    0;
  low = Math.imul(low, P2);
  low ^= (high << 3) | (low >>> 29);
  high ^= high >>> 29;
  a = low & 0xffff;
  b = low >>> 16;
  c = Math.imul(b, P3_0) + (Math.imul(a, P3_0) >>> 16);
  high =
    (Math.imul(b, P3_16) +
      (c >>> 16) +
      ((Math.imul(a, P3_16) + (c & 0xffff)) >>> 16) +
      Math.imul(high, P3) +
      Math.imul(low, P3_HIGH)) |
    0;
  low = Math.imul(low, P3);
  out[0] = low ^ high;
  out[1] = high;
  return true;
}
