/**
 * How long to wait before the next dial: "full jitter", a random part of a ceiling that doubles with each failure, so that
 * the nodes that lost a peer together don't come back to it together.
 *
 *     failures in a row    0      1       2       3       4       5 and more
 *     at most             50    100     200     400     800     1000 ms
 *
 * (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
 */
const FIRST_CEILING_MS = 50;
const LAST_CEILING_MS = 1000;

/** Milliseconds, for a `random` in `[0, 1)`. */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(failures, 10));
}
