import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killAgainAndAgain } from './kill.js';

const SCALE = Number(process.env['DSYS_SCALE'] ?? 1);

test(
  `a process that is killed at ${200 * SCALE} random moments under load loses nothing that it had said`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dsys-wal-'));
    try {
      const seed = 1 + (Date.now() % 1_000_000);
      console.log(`seed ${seed}`);
      const { durable } = await killAgainAndAgain(join(folder, 'log'), 200 * SCALE, seed);
      expect(durable).toBeGreaterThan(1000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000 * SCALE,
);
