/** As much of `ws` as the tests use. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';

  export class WebSocket extends EventEmitter {
    binaryType: string;
    readonly readyState: number;
    constructor(url: string);
    send(data: Uint8Array | string): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
    pause(): void;
    resume(): void;
    addEventListener(
      type: 'open' | 'message' | 'error' | 'close',
      listener: (event: { readonly data?: unknown }) => void,
    ): void;
  }

  export class WebSocketServer extends EventEmitter {
    readonly clients: Set<WebSocket>;
    constructor(options: { port: number; host?: string; maxPayload?: number });
    address(): { port: number };
    close(done?: () => void): void;
    on(event: 'connection', listener: (socket: WebSocket, request: IncomingMessage) => void): this;
    on(event: 'listening' | 'close', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }
}
