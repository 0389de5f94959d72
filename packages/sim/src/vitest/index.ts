/**
 * A matcher for vitest. With it a test says what a simulation must come to, and a failure says how to see it again.
 *
 *     expect.extend(simMatchers);
 *     test('holds', () => expect(simulateSeeds(system, { seeds: 50 })).toHoldUp());
 */
export { type HoldUpMatchers, type HoldUpVerdict, simMatchers } from './matchers.js';
