import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as hashes from '../src/index.js';
import { functions, others } from './functions.js';
import { anyText, utf8 } from './inputs.js';

const names = Object.keys(functions);

test('every function of the package is under test here', () => {
  expect([...names, ...others].sort()).toEqual(Object.keys(hashes).sort());
});

describe.each(names)('%s', (name) => {
  const of = functions[name]!;

  test('a string hashes as its UTF-8 bytes do', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(of(text)).toBe(of(utf8(text)));
      }),
    );
  });

  test('an ASCII string of any length from 0 to 130 hashes as its bytes do', () => {
    for (let length = 0; length <= 130; length++) {
      const text = Array.from({ length }, (_, i) => String.fromCharCode((i * 89 + length) % 128)).join('');
      expect(of(text), `length ${length}`).toBe(of(utf8(text)));
    }
  });

  test('one character that is not ASCII, anywhere in a string of up to 66, is noticed', () => {
    for (const odd of ['\u0080', '\u00ff', '\u0100', '\u0161', '\u4e00', '\ud83d', '\uff41']) {
      for (let length = 1; length <= 66; length += 5) {
        for (let at = 0; at < length; at++) {
          const text = 'a'.repeat(at) + odd + 'a'.repeat(length - at - 1);
          expect(of(text), `${at} of ${length}`).toBe(of(utf8(text)));
        }
      }
    }
  });

  test('a lone surrogate hashes as U+FFFD', () => {
    for (const pad of ['', 'x'.repeat(7), 'x'.repeat(50)]) {
      expect(of(`${pad}\ud800`)).toBe(of(`${pad}\ufffd`));
      expect(of(`\udc00${pad}`)).toBe(of(`\ufffd${pad}`));
    }
  });

  test('a string that the engine has pieced together or cut out hashes as a plain one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: 20, maxLength: 60 }), fc.nat(19), (text, at) => {
        const joined = text.slice(0, at) + text.slice(at);
        const cut = `${text}${text}`.slice(text.length);
        expect([of(joined), of(cut)]).toEqual([of(utf8(text)), of(utf8(text))]);
      }),
    );
  });

  test('an integer hashes as its 8 bytes, little-endian, two’s complement', () => {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        view.setBigInt64(0, BigInt(n), true);
        expect([of(n), of(BigInt(n))]).toEqual([of(bytes), of(bytes)]);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (n) => {
        view.setBigInt64(0, BigInt.asIntN(64, n), true);
        expect(of(n)).toBe(of(bytes));
      }),
    );
  });

  test('a number that is no safe integer hashes as its float64, little-endian', () => {
    const bytes = new Uint8Array(8);
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (n) => {
        fc.pre(!Number.isSafeInteger(n));
        new DataView(bytes.buffer).setFloat64(0, n, true);
        expect(of(n)).toBe(of(bytes));
      }),
    );
  });

  test('bytes hash alike wherever they lie in their buffer, and as a Buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(9), (bytes, offset) => {
        const room = new Uint8Array(bytes.length + offset + 3).fill(0xa5);
        room.set(bytes, offset);
        const view = room.subarray(offset, offset + bytes.length);
        expect([of(view), of(Buffer.from(bytes))]).toEqual([of(bytes), of(bytes)]);
      }),
    );
  });

  test('a call leaves nothing behind that changes the next', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.uint8Array({ maxLength: 300 }), (a, b, bytes) => {
        const alone = of(a);
        of(b);
        of(bytes);
        of(7n);
        expect(of(a)).toBe(alone);
      }),
      { numRuns: 50 },
    );
  });

  test('a string of more than 1 MiB hashes as its bytes do, ASCII or not', () => {
    for (const text of ['0123456789abcdef'.repeat(70_000), 'größe 🔑 '.repeat(120_000)]) {
      expect(of(text)).toBe(of(utf8(text)));
    }
  });
});

// wt6 and hsieh are weak enough to be the same for two keys that differ in one byte.
test.each(names.filter((name) => name !== 'wt6' && name !== 'hsieh'))('changing one byte changes %s', (name) => {
  const of = functions[name]!;
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, by) => {
        const other = bytes.slice();
        other[at % bytes.length]! ^= by;
        expect(of(other)).not.toBe(of(bytes));
      },
    ),
  );
});

test('crc32 goes on where another left off', () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      const joined = new Uint8Array([...utf8(a), ...utf8(b)]);
      expect(hashes.crc32(b, hashes.crc32(a))).toBe(hashes.crc32(joined));
    }),
  );
});

test('the lower 16 bits of crc16Uncut are crc16', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(hashes.crc16Uncut(text) & 0xffff).toBe(hashes.crc16(text));
    }),
  );
});
