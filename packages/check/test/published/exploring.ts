/** Exploration that says how fast it was. */
import { type Exploration, type ExploreOptions, explore as plain, type TransitionSystem } from '../../src/index.js';

export function explore<S>(system: TransitionSystem<S>, options: ExploreOptions<S> = {}): Exploration<S> {
  const began = performance.now();
  const found = plain(system, options);
  const perSecond = Math.round((found.states / (performance.now() - began)) * 1_000);
  if (found.states > 1_000) console.log(`${found.states} states, ${perSecond} a second`);
  return found;
}
