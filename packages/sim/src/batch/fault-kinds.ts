/**
 * Profiles of one sort: drawn again until there is one. The first draw is the seed's own, so that a seed whose own profile
 * fits runs as it always does.
 */
import { type Random, seededRandom, split } from '@dsys/core';
import { drawProfile, GENTLE, type Profile, type Tolerated } from '../profile.js';

/** What every profile has; all else in it is a kind of fault. */
const RATES: readonly string[] = ['name', 'latencyUs', 'flushUs', 'applyUs'];

/** The kinds of fault that a profile can have, as it calls them. */
export const faultKinds = (): string[] => Object.keys(GENTLE).filter((kind) => !RATES.includes(kind));

/** Whether this kind happens in a profile. */
export const hasKind = (profile: Profile, kind: string): boolean =>
  profile[kind as keyof Profile] !== GENTLE[kind as keyof Profile];

/** What is drawn from. */
export interface Draw {
  readonly seed: number;
  readonly scaleUs: number;
  readonly tolerated?: Tolerated;
}

/** A profile of this name: `harsh` or `mild`. */
export function profileNamed(draw: Draw, name: 'harsh' | 'mild'): Profile {
  return drawUntil(draw, (profile) => profile.name === name)!;
}

/** The latencies of a harsh profile with this kind of fault alone, or none; null when it is not tolerated. */
export function profileAlone(draw: Draw, kind: string | null): Profile | null {
  const found = drawUntil(draw, (profile) => profile.name === 'harsh' && (kind === null || hasKind(profile, kind)));
  if (found === null) return null;
  const others = faultKinds().filter((each) => each !== kind);
  const off = Object.fromEntries(others.map((each) => [each, GENTLE[each as keyof Profile]]));
  return { ...found, ...off, name: kind ?? 'none' };
}

/** So rare is no kind of fault that it would not be drawn in so many. */
const DRAWS = 500;

function drawUntil({ seed, scaleUs, tolerated }: Draw, fits: (profile: Profile) => boolean): Profile | null {
  const root: Random = seededRandom(seed);
  for (let draw = 0; draw < DRAWS; draw++) {
    const profile = drawProfile(split(root, draw === 0 ? 'profile' : `profile ${draw}`), scaleUs, tolerated);
    if (fits(profile)) return profile;
  }
  return null;
}
