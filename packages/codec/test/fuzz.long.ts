import { expect, test } from 'vitest';
import { checkCodec } from '../src/testing/index.js';
import { messages, stored } from './good-codecs.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

for (let seed = 1; seed <= scale; seed++) {
  test(`a million random and edited byte strings crash, hang and over-allocate nothing (seed ${seed})`, () => {
    const tally = checkCodec(messages, { seed, runs: 500_000, sampleCount: 200 });
    expect(tally.refused).toBeGreaterThan(500_000);
    expect(tally.accepted).toBeGreaterThan(50_000);
  });

  test(`nor do those that come behind a checksum (seed ${seed})`, () => {
    const tally = checkCodec(stored, { seed, runs: 100_000 });
    expect(tally.refused).toBeGreaterThan(200_000);
  });
}
