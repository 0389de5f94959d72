import type { Violation } from '@dsys/core';
import type { SimAction } from './action.js';
import type { HistoryEvent } from './history.js';
import type { Profile } from './profile.js';
import type { RunOptions } from './run.js';

/** What came of it. */
export interface SimulationResult {
  readonly seed: number;
  readonly profile: Profile;
  readonly violation: Violation | null;
  /** Why it ended. After `events` there was no peace: nothing is known of what comes right. */
  readonly end: 'violation' | 'peace' | 'events';
  /** Two runs of one seed have the same, in every engine. */
  readonly traceHash: string;
  /** The digest of the world's last state. A replay of what was recorded ends in the same; without `record` frames are no part of it. */
  readonly finalDigest: string;
  readonly events: number;
  readonly deliveries: number;
  readonly virtualUs: number;
  /** Operations that were answered `ok`, those of them after all faults had ended, and all that were asked. */
  readonly acknowledged: number;
  readonly acknowledgedInPeace: number;
  readonly asked: number;
  /** How often each kind of fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  readonly sometimes: Readonly<Record<string, number>>;
  readonly history: readonly HistoryEvent[];
  /** With `record`: everything that happened, and when; `options` are those of the replay. */
  readonly actions: readonly TimedAction[];
  readonly options: RunOptions;
}

/** An action at a time, µs. */
export interface TimedAction {
  readonly at: number;
  readonly action: SimAction;
}
