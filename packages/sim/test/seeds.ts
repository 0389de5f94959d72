/** Runs seeds, and says of the first that breaks something how to run it again. */
import type { Vocabulary } from '@dsys/core';
import { type SimulateOptions, type SimulationResult, type System, simulate } from '../src/index.js';

/** Throws at the first violation, with the line that replays it. */
export function allHold<V extends Vocabulary>(
  system: System<V>,
  options: Omit<SimulateOptions, 'seed'>,
  seeds: Iterable<number>,
): SimulationResult[] {
  const results: SimulationResult[] = [];
  for (const seed of seeds) {
    const result = simulate(system, { ...options, seed });
    if (result.violation !== null)
      throw new Error(
        `${result.violation.invariant}: ${result.violation.detail}\nAgain: simulate(${system.name}, ${JSON.stringify({ ...options, seed })})`,
      );
    results.push(result);
  }
  return results;
}

/** `from..to`, both included; of them only the one in DSYS_SEED when that is set. */
export function* seeds(from: number, to: number): Generator<number> {
  const one = process.env['DSYS_SEED'];
  if (one !== undefined) yield Number(one);
  else for (let seed = from; seed <= to; seed++) yield seed;
}
