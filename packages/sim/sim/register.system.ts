/** `npm run sim -- register` */
import type { System } from '../src/index.js';
import type { PlainWords } from '../test/systems/plain.js';
import { registerWithoutOverlap } from '../test/systems/register.js';

export { HOW_RUN as options } from '../test/systems/all.js';
export { register as system } from '../test/systems/register.js';
export const variants: Record<string, System<PlainWords>> = { 'without-overlap': registerWithoutOverlap };
