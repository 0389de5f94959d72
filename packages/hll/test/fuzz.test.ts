import { codecLaws } from '@dsys/codec/testing';
import { describe, expect, test } from 'vitest';
import { attack } from './fuzz.js';
import { hllCodec, readers, ullCodec } from './good-codecs.js';

describe('stored forms keep the laws of a codec', () => {
  for (const law of codecLaws(hllCodec, { runs: 1000 })) test(`HyperLogLog: ${law.name}`, () => void law.check());
  for (const law of codecLaws(ullCodec, { runs: 1000 })) test(`UltraLogLog: ${law.name}`, () => void law.check());
});

// With the laws above, 20,000 byte strings and more.
test.each(readers)('$name: edited, cut and random bytes are refused by name, or read as a sketch', (reader) => {
  const { refused, accepted } = attack(reader, reader.name === 'Redis' ? 1000 : 4500, 1);
  expect(refused).toBeGreaterThan(300);
  expect(accepted).toBeGreaterThan(50);
});
