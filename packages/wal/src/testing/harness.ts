import type { Storage } from '../storage.js';

/**
 * One disk with one log on it, for one case of the suite. What it can't do it leaves out: the cases that need it are
 * then reported as skipped, with the name of what is missing.
 */
export interface StorageHarness {
  /** Opens the log, as a process does when it starts; never twice without a `crash` or a `close` between. */
  open(): Promise<Storage>;
  /** Ends the storage that `open` gave last as a power cut does: of what was not acknowledged, any prefix may be there. */
  crash?(): Promise<void>;
  /** Spoils a durable record; called while the log is closed, after a tidy close. */
  damage?(position: number): Promise<void>;
  /** Makes the next flush fail with an I/O error. */
  failNextFlush?(): Promise<void>;
  /** How many times a flush has been tried since `failNextFlush`; with it, no retry goes unseen. */
  flushesTried?(): number;
  /** Takes away the room for more records, or gives it back. */
  setFull?(full: boolean): Promise<void>;
  /** Once so many more flushes have completed (default 0), flushes begin and don't end. */
  hang?(afterFlushes?: number): Promise<void>;
  /** Spoils a finished snapshot; called while the log is open. */
  damageSnapshot?(name: string): Promise<void>;
  /** Called when the case is over, whatever its outcome. */
  dispose?(): Promise<void>;
}

/** What of a harness is optional. */
export type HarnessAbility = 'crash' | 'damage' | 'failNextFlush' | 'setFull' | 'hang' | 'damageSnapshot';

/** A broken promise of the storage. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code = 'not-conformant';
}

/** Fails the case unless what the contract says is so. */
export function holds(isSo: boolean, promise: string): asserts isSo {
  if (!isSo) throw new ConformanceError(`a storage must keep this: ${promise}`);
}

/** A record whose bytes follow from its number. */
export function record(number: number, byteCount = 16): Uint8Array {
  return Uint8Array.from({ length: byteCount }, (_, i) => (number * 31 + i * 7) & 0xff);
}

/** Everything that `load` gives, as `position: bytes` in hexadecimal. */
export async function loaded(storage: Storage): Promise<string[]> {
  const found: string[] = [];
  for await (const { position, bytes } of storage.load()) found.push(shown(position, bytes));
  return found;
}

/** How `loaded` shows a record. */
export function shown(position: number, bytes: Uint8Array): string {
  return `${position}: ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** What a promise is rejected with: its `code`, or its name; `null` when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: unknown };
    return String(code ?? name);
  }
}
