import { outOfRange } from '@dsys/codec';
import type { Vocabulary } from '../vocabulary.js';
import { ProtocolLawBroken } from './law-broken.js';
import { LAWS } from './laws.js';
import type { ProtocolUnderTest } from './protocol-under-test.js';

/** One law, and how to see whether it is kept. */
export interface ProtocolCase {
  /** The law, as a sentence. */
  readonly name: string;
  /** Throws `ProtocolLawBroken` for the first seed that breaks it. */
  run(): void;
}

/** How long it is tried. */
export interface ProtocolCaseOptions {
  /** The first seed, an integer from 0. Default 1. */
  readonly seed?: number;
  /** How many. Default 10: some tens of milliseconds a case for a small protocol. */
  readonly seeds?: number;
}

/**
 * What every protocol keeps, as cases that need no test runner. Each case makes worlds of its own, so that none depends on
 * another; a world that breaks another law ends there, and that law's case says so. Throws `RangeError` for bad options.
 */
export function protocolCases<V extends Vocabulary>(
  subject: ProtocolUnderTest<V>,
  { seed = 1, seeds = 10 }: ProtocolCaseOptions = {},
): ProtocolCase[] {
  const { nodeCount = 3 } = subject;
  if (!(Number.isInteger(nodeCount) && nodeCount >= 1 && nodeCount <= 7))
    throw outOfRange('nodeCount', 'an integer 1..7', nodeCount);
  if (!(Number.isInteger(seeds) && seeds >= 1)) throw outOfRange('seeds', 'an integer from 1', seeds);
  // A seed that is no number would run nothing, and pass.
  const last = Number.MAX_SAFE_INTEGER - seeds;
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= last)) throw outOfRange('seed', `an integer 0..${last}`, seed);
  return LAWS.map(({ id, name, check }) => ({
    name,
    run() {
      for (let each = seed; each < seed + seeds; each++)
        for (const { fault } of check(subject, each))
          if (fault?.law === id) throw new ProtocolLawBroken(name, fault.what, each, fault.cause);
    },
  }));
}
