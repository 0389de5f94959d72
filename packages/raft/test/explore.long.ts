/** Larger spaces of the real core. What of them was not visited is said. */
import { expect, test } from 'vitest';
import { exploreSpace, type Space } from './exploring.js';

const SCALE = Number(process.env['DSYS_SCALE'] ?? 1);
const MOST = 300_000 * SCALE;

const SPACES: Readonly<Record<string, Space>> = {
  'three nodes, one term, one command, one crash, the disk on its own': {
    nodes: 3,
    terms: 1,
    entries: 1,
    crashes: 1,
    maxStates: MOST,
  },
  'three nodes, two terms, one command, one crash, fused': {
    nodes: 3,
    terms: 2,
    entries: 1,
    crashes: 1,
    fused: true,
    maxStates: MOST,
  },
  'two nodes, two terms, two commands, the disk on its own': { nodes: 2, terms: 2, entries: 2, maxStates: MOST },
};

test.each(Object.entries(SPACES))('nothing is found in %s', { timeout: 3_600_000 * SCALE }, (name, space) => {
  const began = performance.now();
  const { violation, states, levels, isComplete, sometimes } = exploreSpace(space);
  const seconds = Math.round((performance.now() - began) / 1_000);
  const extent = isComplete ? 'all of them' : `the first, ${levels} levels`;
  console.log(`${name}: ${states} states (${extent}) in ${seconds} s`, sometimes);
  expect(violation).toBeNull();
  for (const what of ['a node leads', 'a command is committed'] as const)
    expect(sometimes[what], what).toBeGreaterThan(0);
});
