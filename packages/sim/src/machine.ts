import type { Entry } from '@dsys/core';

/** A state machine in a world: synchronous plain data. What crashes loses it; it comes back from snapshot and log. */
export interface Machine {
  /** One result for each entry. */
  apply(entries: readonly Entry[]): Uint8Array[];
  snapshot(): Uint8Array;
  restore(bytes: Uint8Array): void;
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
