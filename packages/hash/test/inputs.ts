/** The input of every file in `vectors/hash-vectors`: byte i is (37 · i + 11) mod 256. */
export const vectorInput = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff);

/** An unsigned number as so many hexadecimal digits. */
export const hex = (value: number | bigint, digits: number): string => value.toString(16).padStart(digits, '0');
