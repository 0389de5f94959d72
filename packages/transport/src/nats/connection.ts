/** As much of a connection to a broker as is used here: a `NatsConnection` of `@nats-io/transport-node`, or of another of its kind. */
export interface NatsConnectionLike {
  /** What the server says of itself; `max_payload` bounds a message. */
  readonly info?: { readonly max_payload: number };
  /** The bytes are the connection's from then on. */
  publish(subject: string, payload: Uint8Array): void;
  subscribe(subject: string, options: NatsSubscribeOptions): { unsubscribe(): void };
  /** Tells `disconnect` and `reconnect`, and `error` where the server forbids something. */
  status(): AsyncIterable<{ readonly type: string; readonly error?: unknown }>;
  /** Resolves when what was published has reached the server. */
  flush(): Promise<void>;
  /** Resolves when it is closed for good. */
  closed(): Promise<unknown>;
  close(): Promise<void>;
}

/** Who is told of messages. */
export interface NatsSubscribeOptions {
  callback(error: Error | null, message: { readonly subject: string; readonly data: Uint8Array }): void;
}
