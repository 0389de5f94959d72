import { expect, test } from 'vitest';
import { attackCodecs, attackHelpers, attackLinks } from './fuzzing.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

for (let seed = 1; seed <= scale; seed++) {
  test(`a million random and edited byte strings crash, hang and over-allocate nothing (seed ${seed})`, () => {
    for (const { refused } of attackCodecs({ seed, runs: 170_000 })) expect(refused).toBeGreaterThan(170_000);
  });

  test(`a million spoiled messages end links, and nothing else (seed ${seed})`, async () => {
    const { frames, ended } = await attackLinks(seed, 1_000_000);
    expect(frames).toBeGreaterThan(50_000);
    expect(ended).toBeGreaterThan(50_000);
  });

  test(`a million spoiled messages to channels, requests and streams end nothing else either (seed ${seed})`, async () => {
    const { dropped, handled } = await attackHelpers(seed, 1_000_000);
    expect(dropped).toBeGreaterThan(50_000);
    expect(handled).toBeGreaterThan(5000);
  });
}
