/**
 * The delivery contract as a suite: cases without a test runner, the harness that they need, and the capabilities that a
 * carrier declares.
 *
 * @module
 */
export { ConformanceError, type HarnessAbility, type TransportHarness } from './harness.js';
export { type TransportCapabilities, type TransportCase, type TransportUnderTest, transportCases } from './suite.js';
