import type { Link, Pipe } from '../piped/link.js';

/**
 * One side of a message channel: a `MessagePort` of a browser, of Node's `worker_threads`, of Deno or Bun; a browser's
 * `Worker`; or, inside one, `self`.
 */
export interface PortLike {
  /** Takes bytes over to the other side. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** `message` with the bytes as `data`; `close` and `messageerror` where the runtime has them. */
  // biome-ignore lint/suspicious/noExplicitAny: each runtime has a type of its own for events.
  addEventListener(type: 'message' | 'messageerror' | 'close', listener: (event: any) => void): void;
  /** Undoes `addEventListener`. */
  // biome-ignore lint/suspicious/noExplicitAny: each runtime has a type of its own for events.
  removeEventListener(type: 'message' | 'messageerror' | 'close', listener: (event: any) => void): void;
  /** Ports hold messages back until it is called. */
  start?(): void;
  /** Ends the channel for both sides; of `self` in a worker it ends the worker. */
  close?(): void;
}

/** Messages are `Uint8Array`s, transferred: nothing is copied on the way. Anything else on the port is left alone. */
export function openPort(port: PortLike, link: () => Link): Pipe {
  const onMessage = ({ data }: { data?: unknown }): void => {
    // Not `instanceof`: the other side may be another realm.
    if ((data as Uint8Array | null | undefined)?.BYTES_PER_ELEMENT === 1) link().onMessage(data as Uint8Array);
  };
  const onClose = (): void => link().onEnd('the port was closed');
  const onError = (): void => link().onEnd('a message could not be read');
  port.addEventListener('message', onMessage);
  port.addEventListener('close', onClose);
  port.addEventListener('messageerror', onError);
  // In a microtask, so that the link is there before the first message.
  queueMicrotask(() => port.start?.());
  return {
    send(message) {
      try {
        port.postMessage(message, [message.buffer]);
      } catch {
        // Of a closed port some runtimes complain, others say nothing.
        queueMicrotask(onClose);
      }
    },
    close() {
      port.removeEventListener('message', onMessage);
      port.removeEventListener('close', onClose);
      port.removeEventListener('messageerror', onError);
      port.close?.();
    },
  };
}
