import { checkCodec } from '@dsys/codec/testing';
import { expect, test } from 'vitest';
import { scale } from './laws.js';
import { codecs } from './stored.js';

for (let seed = 1; seed <= scale; seed++)
  test.each(Object.entries(codecs))(
    `%s: 200,000 byte strings crash, hang and over-allocate nothing (seed ${seed})`,
    (_, codec) => {
      // A run is noise and an edit, each outside and inside of the envelope: 4 cases.
      const tally = checkCodec(codec, { seed, runs: 50_000 });
      expect(tally.refused + tally.accepted).toBeGreaterThanOrEqual(200_000 - 2000);
      expect(tally.refused).toBeGreaterThan(100_000);
    },
  );
