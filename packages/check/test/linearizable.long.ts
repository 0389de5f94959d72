import { below, pick, seededRandom, split } from '@dsys/core';
import { describe, expect, test } from 'vitest';
import { casRegister, linearizable, operationsOf } from '../src/index.js';
import { hasOrder } from './brute-force.js';
import { randomHistory } from './random-history.js';

const HISTORIES = 10_000 * Number(process.env['DSYS_SCALE'] ?? 1);

describe('against the definition', () => {
  test(`${HISTORIES} random histories of a register with cas have the same verdict`, () => {
    let legal = 0;
    for (let seed = 0; seed < HISTORIES; seed++) {
      const random = split(seededRandom(seed), 'long');
      const history = randomHistory(random, {
        processes: 4,
        operations: 7,
        draw: (r) =>
          pick(r, [
            { f: 'write', input: below(r, 3), output: null },
            { f: 'read', output: pick(r, [null, 0, 1, 2]) },
            { f: 'cas', input: [below(r, 3), below(r, 3)], output: true },
          ]),
      });
      const expected = hasOrder(casRegister, operationsOf(history));
      if (expected) legal++;
      expect({ seed, verdict: linearizable(history, casRegister).verdict }).toEqual({
        seed,
        verdict: expected ? 'ok' : 'illegal',
      });
    }
    expect(legal).toBeGreaterThan(HISTORIES / 50);
    expect(legal).toBeLessThan(HISTORIES * 0.98);
  }, 600_000);
});
