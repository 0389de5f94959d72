/**
 * A log in files: `openLog` gives a `Storage`, `inspectLog` says what a folder holds.
 *
 *     const log = await openLog('data/log');
 *     for await (const { position, bytes } of log.load()) …
 *     await log.append([record]);            // survives a power cut from here on
 */
export { type InspectEvent, type InspectOptions, inspectLog } from './inspect.js';
export type { FileLog } from './log.js';
export { type OpenLogOptions, openLog } from './open.js';
