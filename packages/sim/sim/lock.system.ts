/** `npm run sim -- lock` */
import type { System } from '../src/index.js';
import { lockByClock } from '../test/systems/lock.js';
import type { PlainWords } from '../test/systems/plain.js';

export { HOW_RUN as options } from '../test/systems/all.js';
export { lock as system } from '../test/systems/lock.js';
export const variants: Record<string, System<PlainWords>> = { 'by-clock': lockByClock };
