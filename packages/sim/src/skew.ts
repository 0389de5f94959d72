/**
 * A node's clock is the world's, but for a rate and an offset:
 *
 *     it shows floor((now + floor(now · ppm / 10^6) + offset) / 1000) ms when the world's time is `now` µs
 */
export interface Skew {
  /** How much faster it runs, in parts in a million. */
  ppm: number;
  offsetUs: number;
}

const localUs = ({ ppm, offsetUs }: Skew, nowUs: number): number =>
  ppm === 0 ? nowUs + offsetUs : nowUs + Math.floor((nowUs * ppm) / 1_000_000) + offsetUs;

/** What the clock shows, in whole milliseconds. */
export const localMs = (skew: Skew, nowUs: number): number => Math.floor(localUs(skew, nowUs) / 1000);

/** The first microsecond of the world at which the clock shows so many milliseconds. */
export function firstUsAt(skew: Skew, ms: number): number {
  if (skew.ppm === 0) return Math.max(0, ms * 1000 - skew.offsetUs);
  let us = Math.max(0, Math.floor(((ms * 1000 - skew.offsetUs) * 1_000_000) / (1_000_000 + skew.ppm)));
  while (us > 0 && localUs(skew, us - 1) >= ms * 1000) us--;
  while (localUs(skew, us) < ms * 1000) us++;
  return us;
}
