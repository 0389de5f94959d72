import { describe, expect, test } from 'vitest';
import { type TransportUnderTest, transportCases } from '../src/testing/index.js';
import { channelHarness, MEMORY, memoryHarness, microtaskHarness } from './memory-harness.js';

const CARRIERS: Record<string, TransportUnderTest> = {
  'memory, by hand': { capabilities: MEMORY, makeHarness: memoryHarness, able: memoryHarness() },
  // Nothing can be made to wait there: what arrives does so before anybody looks.
  'memory, in microtasks': {
    capabilities: { ...MEMORY, lanes: false, backPressure: false },
    makeHarness: microtaskHarness,
    able: microtaskHarness(),
  },
  'a channel of a multiplexer': { capabilities: MEMORY, makeHarness: channelHarness, able: channelHarness() },
};

for (const [carrier, underTest] of Object.entries(CARRIERS))
  describe(carrier, () => {
    for (const { name, skipped, run } of transportCases(underTest)) if (skipped === null) test(name, run);
  });

test('a capability that the harness cannot test may not be declared', () => {
  const able = microtaskHarness();
  expect(() => transportCases({ capabilities: MEMORY, makeHarness: microtaskHarness, able })).toThrow(
    'lanes is declared, and the harness has no stall to test it with',
  );
});

test('what is not declared is left out by name', () => {
  const skipped = transportCases(CARRIERS['memory, by hand']!).filter((one) => one.skipped !== null);
  expect(skipped.map((one) => one.skipped)).toEqual([
    'authenticatedSender is not declared',
    'incarnations is not declared',
  ]);
});
