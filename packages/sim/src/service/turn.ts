/** What the guard and the worlds need of the runtime that they run in: found by capability, and as it was before a guard. */

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

/** What a runtime may have. */
export interface Runtime {
  readonly setImmediate?: (run: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
  readonly process?: {
    nextTick?(run: () => void): void;
    getBuiltinModule?(name: string): Record<string, unknown> | undefined;
    listeners?(name: string): ((...args: unknown[]) => void)[];
    removeAllListeners?(name: string): void;
    on?(name: string, listener: (...args: never[]) => void): void;
    off?(name: string, listener: (...args: never[]) => void): void;
  };
}

/** The one that this runs in. */
export const runtime = (): Runtime => globalThis as unknown as Runtime;

/**
 * A function whose promise resolves when everything that promises were about to do is done: behind a turn of the event
 * loop, before which every runtime empties its queue of microtasks. Read before a guard hides what it uses.
 */
export function turnsOf({ setImmediate, MessageChannel }: Runtime): () => Promise<void> {
  if (setImmediate !== undefined) return () => new Promise<void>((resolve) => setImmediate(resolve));
  if (MessageChannel === undefined)
    throw new TypeError('services can be simulated only where there is setImmediate or MessageChannel');
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const those = waiting;
    waiting = [];
    for (const resolve of those) resolve();
  };
  return () =>
    new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 1) port2.postMessage(null);
    });
}
