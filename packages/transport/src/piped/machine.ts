/** What a carrier takes from outside beside its pipes; tests put another in its place. */
export interface Machine {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back once, unless cancelled. Keeps the process alive only where it is asked to. */
  after(ms: number, callback: () => void, keepsAlive?: boolean): () => void;
  /** A number in `[0, 1)`. */
  random(): number;
}
