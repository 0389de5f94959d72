import type { Link, Pipe } from '../piped/link.js';

/** What a socket tells: bytes as `data`, or why it closed. */
interface WebSocketEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** A WebSocket of a browser, of Node from 22 on, of Deno or Bun, or of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Sends one message of bytes; the bytes are the socket's from then on. */
  send(data: Uint8Array<ArrayBuffer>): void;
  /** Begins the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Of messages only those of bytes are taken; text ends the connection. */
  // biome-ignore lint/suspicious/noExplicitAny: each runtime has a type of its own for events.
  addEventListener(type: 'open' | 'message' | 'error' | 'close', listener: (event: any) => void): void;
  /** `ws` has it: ends the socket without a handshake. */
  terminate?(): void;
}

/** How long a socket may take to close after it was told to. */
const CLOSE_MS = 2000;

/** Makes a pipe of a socket that is open. */
export function openSocket(
  socket: WebSocketLike,
  link: () => Link,
  after: (ms: number, callback: () => void) => () => void,
): Pipe {
  if (socket.terminate === undefined) socket.binaryType = 'arraybuffer';
  let isClosed = false;
  socket.addEventListener('message', ({ data }: WebSocketEvent) => {
    const bytes = bytesOf(data);
    if (bytes !== null) link().onMessage(bytes);
    else link().end('malformed-frame', 'a message of text');
  });
  socket.addEventListener('close', ({ code, reason }: WebSocketEvent) => {
    isClosed = true;
    link().onEnd(`the socket was closed: ${code ?? 'no code'} ${reason ?? ''}`.trimEnd());
  });
  // An error is followed by a close, which says as much; without a listener, `ws` would throw it.
  socket.addEventListener('error', () => undefined);
  return {
    send(message) {
      // Of a socket that is closing, `close` is on its way.
      if (socket.readyState === 1) socket.send(message);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      socket.close(1000);
      if (socket.terminate !== undefined) {
        const cancel = after(CLOSE_MS, () => socket.terminate?.());
        socket.addEventListener('close', cancel);
      }
    },
  };
}

/** An `ArrayBuffer`, or what `ws` gives: a `Buffer`. `null` for text. */
function bytesOf(data: unknown): Uint8Array | null {
  if (typeof data !== 'object' || data === null) return null;
  if ('BYTES_PER_ELEMENT' in data) return data as Uint8Array;
  return 'byteLength' in data ? new Uint8Array(data as ArrayBuffer) : null;
}
