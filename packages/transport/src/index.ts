/**
 * Say here in one sentence what a user gets.
 *
 * @module
 */
export { firstIdea } from './first-idea.js';
export type { Lane, NodeId, SendResult, Transport } from './transport.js';
