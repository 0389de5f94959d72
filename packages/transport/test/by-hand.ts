/** A machine whose time passes by hand, and pipes between two hubs whose messages are delivered by hand. */
import { Hub, type HubOptions } from '../src/piped/hub.js';
import type { Link, LinkOptions, Pipe } from '../src/piped/link.js';
import type { Machine } from '../src/piped/machine.js';

export class HandMachine implements Machine {
  randomness = 0.5;
  private time = 0;
  private readonly timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.time;
  }

  random(): number {
    return this.randomness;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** How long until the next timer; `null` without one. */
  get next(): number | null {
    return this.timers.size === 0 ? null : Math.min(...[...this.timers].map(({ at }) => at)) - this.time;
  }

  /** Lets time pass, timer by timer; `between` runs after each. */
  pass(ms: number, between: () => void = () => undefined): void {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.callback();
      between();
    }
    this.time = end;
  }

  /** The program stands still: timers are due, and run late. */
  stall(ms: number): void {
    this.time += ms;
  }
}

/** A pipe with two ends, whose messages wait until `deliver`. */
export class HandPipe {
  readonly waiting: { readonly to: 0 | 1; readonly message: Uint8Array | null }[] = [];
  readonly links: Link[] = [];
  /** Messages that went each way, to end 0 and to end 1. */
  readonly counts: [number, number] = [0, 0];

  connect(end: 0 | 1, hub: Hub, options: Partial<LinkOptions> = {}): Link {
    const other = end === 0 ? 1 : 0;
    const pipe: Pipe = {
      send: (message) => {
        this.counts[other]++;
        this.waiting.push({ to: other, message: message.slice() });
      },
      close: () => {
        this.waiting.push({ to: other, message: null });
      },
    };
    const defaults = { isDialled: true, expected: '', address: `end ${end}`, token: null, helloMs: 0 };
    const link = hub.connect({ ...defaults, ...options }, () => pipe);
    this.links[end] = link;
    return link;
  }

  /** Everything that waits, and what is sent because of it, a tick at a time. */
  async deliver(): Promise<void> {
    await null;
    while (this.waiting.length > 0) {
      const { to, message } = this.waiting.shift()!;
      if (message === null) this.links[to]!.onEnd('the pipe was closed');
      else this.links[to]!.onMessage(message);
      await null;
      await null;
    }
  }

  /** Loses what waits, as a network that is down does. */
  lose(): void {
    this.waiting.length = 0;
  }
}

export function handHub(self: string, machine: Machine, options: Partial<HubOptions> = {}): Hub {
  return new Hub({ self, machine, silentMs: 0, maxWaiting: 10, ...options });
}
