import { describe, expect, test } from 'vitest';
import { Digest, digestOf } from '../src/index.js';

const digest = (feed: (digest: Digest) => void): string => {
  const made = new Digest();
  feed(made);
  return made.text();
};

describe('a digest', () => {
  // Frozen: saved runs name their frames by it, so another value would make old runs unreadable.
  test('is the same for ever', () => {
    expect(digest(() => undefined)).toBe('7f4a7c159e3779b9');
    expect(digestOf(new Uint8Array(0))).toBe('c10e8ce4');
    expect(digestOf(Uint8Array.of(1, 2, 3, 4, 5))).toBe('79f568ef');
    expect(digest((made) => made.string('n1'))).toBe('874c9cf394adeb0e');
    expect(digest((made) => made.number(2 ** 40 + 1))).toBe('818a265d21eb7d71');
  });

  test('tells apart what differs in length, order, sign or above 32 bits', () => {
    const strings = ['', '\0', 'ab', 'ba'].map((text) => digest((made) => made.string(text)));
    const bytes = [[], [0], [0, 0], [0, 0, 0, 0]].map((each) => digest((made) => made.bytes(Uint8Array.from(each))));
    const values = [0, 1, -1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52, -(2 ** 40)];
    const numbers = values.map((value) => digest((made) => made.number(value)));
    for (const texts of [strings, bytes, numbers]) expect(new Set(texts).size).toBe(texts.length);
  });

  test('of 20,000 short messages hardly two agree', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) seen.add(digestOf(Uint8Array.of(1, i & 3, i >> 2, i >> 10, 0)));
    expect(seen.size).toBeGreaterThan(19_990);
  });

  test('a clone goes on apart', () => {
    const first = new Digest();
    first.string('a');
    const second = first.clone();
    expect(second.text()).toBe(first.text());
    second.number(1);
    expect(second.text()).not.toBe(first.text());
  });
});
