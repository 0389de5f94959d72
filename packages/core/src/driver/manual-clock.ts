import { assert } from '@dsys/codec';
import type { Clock } from './clock.js';

interface Waker {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Promises settle in chains; so many links of one are waited for. */
const LINKS = 40;

/**
 * A clock that a test moves: no test sleeps, and a run repeats.
 *
 *     clock.advance(150);     // timers fire at their times, turns run between
 *     await clock.settle();   // what promises were about to do is done, turns included
 */
export class ManualClock implements Clock {
  private time: number;
  private wakers: Waker[] = [];
  private turns: (() => void)[] = [];

  constructor(startMs = 0) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  wakeAfter(delayMs: number, wake: () => void): () => void {
    const waker = { atMs: this.time + delayMs, wake };
    this.wakers.push(waker);
    return () => {
      this.wakers = this.wakers.filter((other) => other !== waker);
    };
  }

  nextTurn(turn: () => void): () => void {
    this.turns.push(turn);
    return () => {
      this.turns = this.turns.filter((other) => other !== turn);
    };
  }

  /** What waits to be called back: none of it after everything has been closed. */
  get pending(): { readonly wakers: number; readonly turns: number } {
    return { wakers: this.wakers.length, turns: this.turns.length };
  }

  /** Time passes and nothing runs, as when the process was stopped or something blocked it. */
  stall(ms: number): void {
    this.time += ms;
  }

  /** Fires the timers that are due, without turns. Returns how many. */
  fire(): number {
    const due = this.wakers.filter(({ atMs }) => atMs <= this.time).sort((a, b) => a.atMs - b.atMs);
    this.wakers = this.wakers.filter(({ atMs }) => atMs > this.time);
    for (const { wake } of due) wake();
    return due.length;
  }

  /** Runs the turns that wait now; those that they ask for come later. Returns how many. */
  turn(): number {
    const turns = this.turns;
    this.turns = [];
    for (const run of turns) run();
    return turns.length;
  }

  /** Time passes: timers fire at their times, each followed by the turns that wait. */
  advance(ms: number): void {
    assert(ms >= 0, 'time passes forward');
    const end = this.time + ms;
    for (;;) {
      const nextMs = Math.min(...this.wakers.map(({ atMs }) => atMs));
      if (nextMs > end) break;
      this.time = Math.max(this.time, nextMs);
      this.fire();
      this.turn();
    }
    this.time = end;
    this.turn();
  }

  /** Lets promises and turns run until none of them has anything left to do now. */
  async settle(): Promise<void> {
    do for (let i = 0; i < LINKS; i++) await null;
    while (this.turn() > 0);
  }
}
