import type { Machine } from '../piped/machine.js';

/** The machine that this program runs on: Node, a browser, a worker. */
export const thisMachine: Machine = {
  now: () => performance.now(),
  after(ms, callback, keepsAlive = false) {
    const timer: unknown = setTimeout(callback, ms);
    // In Node it is an object; browsers give a number, and have no process to keep alive.
    if (!keepsAlive) (timer as { unref?(): void }).unref?.();
    return () => clearTimeout(timer as number);
  },
  random: () => Math.random(),
};
