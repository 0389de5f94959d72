/**
 * All that a driver knows of time and turns. The system's is found by capability, not by the runtime's name:
 *
 *     next turn    setImmediate (Node, Bun, Deno), else a MessageChannel (browsers, workers), else a timer of 0 ms
 *     timers       setTimeout
 *     now          performance.now(), which no change of the wall clock moves
 *
 * `setImmediate` runs behind the poll phase: whatever the sockets and the disk had ready is handed over first, so one turn
 * takes all of it. A browser promises no such order between a message port and a socket; it usually keeps it.
 */

/** Time and turns. Hand in a `ManualClock` in tests. */
export interface Clock {
  /** Milliseconds since some moment, with fractions where it has them. The driver never lets it go back. */
  now(): number;
  /** Calls back once, when so many milliseconds have passed or somewhat later; what it gives takes that back. */
  wakeAfter(delayMs: number, wake: () => void): () => void;
  /** Calls back once, later, when what has arrived by now has been handed over; what it gives takes that back. */
  nextTurn(turn: () => void): () => void;
  /** Lets go of what it holds. A driver closes only the clock that it made itself. */
  close?(): void;
}

/** What a runtime may have. */
export interface Surroundings {
  readonly performance: { now(): number };
  readonly setTimeout: (run: () => void, delayMs: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  readonly setImmediate?: (run: () => void) => unknown;
  readonly clearImmediate?: (immediate: unknown) => void;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
}

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

/** Timers take 31 bits; a longer one fires at once. Whoever is woken early looks at the clock, and sleeps again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the runtime that this runs in. */
export const systemClock = (): Clock => clockOf(globalThis as unknown as Surroundings);

/** The clock of a runtime that has these. */
export function clockOf(surroundings: Surroundings): Clock {
  // By name: a page may not be allowed to read all of its globals (`localStorage` throws in a sandbox).
  const { performance, setTimeout, clearTimeout, setImmediate, clearImmediate, MessageChannel } = surroundings;
  const now = () => performance.now();
  const wakeAfter = (delayMs: number, wake: () => void) => {
    const timer = setTimeout(wake, Math.min(delayMs, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  };
  if (setImmediate !== undefined && clearImmediate !== undefined) {
    const nextTurn = (turn: () => void) => {
      const immediate = setImmediate(turn);
      return () => clearImmediate(immediate);
    };
    return { now, wakeAfter, nextTurn };
  }
  if (MessageChannel === undefined) return { now, wakeAfter, nextTurn: (turn) => wakeAfter(0, turn) };
  return { now, wakeAfter, ...turnsOf(new MessageChannel()) };
}

function turnsOf({ port1, port2 }: { readonly port1: Port; readonly port2: Port }): Pick<Clock, 'nextTurn' | 'close'> {
  let waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const turns = waiting;
    waiting = [];
    for (const turn of turns) turn();
  };
  return {
    nextTurn(turn) {
      if (waiting.push(turn) === 1) port2.postMessage(null);
      return () => {
        waiting = waiting.filter((other) => other !== turn);
      };
    },
    close() {
      port1.onmessage = null;
      port1.close();
    },
  };
}
