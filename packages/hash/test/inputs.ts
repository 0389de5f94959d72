import fc from 'fast-check';

/** The input of every file in `vectors/hash-vectors`: byte i is (37 · i + 11) mod 256. */
export const vectorInput = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 0xff);

/** An unsigned number as so many hexadecimal digits. */
export const hex = (value: number | bigint, digits: number): string => value.toString(16).padStart(digits, '0');

/** The bytes that pairs of hexadecimal digits name. */
export const fromHex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'));

/** The UTF-8 bytes of a text, from the platform. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Text of every kind: ASCII, Latin, CJK, emoji, and any UTF-16 units at all, so lone surrogates too. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 100 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 }).map((units) => String.fromCharCode(...units)),
  fc
    .tuple(
      fc.string({ unit: 'binary-ascii', maxLength: 60 }),
      fc.constantFrom('\u0080', 'ÿ', 'Ā', '字', '🔑', '\ud800', '\udc00'),
    )
    .chain(([ascii, odd]) => fc.nat(ascii.length).map((at) => ascii.slice(0, at) + odd + ascii.slice(at))),
);
