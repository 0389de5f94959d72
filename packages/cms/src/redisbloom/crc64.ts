/**
 * CRC-64 as Redis has it (D. Jones' polynomial 0xad93d23594c935a9, bits reflected, nothing before and after). Of
 * "123456789" it is 0xe9c6d914c4b8d9ca.
 */

/** Lower and upper half for each byte. */
let table: Uint32Array | undefined;

/** CRC of `bytes[start, end)` as `[low, high]`. */
export function crc64(bytes: Uint8Array, start: number, end: number): Uint32Array {
  table ??= makeTable();
  let low = 0;
  let high = 0;
  for (let i = start; i < end; i++) {
    const entry = 2 * ((low ^ bytes[i]!) & 0xff);
    low = ((low >>> 8) | (high << 24)) ^ table[entry]!;
    high = (high >>> 8) ^ table[entry + 1]!;
  }
  return Uint32Array.of(low, high);
}

function makeTable(): Uint32Array {
  const made = new Uint32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const out = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      // The polynomial, last bit first.
      if (out === 1) {
        low ^= 0xac4bc9b5;
        high ^= 0x95ac9329;
      }
    }
    made[2 * byte] = low;
    made[2 * byte + 1] = high;
  }
  return made;
}
