/**
 * The laws of a core and its protocol, for protocols of your own, and for any test runner:
 *
 *     for (const { name, run } of protocolCases({ protocol, options })) test(name, run);
 *
 * Each case lets a few small worlds happen, with lost messages, crashes and restarts, and watches one law. Nothing is
 * random but by the seed, and a failure says how to run it again.
 *
 * @module
 */
export { type ProtocolCase, type ProtocolCaseOptions, protocolCases } from './cases.js';
export { ProtocolLawBroken } from './law-broken.js';
export type { ProtocolUnderTest } from './protocol-under-test.js';
