/** The runs whose hashes must agree between two runs of one engine, and between engines. */
import { simulate, simulateService } from '../src/index.js';
import { randomPings } from './pings.js';
import { counterSystem } from './services.js';

export const TRACE_SEEDS = [1, 2, 3, 4];

/** By seed: the hash of the whole trace, and of the state in which it ends. */
export function hashes(): Record<string, string> {
  const runs = TRACE_SEEDS.map((seed) => {
    const { traceHash, finalDigest } = simulate(randomPings, {
      seed,
      operations: 50,
      maxUs: 8_000_000,
      tailUs: 1_000_000,
    });
    return [`${seed}`, `${traceHash} ${finalDigest}`];
  });
  return Object.fromEntries(runs) as Record<string, string>;
}

/** The same of a service written with promises. */
export async function serviceHashes(): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const seed of [1, 2, 3, 6]) {
    const options = { seed, scaleUs: 100_000, operations: 60, maxUs: 4_000_000, tailUs: 300_000 };
    const { traceHash, finalDigest } = await simulateService(counterSystem(), options);
    hashes[seed] = `${traceHash} ${finalDigest}`;
  }
  return hashes;
}
