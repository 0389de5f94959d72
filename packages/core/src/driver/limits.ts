import { outOfRange } from '@dsys/codec';
import type { ExecutorLimits } from '../host.js';

/** What bounds a node's memory and patience. */
export interface DriverLimits extends ExecutorLimits {
  /**
   * Largest command of `propose`, in bytes; at most what the storage takes as a record. Default 1 MiB, or half a record
   * where that is less: protocols put something round it, and a record that is too large ends the node.
   */
  readonly commandBytes?: number;
  /** Most refs that wait for their answer, and bytes of their commands; beyond, `propose` and `ask` are `busy`. Defaults 65,536 and 64 MiB. */
  readonly outstanding?: number;
  readonly outstandingBytes?: number;
  /** How far the state machine may fall behind, in entries and bytes, before `propose` is `busy`. Defaults 65,536 and 64 MiB. */
  readonly lagEntries?: number;
  readonly lagBytes?: number;
  /**
   * Most frames, and bytes of them, that wait to be verified and stepped; those beyond are dropped and counted, but for
   * one that is alone. A peer gets at most what is still free, so that one alone can fill half. Defaults 65,536 and 64 MiB.
   */
  readonly inboxFrames?: number;
  readonly inboxBytes?: number;
  /** A flush that takes this long makes the node not ready. Default 1,000. */
  readonly slowFlushMs?: number;
  /** A flush that takes this long makes it not live: the disk hangs. Default 30,000. */
  readonly hungFlushMs?: number;
  /** How many of the last inputs an error carries, at most 65,536. Default 64. */
  readonly lastInputs?: number;
}

/** The same, checked and complete. */
export type CheckedLimits = Required<DriverLimits>;

const DEFAULTS: CheckedLimits = {
  flushBytes: 4 << 20,
  applyEntries: 1024,
  applyBytes: 1 << 20,
  commandBytes: 1 << 20,
  outstanding: 65_536,
  outstandingBytes: 64 << 20,
  lagEntries: 65_536,
  lagBytes: 64 << 20,
  inboxFrames: 65_536,
  inboxBytes: 64 << 20,
  slowFlushMs: 1000,
  hungFlushMs: 30_000,
  lastInputs: 64,
};

/** What the storage sets bounds to. */
interface StorageLimits {
  readonly maxRecordBytes: number;
  readonly maxAppendBytes: number;
}

/** Fills in the defaults. Throws `RangeError` naming the limit. */
export function checkedLimits(limits: DriverLimits, storage: StorageLimits): CheckedLimits {
  const checked: Record<keyof CheckedLimits, number> = {
    ...DEFAULTS,
    flushBytes: Math.min(DEFAULTS.flushBytes, storage.maxAppendBytes),
    commandBytes: Math.min(DEFAULTS.commandBytes, Math.ceil(storage.maxRecordBytes / 2)),
  };
  const largest: Partial<Record<keyof CheckedLimits, number>> = {
    flushBytes: storage.maxAppendBytes,
    commandBytes: storage.maxRecordBytes,
    lastInputs: 65_536,
  };
  for (const name of Object.keys(DEFAULTS) as (keyof CheckedLimits)[]) {
    const value = limits[name];
    if (value === undefined) continue;
    const max = largest[name] ?? Number.MAX_SAFE_INTEGER;
    if (!Number.isSafeInteger(value) || value < 1 || value > max)
      throw outOfRange(`limits.${name}`, `an integer 1..${max}`, value);
    checked[name] = value;
  }
  return checked;
}
