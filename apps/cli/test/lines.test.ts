import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../src/frame/lines.js';

/** All lines, copied batch by batch as a caller that keeps them has to. */
async function linesOf(chunks: readonly Uint8Array[], reader = new LineReader('keys.txt')): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of reader.read(Readable.from(chunks)))
    for (const line of batch) lines.push(Buffer.from(line).toString('latin1'));
  return lines;
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('lines come out whole, wherever the stream is cut into chunks', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\t', ' ', '\0'), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      fc.array(fc.nat(20)),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (lines, cuts, end, atEnd) => {
        const text = lines.join(end) + (atEnd ? end : '');
        const chunks: Uint8Array[] = [];
        let start = 0;
        for (const cut of cuts) chunks.push(bytes(text.slice(start, (start += cut))));
        chunks.push(bytes(text.slice(start)));
        expect(await linesOf(chunks.filter((chunk) => chunk.length > 0))).toEqual(lines.filter((one) => one !== ''));
      },
    ),
  );
});

test('a batch of lines is not disturbed by what is carried over from the same chunk', async () => {
  const reader = new LineReader('keys.txt');
  const batches = reader.read(Readable.from([bytes('aaaa'), bytes('aa\nbbbbbbbb'), bytes('b\n')]));
  const first = (await batches.next()).value as Uint8Array[];
  expect(Buffer.from(first[0]!).toString()).toBe('aaaaaa');
});

test('empty lines are counted and passed over', async () => {
  const reader = new LineReader('keys.txt');
  expect(await linesOf([bytes('\na\n\r\n\nb\n')], reader)).toEqual(['a', 'b']);
  expect(reader).toMatchObject({ lineCount: 5, emptyCount: 3, byteCount: 8 });
});

test('a byte order mark at the beginning belongs to no line', async () => {
  expect(await linesOf([Buffer.from('\ufeffa\nb\n')])).toEqual(['a', 'b']);
});

test('a carriage return in the middle of a line is part of it', async () => {
  expect(await linesOf([bytes('a\rb\n')])).toEqual(['a\rb']);
});

test('the longest line is taken, also with CRLF and in pieces, and one byte more is refused with its number', async () => {
  const longest = (): LineReader => new LineReader('keys.txt', 10);
  expect(await linesOf([bytes('0123456789\r\n0123456789')], longest())).toEqual(['0123456789', '0123456789']);
  expect(await linesOf([bytes('01234'), bytes('56789'), bytes('\r'), bytes('\n')], longest())).toEqual(['0123456789']);
  const refused = { exitCode: 3, message: 'keys.txt:2: the line is longer than 10 bytes' };
  await expect(linesOf([bytes('a\n0123456789a\n')], longest())).rejects.toMatchObject(refused);
  await expect(linesOf([bytes('a\n01234'), bytes('56789'), bytes('a')], longest())).rejects.toMatchObject(refused);
});

test('a line that never ends is refused when it is too long, not when memory is', async () => {
  let served = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      served += 65_536;
      yield new Uint8Array(65_536).fill(0x61);
    }
  }
  const reader = new LineReader('stdin');
  await expect(reader.read(endless()).next()).rejects.toThrow('stdin:1: the line is longer than 1,048,576 bytes');
  expect(served).toBeLessThan(2 << 20);
});
