/** What the carrier takes from outside beside its sockets; tests put another in its place. */
export interface Machine {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back once, unless cancelled. Doesn't keep the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** A number in `[0, 1)`. */
  random(): number;
}

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
