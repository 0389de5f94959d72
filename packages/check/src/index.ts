/**
 * Say here in one sentence what a user gets.
 *
 * @module
 */
export { firstIdea } from './first-idea.js';
