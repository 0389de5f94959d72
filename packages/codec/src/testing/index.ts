/**
 * Attacks a codec: does it keep its promises on good bytes, and its head on bad ones? For any test runner:
 *
 *     for (const law of codecLaws({ encode, decode, samples })) test(law.name, law.check);
 *
 * or all at once, `checkCodec({ encode, decode, samples })`. Nothing is random but by the seed, and a failure prints a
 * line that runs it again.
 *
 * @module
 */
export { type BrokenDetails, CodecLawBroken } from './broken.js';
export { type CodecLaw, checkCodec, codecLaws } from './check.js';
export type { CheckOptions, CodecUnderTest, Inside } from './codec-under-test.js';
export { insideEnvelope } from './inside-envelope.js';
export { Random } from './random.js';
export type { Tally } from './trial.js';
