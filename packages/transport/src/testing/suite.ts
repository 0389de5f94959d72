/**
 * The delivery contract as cases that need no test runner:
 *
 *     for (const { name, skipped, run } of transportCases({ capabilities, makeHarness, able }))
 *       if (skipped === null) test(name, run);
 *
 * Each case makes a harness of its own, so that none depends on another. What a case found broken it throws as a
 * `ConformanceError`, which says the promise. What a carrier declares is tested; what it doesn't declare it says in its
 * README.
 */
import { boundCases } from './bounds.js';
import { connectionCases } from './connections.js';
import { frameCases } from './frames.js';
import type { HarnessAbility, TransportHarness } from './harness.js';
import { identityCases } from './identity.js';
import { lifeCases } from './life.js';

/** What not every carrier can promise. */
export interface TransportCapabilities {
  /** Control never waits behind bulk. */
  readonly lanes: boolean;
  /** A peer that reads nothing fills its queue, and `writable` waits for it. */
  readonly backPressure: boolean;
  /** Nobody can send under the id of another. */
  readonly authenticatedSender: boolean;
  /** Of two that claim one id, the higher (incarnation, boot) is let in. */
  readonly incarnations: boolean;
  /** There is `setPeers`. */
  readonly peers: boolean;
  /** A broken connection comes back, by itself or as its user makes a new one: what `heal` of the harness does. */
  readonly reconnects: boolean;
}

/** One promise, and how to see whether it is kept. */
export interface TransportCase {
  /** A sentence. */
  readonly name: string;
  /** Which capability is not declared, so that this is not promised; `null` when it is. */
  readonly skipped: string | null;
  /** Resolves when the promise was kept; rejects with a `ConformanceError`, or with what went wrong otherwise. */
  run(): Promise<void>;
}

/** A case before it is known what the transport promises. */
export interface CaseDraft {
  readonly name: string;
  /** The capability that it tests; without one, every transport must pass. */
  readonly of?: keyof TransportCapabilities;
  run(harness: TransportHarness): Promise<void>;
}

/** What is put through the suite. */
export interface TransportUnderTest {
  readonly capabilities: TransportCapabilities;
  /** Makes the harness of one case. */
  makeHarness(): TransportHarness | Promise<TransportHarness>;
  /** A harness that is only looked at, to see what it can do. */
  readonly able: Pick<TransportHarness, HarnessAbility>;
}

/** What the harness must be able to do, so that a capability can be tested. */
const NEEDS: Readonly<Record<keyof TransportCapabilities, readonly HarnessAbility[]>> = {
  lanes: ['stall'],
  backPressure: ['stall'],
  authenticatedSender: ['openImpostor'],
  incarnations: ['openLife'],
  peers: ['addresses'],
  reconnects: ['cut', 'heal'],
};

/** The suite. Throws when a capability is declared that the harness can't put to the test. */
export function transportCases({ capabilities, makeHarness, able }: TransportUnderTest): TransportCase[] {
  for (const [capability, abilities] of Object.entries(NEEDS)) {
    const missing = abilities.filter((ability) => able[ability] === undefined);
    if (capabilities[capability as keyof TransportCapabilities] && missing.length > 0)
      throw new TypeError(`${capability} is declared, and the harness has no ${missing.join(', ')} to test it with`);
  }
  const drafts = [...frameCases, ...lifeCases, ...boundCases, ...connectionCases, ...identityCases];
  return drafts.map(({ name, of, run }) => ({
    name,
    skipped: of === undefined || capabilities[of] ? null : `${of} is not declared`,
    async run() {
      const harness = await makeHarness();
      try {
        await run(harness);
      } finally {
        await harness.dispose?.();
      }
    },
  }));
}
