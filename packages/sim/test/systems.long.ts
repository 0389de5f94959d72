/** Which profile kills which fault, in how many seeds: printed, since a mix that kills nothing should be drawn less. */
import { describe, expect, test } from 'vitest';
import { simulate } from '../src/index.js';
import { forgetfulPings, hastyPings } from './pings.js';
import { allHold, seeds } from './seeds.js';
import { BROKEN, OPTIONS, RIGHT } from './systems/all.js';

const SCALE = Number(process.env['DSYS_SCALE'] ?? 1);

describe('small protocols that are right', () => {
  test.each(RIGHT.map((system) => [system.name, system] as const))('%s holds in many seeds', (_name, system) => {
    allHold(system, { ...OPTIONS, operations: 200 }, seeds(1_000, 1_000 + 100 * SCALE));
  });
});

test('every fault is found out by blind seeds', () => {
  const rows: Record<string, string> = {};
  const options = { operations: 100_000, maxUs: 30_000_000, tailUs: 0 };
  const all = [
    ...BROKEN.map((system) => ({ system, options: OPTIONS })),
    ...[hastyPings, forgetfulPings].map((system) => ({ system, options })),
  ];
  for (const [i, { system, options }] of all.entries()) {
    const kills = { harsh: 0, mild: 0 };
    const runs = { harsh: 0, mild: 0 };
    for (let seed = 1; seed <= 40 * SCALE; seed++) {
      const { violation, profile } = simulate(system as (typeof BROKEN)[0], { ...options, seed });
      const kind = profile.name as keyof typeof kills;
      runs[kind]++;
      if (violation !== null) kills[kind]++;
    }
    const name = i === all.length - 2 ? 'hasty pings' : i === all.length - 1 ? 'forgetful pings' : system.name;
    rows[name] = `harsh ${kills.harsh}/${runs.harsh}, mild ${kills.mild}/${runs.mild}`;
    expect(kills.harsh + kills.mild, name).toBeGreaterThan(0);
  }
  console.log(
    Object.entries(rows)
      .map(([name, row]) => `${name}: ${row}`)
      .join('\n'),
  );
});
