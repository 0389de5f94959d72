import type { Rename, Violation } from '@dsys/core';
import type { Observer, Report } from './monitor.js';

interface Look<E> {
  readonly name: string;
  readonly observe: (state: unknown, event: E, report: Report) => unknown;
}

/** What the monitors of a world have made of it up to now. */
export class Verdict<E> {
  /** The first invariant that was broken. */
  broken: Violation | null;
  // biome-ignore lint/suspicious/noExplicitAny: each monitor has a state of its own type.
  private readonly monitors: readonly Observer<E, any>[];
  /** How each of them looks. */
  private readonly looks: readonly Look<E>[];
  private readonly states: unknown[];
  private readonly met: Map<string, number>;
  /** One for all of them: it speaks for the monitor that is looking. */
  private readonly report: Report = {
    broken: (detail) => this.broke(this.looking, detail),
    sometimes: (what) => this.meet(what),
  };
  private looking = '';

  // biome-ignore lint/suspicious/noExplicitAny: as above.
  constructor(monitors: readonly Observer<E, any>[], from?: Verdict<E>) {
    this.monitors = monitors;
    // All of one shape, whatever else monitors have: each is called at each event.
    this.looks =
      from?.looks ?? monitors.map((monitor) => ({ name: monitor.name, observe: monitor.observe.bind(monitor) }));
    this.states = from === undefined ? monitors.map(({ init }) => init) : from.states.slice();
    this.met = new Map(from?.met);
    this.broken = from?.broken ?? null;
    if (from === undefined)
      for (const { sometimes = [] } of monitors) for (const what of sometimes) this.met.set(what, 0);
  }

  /** Whether anybody looks: an event that nobody sees need not be made. */
  get isWatched(): boolean {
    return this.monitors.length > 0;
  }

  observe(event: E): void {
    const { looks, states } = this;
    for (let i = 0; i < looks.length; i++) {
      const look = looks[i]!;
      this.looking = look.name;
      states[i] = look.observe(states[i], event, this.report);
    }
  }

  broke(invariant: string, detail: string): void {
    this.broken ??= { invariant, detail };
  }

  /** Something happened that should happen sometimes. */
  meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  sometimes(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.met);
  }

  /** The states are immutable, so that both go on from the same ones. */
  clone(): Verdict<E> {
    return new Verdict<E>(this.monitors, this);
  }

  fingerprint(rename: Rename): string {
    const states = this.monitors.map(
      (monitor, i) => monitor.fingerprint?.(this.states[i], rename) ?? JSON.stringify(this.states[i]),
    );
    return `${states.join(' ')}|${this.broken?.invariant ?? ''}`;
  }
}
