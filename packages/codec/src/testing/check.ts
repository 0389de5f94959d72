import type { CheckOptions, CodecUnderTest } from './codec-under-test.js';
import { LAWS } from './laws.js';
import { type Tally, Trial } from './trial.js';

/** A law, ready to be a test: `for (const law of codecLaws(codec)) test(law.name, law.check)`. */
export interface CodecLaw {
  readonly name: string;
  /** Throws `CodecLawBroken` at the first case that fails. */
  readonly check: () => Tally;
}

/** The laws one by one, for a test runner to name. */
export function codecLaws<T>(codec: CodecUnderTest<T>, options: CheckOptions = {}): CodecLaw[] {
  return LAWS.map(({ name, check }) => ({
    name,
    check: () => new Trial(name, codec, options).run(check),
  }));
}

/**
 * Tries every law and throws `CodecLawBroken` at the first case that fails. Decodes each sample about 30 times
 * a byte, twice that with an `inside`. A decoder that never returns is your test runner's to end.
 */
export function checkCodec<T>(codec: CodecUnderTest<T>, options: CheckOptions = {}): Tally {
  const sum: Tally = { cases: 0, refused: 0, accepted: 0, allocated: 0 };
  for (const law of codecLaws(codec, options)) {
    const tally = law.check();
    sum.cases += tally.cases;
    sum.refused += tally.refused;
    sum.accepted += tally.accepted;
    sum.allocated = Math.max(sum.allocated, tally.allocated);
  }
  if (options.only !== undefined && sum.cases === 0)
    throw new RangeError(`only must name a case of this codec and seed, got ${JSON.stringify(options.only)}`);
  return sum;
}
