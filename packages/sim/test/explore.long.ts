/** The right versions of the small protocols to the end of their spaces, which are too large for every day. */
import { expect, test } from 'vitest';
import { exploreSystem } from './exploring.js';
import { paxos } from './systems/paxos.js';
import { register } from './systems/register.js';

test.each([
  [paxos.name, paxos, 216_081],
  [register.name, register, 89_684],
])(
  'nothing is found in all states of %s, where flushes take no time',
  { timeout: 1_200_000 },
  (name, system, count) => {
    const began = performance.now();
    const { violation, isComplete, states, levels, sometimes } = exploreSystem(system, { fused: true, maxStates: 1e6 });
    const perSecond = Math.round((states / (performance.now() - began)) * 1_000);
    console.log(`${name}: ${states} states, ${levels} levels, ${perSecond} states a second`);
    expect({ violation, isComplete, states }).toEqual({ violation: null, isComplete: true, states: count });
    for (const [what, times] of Object.entries(sometimes)) expect(times, what).toBeGreaterThan(0);
  },
);
