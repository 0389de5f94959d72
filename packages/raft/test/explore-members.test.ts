/** The first states of a joint change, from two voters to three: what is wrong with either half is near. More are in `explore-members.long.ts`. */
import { expect, test } from 'vitest';
import { exploreMembers } from './exploring-members.js';

test('R13: from where a crash has cut the joint configuration in two, no two leaders of a term are elected', () => {
  const { violation, states, sometimes } = exploreMembers({
    from: 'halfway',
    standing: ['n2', 'n3'],
    crashes: 0,
    isQuiet: true,
    maxStates: 1_200,
  });
  expect(violation).toBeNull();
  expect(states).toBeGreaterThanOrEqual(1_200);
  expect(sometimes['a later leader leads']).toBeGreaterThan(100);
});

test('R13: on the way through the joint configuration, with a crash, what is committed is on enough disks of each half', () => {
  const { violation, states, sometimes } = exploreMembers({
    from: 'asked',
    standing: ['n3'],
    crashes: 1,
    fused: true,
    isQuiet: true,
    maxStates: 900,
  });
  expect(violation).toBeNull();
  expect(states).toBeGreaterThanOrEqual(900);
  expect(sometimes['the joint configuration is left']).toBeGreaterThan(10);
});
