/** `npm run sim -- two-phase` */
import type { System } from '../src/index.js';
import type { PlainWords } from '../test/systems/plain.js';
import { twoPhaseForgetful } from '../test/systems/two-phase.js';

export { HOW_RUN as options } from '../test/systems/all.js';
export { twoPhase as system } from '../test/systems/two-phase.js';
export const variants: Record<string, System<PlainWords>> = { forgetful: twoPhaseForgetful };
