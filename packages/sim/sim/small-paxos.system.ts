/** `npm run sim -- small-paxos`: one decree, on a page. */
import type { System } from '../src/index.js';
import { paxosWithoutPromise } from '../test/systems/paxos.js';
import type { PlainWords } from '../test/systems/plain.js';

export { HOW_RUN as options } from '../test/systems/all.js';
export { paxos as system } from '../test/systems/paxos.js';
export const variants: Record<string, System<PlainWords>> = { 'without-promise': paxosWithoutPromise };
