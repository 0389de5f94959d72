/** The wait before the next dial is a random part of a ceiling that doubles with each failure: 50, 100, 200 … 1000 ms. */
const FIRST_CEILING_MS = 50;
const LAST_CEILING_MS = 1000;

/**
 * Milliseconds, for a `random` in `[0, 1)`: "full jitter", so that those who lost a server together don't come back to it
 * together (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(failures, 10));
}
