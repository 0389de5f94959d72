/** `npm run sim -- primary-backup` */
import type { System } from '../src/index.js';
import type { PlainWords } from '../test/systems/plain.js';
import { primaryBackupHasty } from '../test/systems/primary-backup.js';

export { HOW_RUN as options } from '../test/systems/all.js';
export { primaryBackup as system } from '../test/systems/primary-backup.js';
export const variants: Record<string, System<PlainWords>> = { hasty: primaryBackupHasty };
