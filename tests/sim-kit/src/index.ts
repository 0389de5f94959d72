/**
 * The command `npm run sim`. `systems.ts` finds what there is to run, `bundle.ts` makes it loadable, `engine.ts` runs it in
 * workers (`pool.ts`), `batch.ts` and `one-run.ts` say what came of it. The command `npm run museum` is in `museum.ts`.
 */
export type { Io } from './io.js';
export { main } from './main.js';
export { museum } from './museum.js';
