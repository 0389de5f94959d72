import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Verdict, visit } from './visit.js';

/** A fault, and who notices it. */
export interface Mutant {
  /** The museum's number, such as `R20`, or one of the package's own. */
  readonly id: string;
  /** What the fault is, as a sentence. */
  readonly sentence: string;
  /** The source that it is in, from the package's folder. */
  readonly file: string;
  /** Text that is in that file exactly once, and what stands there in the mutant. */
  readonly find: string;
  readonly replace: string;
  /** Test files of the package, at least one test of which must fail: `test/scenarios.test.ts`. */
  readonly killedBy: readonly string[];
  /** With the fault a test waits for what never comes, on a real socket or disk say: running out of time is how it fails. */
  readonly neverComes?: true;
}

/** Makes one test a mutant. Call it in `test/museum.test.ts` of the package, with that file's `import.meta.url`. */
export function museum(testUrl: string, mutants: readonly Mutant[]): void {
  const folder = dirname(dirname(fileURLToPath(testUrl)));
  describe('the bug museum', () => {
    let verdicts: ReadonlyMap<string, Verdict> = new Map();
    beforeAll(async () => {
      verdicts = await visit(folder, mutants);
    }, 240_000);

    test.each(mutants.map((mutant) => [mutant.id, mutant.sentence]))('%s: %s', (id) => {
      const verdict = verdicts.get(id)!;
      expect(verdict.fault).toBeNull();
      expect(verdict.killedBy, 'no test noticed: one is missing').not.toEqual([]);
    });
  });
}
