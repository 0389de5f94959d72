import type { Violation } from '@dsys/core';
import type { HistoryEvent } from '../history.js';
import type { SimulationResult } from '../simulation-result.js';

/** What a seed must have, at least, for it to count. */
export interface CountsFrom {
  /** Operations that were answered `ok`. */
  readonly acknowledged: number;
  /** Kinds of fault that happened. */
  readonly faultKinds: number;
}

/** What it must have where nothing else is said. */
export const COUNTS_FROM: CountsFrom = { acknowledged: 1_000, faultKinds: 3 };

/** What one seed came to: JSON, small enough to be sent about and added up. */
export interface SeedReport {
  readonly seed: number;
  /** Name of the profile. */
  readonly profile: string;
  readonly violation: Violation | null;
  readonly end: SimulationResult['end'];
  readonly traceHash: string;
  readonly finalDigest: string;
  readonly events: number;
  readonly deliveries: number;
  readonly virtualUs: number;
  readonly acknowledged: number;
  readonly asked: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly sometimes: Readonly<Record<string, number>>;
  /** Why it proves little, or null: see `COUNTS_FROM`. One that breaks something counts in any case. */
  readonly discounted: string | null;
}

/** What a judge makes of a history: the verdicts of `@dsys/check` are of this shape. */
export interface Judgement {
  readonly verdict: 'ok' | 'illegal' | 'unknown';
  /** What is wrong, for people. What `linearizable` gives is shown by its witness. */
  readonly detail?: string;
  readonly witness?: object;
}

/** Looks at all that clients saw, when a run is over. */
export type Judge = (history: readonly HistoryEvent[]) => Judgement;

/** The invariant that a judge speaks for. */
export const JUDGED = 'what clients saw can be explained';

/** The violation that a judgement is, if it is one. */
export function violationOf(judgement: Judgement): Violation | null {
  if (judgement.verdict !== 'illegal') return null;
  const { detail, witness } = judgement;
  return { invariant: JUDGED, detail: detail ?? JSON.stringify(witness ?? null).slice(0, 2_000) };
}

/** The report of a seed. */
export function reportOf(result: SimulationResult, judge?: Judge, countsFrom: CountsFrom = COUNTS_FROM): SeedReport {
  const { seed, end, traceHash, finalDigest, events, deliveries, virtualUs, acknowledged, asked, faults, sometimes } =
    result;
  const judgement = result.violation === null ? judge?.(result.history) : undefined;
  const violation = result.violation ?? (judgement === undefined ? null : violationOf(judgement));
  const discounted =
    violation !== null ? null : (notCome(result) ?? notJudged(judgement) ?? tooLittle(result, countsFrom));
  return {
    seed,
    profile: result.profile.name,
    violation,
    end,
    traceHash,
    finalDigest,
    events,
    deliveries,
    virtualUs,
    acknowledged,
    asked,
    faults,
    sometimes,
    discounted,
  };
}

const notCome = ({ end }: SimulationResult): string | null =>
  end === 'events' ? 'it took too many events to come to peace' : null;

const notJudged = (judgement: Judgement | undefined): string | null =>
  judgement?.verdict === 'unknown' ? 'what clients saw took too long to judge' : null;

function tooLittle({ acknowledged, faults }: SimulationResult, countsFrom: CountsFrom): string | null {
  if (acknowledged < countsFrom.acknowledged)
    return `fewer than ${countsFrom.acknowledged.toLocaleString('en')} operations were acknowledged`;
  const kinds = Object.values(faults).filter((count) => count > 0).length;
  return kinds < countsFrom.faultKinds ? `fewer than ${countsFrom.faultKinds} kinds of fault happened` : null;
}
