/** Lets a seed choose what happens next. */
import { pick, seededRandom, type Vocabulary } from '@dsys/core';
import type { SimAction } from '@dsys/sim';
import type { Stage } from './scene.js';

/** How often something goes wrong. */
export type Weather = 'none' | 'some' | 'many';

const CALM = ['deliver', 'flushed', 'applied', 'snapshot', 'restart'];
/** Timeouts and clients are no faults, but they don't come while messages are on their way. */
const QUIET = ['timeout', 'ask'];
/** Of eight draws so many may be anything. */
const RESTLESS: Readonly<Record<Weather, number>> = { none: 0, some: 1, many: 4 };

/** The name of what happens next; null when nothing can. A message that is delayed is left alone, and no disk is lost. */
export function chosenBySeed<V extends Vocabulary>(
  { held }: Stage<V>,
  enabled: readonly SimAction[],
  weather: Weather,
  seed: number,
): string | null {
  const random = seededRandom(seed);
  const possible = enabled.filter((each) => each.type !== 'wipe' && !('frame' in each && held.has(each.frame)));
  const calm = possible.filter(({ type }) => CALM.includes(type));
  const rest = possible.filter((each) => !calm.includes(each));
  const draw = pick(random, [0, 1, 2, 3, 4, 5, 6, 7]);
  const quiet = rest.filter(({ type }) => QUIET.includes(type));
  const restless = weather === 'none' ? quiet : [...rest, ...calm];
  // The eighth draw is what sets things going again, in any weather.
  const from = calm.length > 0 && draw < 8 - Math.max(1, RESTLESS[weather]) ? calm : restless;
  return from.length === 0 ? null : pick(random, from).id;
}
