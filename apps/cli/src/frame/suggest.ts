import { distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant, or undefined when none is near: a third of the letters may be wrong, or the
 * beginning or end may be missing.
 */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const name of names) {
    const d = distanceTo(name.toLowerCase(), written.toLowerCase());
    if (d < bestDistance) [best, bestDistance] = [name, d];
  }
  return best;
}

function distanceTo(name: string, written: string): number {
  const { length } = written;
  const whole = distance(name, written);
  return length < 4
    ? whole
    : Math.min(whole, 1 + distance(name.slice(0, length), written), 1 + distance(name.slice(-length), written));
}
