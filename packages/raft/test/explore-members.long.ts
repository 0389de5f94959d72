/** Larger spaces of a joint change with a crash. What of them was not visited is said. */
import { expect, test } from 'vitest';
import { exploreMembers, type MembersSpace } from './exploring-members.js';

const SCALE = Number(process.env['DSYS_SCALE'] ?? 1);
const MOST = 30_000 * SCALE;

const SPACES: Readonly<Record<string, MembersSpace>> = {
  'a joint change that a crash has cut in two, two candidates, the disk on its own': {
    from: 'halfway',
    standing: ['n2', 'n3'],
    crashes: 0,
    isQuiet: true,
    maxStates: MOST,
  },
  'a joint change from the beginning, one crash, one candidate, fused': {
    from: 'asked',
    standing: ['n3'],
    crashes: 1,
    fused: true,
    isQuiet: true,
    maxStates: MOST,
  },
  'a joint change from the beginning, no crash, the disk on its own': {
    from: 'asked',
    standing: ['n3'],
    crashes: 0,
    isQuiet: true,
    maxStates: MOST,
  },
};

test.each(Object.entries(SPACES))('nothing is found in %s', { timeout: 3_600_000 * SCALE }, (name, space) => {
  const began = performance.now();
  const { violation, states, levels, isComplete, sometimes } = exploreMembers(space);
  const seconds = Math.round((performance.now() - began) / 1_000);
  const extent = isComplete ? 'all of them' : `the first, ${levels} levels`;
  console.log(`${name}: ${states} states (${extent}) in ${seconds} s`, sometimes);
  expect(violation).toBeNull();
  expect(sometimes['a later leader leads']).toBeGreaterThan(0);
});
