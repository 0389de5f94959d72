import { expect, test } from 'vitest';
import { fuzz } from './fuzz.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

test('a million byte strings, times DSYS_SCALE: each is refused by a DecodeError, or is what encoding gives', () => {
  for (let seed = 1; seed <= 10 * scale; seed++) expect(fuzz(100_000, seed).taken).toBeGreaterThan(1000);
}, 1_800_000);
