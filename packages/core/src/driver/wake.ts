/**
 * When the core is woken. A timer that fires late means that the process was stalled, and then the heartbeats that would
 * have moved the deadline are waiting in the sockets: stepping `timeout` first would start an election for nothing. So one
 * that is late by more than half of its span lets one poll phase pass.
 *
 *     set ├──────────── span ────────────┤ deadline
 *                                        ├── up to half a span late: timeout at once
 *                                        ├────────────────────── later: the frames that wait, then timeout, if still due
 */
import type { Clock } from './clock.js';

/** See the top of `wake.ts`. */
export class Wake {
  private readonly clock: Clock;
  private readonly onWake: () => void;
  private deadline: number | null = null;
  /** When this deadline was first seen. */
  private since = 0;
  /** Whether a poll phase has been let pass for it, or is being. */
  private hasWaited = false;
  private armedFor = Number.POSITIVE_INFINITY;
  private disarm: (() => void) | null = null;

  /** `onWake` asks for a turn. */
  constructor(clock: Clock, onWake: () => void) {
    this.clock = clock;
    this.onWake = onWake;
  }

  /** What to do about this deadline, in a turn: nothing yet, step `timeout`, or take another turn first. */
  verdict(deadline: number | null, now: number): 'wait' | 'timeout' | 'turn' {
    this.see(deadline, now);
    if (deadline === null || now < deadline) return 'wait';
    const isLate = (now - deadline) * 2 > deadline - this.since;
    if (!isLate || this.hasWaited) return 'timeout';
    this.hasWaited = true;
    return 'turn';
  }

  /** Makes sure that there is a turn at the deadline. A timer that is early enough is left: deadlines move at each heartbeat. */
  arm(deadline: number | null, now: number): void {
    this.see(deadline, now);
    if (deadline === null || this.armedFor <= deadline) return;
    this.disarm?.();
    this.armedFor = deadline;
    this.disarm = this.clock.wakeAfter(Math.max(0, Math.ceil(deadline - this.clock.now())), () => this.fired());
  }

  /** No timer is left. */
  stop(): void {
    this.disarm?.();
    this.disarm = null;
    this.armedFor = Number.POSITIVE_INFINITY;
    this.deadline = null;
  }

  private fired(): void {
    this.disarm = null;
    this.armedFor = Number.POSITIVE_INFINITY;
    const { deadline } = this;
    if (deadline === null) return;
    const now = Math.floor(this.clock.now());
    // The deadline has moved on, or the timer was a little early.
    if (now < deadline) return this.arm(deadline, now);
    // The turn comes behind the poll phase, so the frames that wait are stepped before this is looked at.
    this.hasWaited = true;
    this.onWake();
  }

  private see(deadline: number | null, now: number): void {
    if (deadline === this.deadline) return;
    this.deadline = deadline;
    this.since = now;
    this.hasWaited = false;
  }
}
