/** One batch of entries, in two halves: what the state machine is to apply, and what is answered once it has. */
import { assert } from '@dsys/codec';
import type { Entry } from '@dsys/core';
import { encodeResult } from './results.js';
import type { SessionTable, Verdict } from './table.js';

export interface Batch {
  readonly verdicts: readonly Verdict[];
  /** In order, with their payloads. */
  readonly toApply: readonly Entry[];
}

export function judgeAll(table: SessionTable, entries: readonly Entry[]): Batch {
  const verdicts = entries.map((entry) => table.judge(entry));
  return { verdicts, toApply: verdicts.flatMap((v) => (v.type === 'apply' || v.type === 'pass' ? [v.entry] : [])) };
}

/** One result for each entry of the batch. A retry in the same batch as its first gets the first one's. */
export function resultsOf({ verdicts, toApply }: Batch, applied: readonly Uint8Array[]): Uint8Array[] {
  assert(applied.length === toApply.length, 'a state machine gives one result for each entry');
  let at = 0;
  return verdicts.map((verdict) => {
    switch (verdict.type) {
      case 'pass':
        return applied[at++]!;
      case 'apply': {
        const result = encodeResult({ outcome: 'applied', result: applied[at++]! });
        if (verdict.keep !== null) verdict.keep.result = result;
        return result;
      }
      case 'repeat':
        assert(verdict.answer.result !== null, 'what is repeated was applied before, at the latest in this batch');
        return verdict.answer.result;
      default:
        return verdict.result;
    }
  });
}
