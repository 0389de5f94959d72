import { randomBytes } from 'node:crypto';
import type { FileSystem } from './filesystem.js';
import { acquireLock, type Lock } from './lock.js';
import { nodeFiles } from './node-files.js';

/** All that the log takes from outside: tests put another in its place. */
export interface Machine {
  readonly files: FileSystem;
  /** Keeps every other process out of a folder. */
  lock(folder: string, options: { readonly takeOver: boolean }): Promise<Lock>;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back once, unless cancelled. Doesn't keep the process alive. */
  after(ms: number, callback: () => void): () => void;
  random(bytes: number): Uint8Array;
}

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  files: nodeFiles,
  lock: (folder, options) => acquireLock(nodeFiles, folder, options),
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
  random: (bytes) => new Uint8Array(randomBytes(bytes)),
};
