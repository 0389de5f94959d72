import { checkCodec } from '@dsys/codec/testing';
import { expect, test } from 'vitest';
import { attack } from './fuzz.js';
import { hllCodec, readers, ullCodec } from './good-codecs.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

// Together a million byte strings and more, at a scale of 1.
for (let seed = 1; seed <= scale; seed++) {
  test(`HyperLogLog and UltraLogLog: 400,000 byte strings and more crash, hang and over-allocate nothing (seed ${seed})`, () => {
    for (const codec of [hllCodec, ullCodec]) {
      const tally = checkCodec(codec as typeof hllCodec, { seed, runs: 62_500 });
      expect(tally.refused).toBeGreaterThan(200_000);
    }
  });

  test.each(readers)(`$name: 130,000 of them (seed ${seed})`, (reader) => {
    const { refused, accepted } = attack(reader, 130_000, seed);
    expect(refused).toBeGreaterThan(20_000);
    expect(accepted).toBeGreaterThan(2000);
  });
}
