import type { Entry } from '@dsys/core';

/** A state machine in a world: synchronous plain data. What crashes loses it; it comes back from snapshot and log. */
export interface Machine {
  /** One result for each entry. */
  apply(entries: readonly Entry[]): Uint8Array[];
  /** All of its state. */
  snapshot(): Uint8Array;
  /** Takes that state in place of its own. */
  restore(bytes: Uint8Array): void;
  /** The same state, to be changed apart. */
  clone(): Machine;
  /** Equal for equal states only. */
  fingerprint(): string;
}

/** Keeps nothing and answers nothing: for protocols that don't apply. */
export const noMachine = (): Machine => ({
  apply: (entries) => entries.map(() => new Uint8Array(0)),
  snapshot: () => new Uint8Array(0),
  restore: () => undefined,
  clone: noMachine,
  fingerprint: () => '',
});
