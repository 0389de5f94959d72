/**
 * Carries out a migration plan. Copy this file into your service: it knows nothing of how values are stored.
 *
 * A move is one copy of one range of the plan. Moves are numbered in the order of the plan, which the plan's JSON
 * keeps, so that a number means the same after a restart. At most `concurrency` are under way; each is noted as done
 * only after `copy` has resolved. What was under way when the process died is copied again, so `copy` must bear being
 * repeated.
 */
import type { MigrationPlan } from '@dsys/hashring';

/** Copy every value whose key is at a position in `[start, end)` from one node to another. */
export interface Move {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

/** Which moves are done, kept where a crash leaves it be. */
export interface DoneMoves {
  has(move: number): boolean;
  /** Resolves once the note would survive a crash. */
  add(move: number): Promise<void>;
}

export interface RunPlanOptions {
  /** Moves under way at once, 1 or more. */
  readonly concurrency: number;
  readonly done: DoneMoves;
  /**
   * Resolves once the copies are durable on `move.to`. Never overwrites what is there: a client may have written
   * something newer.
   */
  readonly copy: (move: Move, signal: AbortSignal) => Promise<void>;
  /** Aborted: nothing new is begun, what is under way is told, and `runPlan` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** All moves of a plan, in its order. */
export function movesOf(plan: MigrationPlan): Move[] {
  const moves: Move[] = [];
  for (const { start, end, copies } of plan.ranges) {
    for (const { from, to } of copies) moves.push({ number: moves.length, start, end, from, to });
  }
  return moves;
}

/**
 * Resolves once every move is done. Rejects with the first error of `copy` or `done.add`, after what is under way has
 * ended.
 */
export async function runPlan(plan: MigrationPlan, options: RunPlanOptions): Promise<void> {
  const { concurrency, done, copy, signal, onProgress } = options;
  const moves = movesOf(plan);
  const waiting = moves.filter(({ number }) => !done.has(number)).values();
  let count = moves.filter(({ number }) => done.has(number)).length;
  onProgress?.({ done: count, total: moves.length });

  // One worker's failure stops the others at their next move.
  const failure = new AbortController();
  const stop = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const worker = async (): Promise<void> => {
    // All workers draw from one iterator, so that each move is drawn once.
    for (const move of waiting) {
      stop.throwIfAborted();
      await copy(move, stop);
      await done.add(move.number);
      count++;
      onProgress?.({ done: count, total: moves.length });
    }
  };
  const workers = Array.from({ length: concurrency }, () => worker().catch((error: unknown) => failure.abort(error)));
  await Promise.all(workers);
  stop.throwIfAborted();
}
