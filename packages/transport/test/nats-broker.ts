/** A broker in memory: as much of NATS as a carrier sees, and it can be told to lose messages, or to break with one client. */
import type { NatsConnectionLike, NatsSubscribeOptions } from '../src/nats/index.js';

type Status = { readonly type: string; readonly error?: unknown };

/** What a harness needs of a broker, this one or a real one. */
export interface Broker {
  /** A client that connects again by itself, under the name of its node. */
  connect(name: string): Promise<NatsConnectionLike>;
  /** Makes a client read nothing, or read on. */
  stall(name: string, isStalled: boolean): void;
  /** Breaks a client's connection; it stays broken until `mend`. */
  cut(name: string): void;
  mend(name: string): void;
  close(): Promise<void>;
}

export class MemoryBroker implements Broker {
  readonly clients = new Map<string, MemoryClient>();
  /** Whom it was told to lose messages of: as many of the next. */
  readonly lossesTo = new Map<string, number>();
  /** Subjects of all messages so far. */
  readonly subjects: string[] = [];
  maxPayload = 1 << 20;

  async connect(name: string): Promise<MemoryClient> {
    const client = new MemoryClient(this);
    this.clients.set(name, client);
    return client;
  }

  stall(name: string, isStalled: boolean): void {
    this.clients.get(name)!.stall(isStalled);
  }

  cut(name: string): void {
    this.clients.get(name)!.cut();
  }

  mend(name: string): void {
    this.clients.get(name)!.mend();
  }

  async close(): Promise<void> {
    for (const client of this.clients.values()) await client.close();
  }

  pass(subject: string, data: Uint8Array): void {
    this.subjects.push(subject);
    for (const [name, client] of this.clients) {
      if (!client.listensTo(subject)) continue;
      const losses = this.lossesTo.get(name) ?? 0;
      if (losses > 0) this.lossesTo.set(name, losses - 1);
      else queueMicrotask(() => client.deliver(subject, data));
    }
  }
}

export class MemoryClient implements NatsConnectionLike {
  readonly info: { readonly max_payload: number };
  isClosed = false;
  published = 0;
  private readonly broker: MemoryBroker;
  private readonly subscriptions = new Map<string, NatsSubscribeOptions>();
  private isCut = false;
  private isStalled = false;
  private held: [string, Uint8Array][] = [];
  private told: Status[] = [];
  private wake: (() => void) | null = null;
  private onClosed: (() => void)[] = [];

  constructor(broker: MemoryBroker) {
    this.broker = broker;
    this.info = { max_payload: broker.maxPayload };
  }

  publish(subject: string, payload: Uint8Array): void {
    if (this.isClosed) throw new Error('the connection is closed');
    if (payload.length > this.info.max_payload) throw new Error('max_payload size exceeded');
    this.published++;
    // A copy, as a socket makes one.
    if (!this.isCut) this.broker.pass(subject, payload.slice());
  }

  subscribe(subject: string, options: NatsSubscribeOptions): { unsubscribe(): void } {
    this.subscriptions.set(subject, options);
    return { unsubscribe: () => this.subscriptions.delete(subject) };
  }

  async *status(): AsyncIterable<Status> {
    while (!this.isClosed) {
      const next = this.told.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }

  async flush(): Promise<void> {}

  closed(): Promise<void> {
    return this.isClosed ? Promise.resolve() : new Promise((resolve) => this.onClosed.push(resolve));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.subscriptions.clear();
    this.wake?.();
    for (const resolve of this.onClosed.splice(0)) resolve();
  }

  listensTo(subject: string): boolean {
    const parent = `${subject.slice(0, subject.lastIndexOf('.'))}.*`;
    return !this.isCut && this.subscriptions.has(parent);
  }

  deliver(subject: string, data: Uint8Array): void {
    if (this.isCut) return;
    if (this.isStalled) this.held.push([subject, data]);
    else for (const { callback } of this.subscriptions.values()) callback(null, { subject, data });
  }

  tell(status: Status): void {
    this.told.push(status);
    this.wake?.();
  }

  stall(isStalled: boolean): void {
    this.isStalled = isStalled;
    if (!isStalled) for (const [subject, data] of this.held.splice(0)) this.deliver(subject, data);
  }

  cut(): void {
    this.isCut = true;
    this.held = [];
    this.tell({ type: 'disconnect' });
  }

  mend(): void {
    this.isCut = false;
    this.tell({ type: 'reconnect' });
  }
}
