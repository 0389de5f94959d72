/**
 * The suite that a `Storage` of your own should pass: cases without a test runner, and the harness that they need.
 */
export { ConformanceError, type HarnessAbility, type StorageHarness } from './harness.js';
export { type StorageCase, storageCases } from './suite.js';
