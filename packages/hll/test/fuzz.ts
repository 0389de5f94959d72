import { isDecodeError } from '@dsys/codec';
import { expect } from 'vitest';
import type { Reader } from './good-codecs.js';
import { generator } from './support.js';

/**
 * Random edits of good bytes, cut, lengthened, and bytes from nowhere: each is refused by a `DecodeError`, or read as a
 * sketch that is written and read again as the same. Returns how many were refused and accepted.
 */
export function attack({ samples, read }: Reader, runs: number, seed: number): { refused: number; accepted: number } {
  const random = generator(seed);
  const below = (n: number): number => random() % n;
  let refused = 0;
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    let bytes = samples[below(samples.length)]!.slice();
    const how = below(8);
    if (how === 0) bytes = Uint8Array.from({ length: below(64) }, () => below(256));
    else if (how === 1) bytes = bytes.slice(0, below(bytes.length + 1));
    else if (how === 2) bytes = Uint8Array.from([...bytes.subarray(0, 64), ...bytes.subarray(below(bytes.length + 1))]);
    else
      for (let edits = 1 + below(3); edits > 0 && bytes.length > 0; edits--) {
        // Heads decide most: half of the edits go there.
        const at = below(2) === 0 ? below(Math.min(bytes.length, 20)) : below(bytes.length);
        bytes[at] = below(3) === 0 ? 255 : below(2) === 0 ? bytes[at]! ^ (1 << below(8)) : below(256);
      }
    try {
      const { state, written } = read(bytes);
      accepted++;
      if (run % 16 === 0 && Buffer.compare(read(written).state, state) !== 0)
        expect.fail(
          `seed ${seed}, run ${run}: comes back as another sketch: ${Buffer.from(bytes).toString('hex').slice(0, 200)}`,
        );
    } catch (error) {
      if (!isDecodeError(error))
        throw new Error(`seed ${seed}, run ${run}: ${Buffer.from(bytes).toString('hex').slice(0, 200)}`, {
          cause: error,
        });
      refused++;
    }
  }
  return { refused, accepted };
}
