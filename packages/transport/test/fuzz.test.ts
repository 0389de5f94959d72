import { expect, test } from 'vitest';
import { attackCodecs, attackHelpers, attackLinks } from './fuzzing.js';

test('random and edited bytes are refused in words, and ask for no memory', () => {
  for (const { refused, accepted } of attackCodecs({ seed: 1, runs: 3000 })) {
    expect(refused).toBeGreaterThan(3000);
    expect(accepted).toBeGreaterThan(100);
  }
});

test('20,000 spoiled messages end links, and nothing else', async () => {
  const { frames, ended } = await attackLinks(1, 20_000);
  expect(frames).toBeGreaterThan(1000);
  expect(ended).toBeGreaterThan(1000);
});

test('20,000 spoiled messages to channels, requests and streams end nothing else either', async () => {
  const { dropped, handled } = await attackHelpers(1, 20_000);
  expect(dropped).toBeGreaterThan(1000);
  expect(handled).toBeGreaterThan(100);
});
