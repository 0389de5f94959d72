/** As much of a connection to a broker as is used here: a `NatsConnection` of `@nats-io/transport-node`, or of another of its kind. */
export interface NatsConnectionLike {
  /** What the server says of itself; `max_payload` bounds a message. */
  readonly info?: { readonly max_payload: number };
  /** The bytes are the connection's from then on. */
  publish(subject: string, payload: Uint8Array): void;
  /** Listens from then on, and after each reconnect. */
  subscribe(subject: string, options: NatsSubscribeOptions): NatsSubscriptionLike;
  /** Tells `disconnect` and `reconnect`, and `error` where the server forbids something. */
  status(): AsyncIterable<{ readonly type: string; readonly error?: unknown }>;
  /** Resolves when what was published has reached the server. */
  flush(): Promise<void>;
  /** Resolves when it is closed for good. */
  closed(): Promise<unknown>;
  /** Closes it for good. */
  close(): Promise<void>;
}

/** What `subscribe` gives. */
export interface NatsSubscriptionLike {
  /** Listens no more. */
  unsubscribe(): void;
}

/** Who is told of messages. */
export interface NatsSubscribeOptions {
  /** Called for each message; with an error, and nothing of use beside it, where the server does not let us listen. */
  callback(error: Error | null, message: { readonly subject: string; readonly data: Uint8Array }): void;
}
