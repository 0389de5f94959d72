import type {} from 'vitest';
import { readyTest } from '../batch/ready-test.js';
import type { SeedsResult } from '../batch/simulate-seeds.js';
import { summaryLines } from '../batch/summary.js';
import type { SimulationResult } from '../simulation-result.js';

/** What `toHoldUp` adds to `expect`. */
export interface HoldUpMatchers<R> {
  /**
   * Of a batch of seeds: nothing was broken, some seed counts, and all that should happen sometimes did. Of one
   * simulation: nothing was broken, and it came to peace. A failure has the seed, the call that runs it again, and the
   * shrunk run as a test.
   */
  toHoldUp(): R;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: as vitest declares it.
  interface Matchers<T = any> extends HoldUpMatchers<T> {}
}

/** What a matcher says. */
export interface HoldUpVerdict {
  readonly pass: boolean;
  /** Why not; or, where it should not have held, that it did. */
  readonly message: () => string;
}

/** For `expect.extend`. */
export const simMatchers: {
  /** As `HoldUpMatchers.toHoldUp`. Throws `TypeError` for what is neither. */
  readonly toHoldUp: (received: unknown) => HoldUpVerdict;
} = {
  toHoldUp(received) {
    if (isBatch(received)) return batchHolds(received);
    if (isSimulation(received)) return simulationHolds(received);
    throw new TypeError('toHoldUp is for what simulate or simulateSeeds gives');
  },
};

function batchHolds({ totals, failure }: SeedsResult): HoldUpVerdict {
  if (failure === null) return { pass: totals.outcome === 'held', message: () => summaryLines(totals).join('\n') };
  const { seed, violation, again, run, whole } = failure;
  const message = () =>
    [
      `Seed ${seed}: ${violation.invariant}`,
      `  ${violation.detail}`,
      `Again: ${again}`,
      '',
      whole === null ? `Shrunk to ${run.actions.length} actions, as a test:` : `Not shrunk: ${whole}.`,
      '',
      ...(whole === null ? [readyTest(run, { from: './system.js', isService: again.startsWith('await ') })] : []),
      ...summaryLines(totals),
    ].join('\n');
  return { pass: false, message };
}

function simulationHolds({ seed, violation, end }: SimulationResult): HoldUpVerdict {
  const found =
    violation !== null
      ? `${violation.invariant}\n  ${violation.detail}\nTo see it short: shrink(system, simulate(system, { seed: ${seed}, record: true, … })).`
      : end === 'events'
        ? 'it took more than `maxEvents`, and never came to peace.'
        : 'it held up.';
  return { pass: violation === null && end === 'peace', message: () => `Seed ${seed}: ${found}` };
}

const isBatch = (value: unknown): value is SeedsResult =>
  typeof value === 'object' && value !== null && 'totals' in value && 'failure' in value;

const isSimulation = (value: unknown): value is SimulationResult =>
  typeof value === 'object' && value !== null && 'violation' in value && 'end' in value && 'seed' in value;
