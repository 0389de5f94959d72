import { expect, test } from 'vitest';
import { fuzzFrames } from './tcp-fuzz.js';

const scale = Number(process.env['DSYS_SCALE'] ?? 1);

test.each(Array.from({ length: 10 * scale }, (_, i) => [i + 1]))(
  '100,000 fuzzed frames crash, hang and over-allocate nothing, seed %i',
  (seed) => {
    const before = process.memoryUsage().arrayBuffers;
    const { handedOut, faults } = fuzzFrames({ frames: 100_000, seed });
    expect(handedOut).toBeGreaterThan(5000);
    expect(faults).toBeGreaterThan(50);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(256 << 20);
  },
);
