import { outOfRange, wrongType } from '@dsys/codec';
import { backoffMs } from '../backoff.js';
import { thisMachine } from '../driver/this-machine.js';
import type { TransportCounters, TransportEvents, WatchedTransport } from '../events.js';
import { checkNodeId } from '../node-id.js';
import { Hub, milliseconds, type PipedOptions } from '../piped/hub.js';
import type { Link } from '../piped/link.js';
import type { Machine } from '../piped/machine.js';
import type { Lane, NodeId, SendResult } from '../transport.js';
import { Caller } from './caller.js';
import type { NatsConnectionLike, NatsSubscriptionLike } from './connection.js';
import { Exchange } from './exchange.js';
import { Subjects } from './subject.js';

/** A message is at most so much larger than its frame. */
const ROOM_BYTES = 1024;
/** Frames that go together are up to 64 KiB, and their lengths: a server must take that. Its default is 1 MiB. */
const LEAST_PAYLOAD_BYTES = 128 * 1024;
const LARGEST_DEFAULT_FRAME_BYTES = 8 << 20;
/** How long `close` waits for the last words to be out. */
const LAST_WORDS_MS = 500;
/** Those that we dial, since whoever dials us says its hello with its first message. */
const MAX_WAITING = 65_536;
/** Messages that may come before whoever opened the transport could listen to what becomes of them. */
const MAX_EARLY = 1024;

/** Who we are, by which broker, and whom we know. */
export interface NatsOptions extends PipedOptions {
  /**
   * A connection, which stays its owner's to close; or how to make one, which is ours to close then, and made anew when it
   * is closed for good. Let it reconnect by itself for ever: `maxReconnectAttempts: -1`.
   */
  readonly connection: NatsConnectionLike | (() => NatsConnectionLike | Promise<NatsConnectionLike>);
  /** What the subjects begin with: `<prefix>.<cluster>.<to>.<from>`. Default `dsys`. */
  readonly prefix?: string;
  /**
   * As for `setPeers`; the addresses are not looked at, since an id is where a node is. Without them nobody is dialled, and
   * whoever dials us is a peer while it is there.
   */
  readonly peers?: ReadonlyMap<NodeId, string>;
  /** Largest frame, in bytes. Default the server's `max_payload` less 1 KiB, and at most 8 MiB; never more than that. */
  readonly maxFrameBytes?: number;
  /** Until a peer that was dialled has answered, or who dialled us was let in. Default 2000. */
  readonly helloMs?: number;
  /** A peer of which nothing came for so long is gone; each says a word every third of it. Default 5000. */
  readonly silentMs?: number;
}

/** What `openNats` gives. */
export interface NatsTransport extends WatchedTransport {
  /** Dials those, and forgets the others. Throws, and changes nothing, when an id is none. */
  setPeers(peers: ReadonlyMap<NodeId, string>): void;
  /** Says goodbye to all peers. A connection that was handed in stays open. */
  close(): Promise<void>;
}

/**
 * Opens a transport over a broker, once that knows what we listen to. Rejects when it can't be reached, with what the
 * connection said; throws `RangeError` for options that don't fit it.
 */
export function openNats(options: NatsOptions): Promise<NatsTransport> {
  return openNatsOn(thisMachine, options);
}

/**
 * The same with another clock and other randomness, for tests.
 *
 * @internal
 */
export async function openNatsOn(machine: Machine, options: NatsOptions): Promise<NatsTransport> {
  const { self, clusterId = 'default', prefix = 'dsys', connection: given } = options;
  checkNodeId('self', self);
  checkNodeId('clusterId', clusterId);
  const subjects = new Subjects({ prefix, clusterId, self });
  const connection = typeof given === 'function' ? await given() : given;
  if (typeof connection?.subscribe !== 'function') throw wrongType('connection', 'a connection to NATS', connection);
  try {
    const maxFrameBytes = fittingFrameBytes(connection, options.maxFrameBytes);
    const transport = new Nats(machine, { ...options, maxFrameBytes }, subjects);
    await transport.attach(connection);
    machine.after(0, () => transport.begin(), true);
    return transport;
  } catch (error) {
    if (typeof given === 'function') await connection.close();
    throw error;
  }
}

function fittingFrameBytes({ info }: NatsConnectionLike, wanted?: number): number {
  const payload = info?.max_payload ?? 1 << 20;
  if (payload < LEAST_PAYLOAD_BYTES)
    throw outOfRange('max_payload of the server', `at least ${LEAST_PAYLOAD_BYTES}`, payload);
  const most = payload - ROOM_BYTES;
  if (wanted !== undefined && wanted > most)
    throw outOfRange('maxFrameBytes', `at most ${most}: max_payload of the server, less ${ROOM_BYTES}`, wanted);
  return wanted ?? Math.min(most, LARGEST_DEFAULT_FRAME_BYTES);
}

class Nats implements NatsTransport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  private readonly machine: Machine;
  private readonly hub: Hub;
  private readonly exchange: Exchange;
  private readonly subjects: Subjects;
  private readonly helloMs: number;
  private readonly callers = new Map<NodeId, Caller>();
  /** Makes the next connection; `null` when it was handed in. */
  private readonly connect: (() => NatsConnectionLike | Promise<NatsConnectionLike>) | null;
  private connection: NatsConnectionLike | null = null;
  private subscription: NatsSubscriptionLike | null = null;
  private isConnected = false;
  private failures = 0;
  /** What came before `begin`; `null` from then on. */
  private early: { readonly subject: string; readonly data: Uint8Array }[] | null = [];

  constructor(machine: Machine, options: NatsOptions, subjects: Subjects) {
    const { connection, peers } = options;
    this.machine = machine;
    this.subjects = subjects;
    this.connect = typeof connection === 'function' ? connection : null;
    this.helloMs = milliseconds('helloMs', options.helloMs ?? 2000, 1);
    this.hub = new Hub({
      ...options,
      machine,
      silentMs: milliseconds('silentMs', options.silentMs ?? 5000, 30),
      maxWaiting: MAX_WAITING,
      onUp: (link) => this.callers.get(link.peer!.from)?.onUp(),
      onEnded: (link) => this.onEnded(link),
    });
    this.self = this.hub.self;
    this.maxFrameBytes = this.hub.maxFrameBytes;
    this.exchange = new Exchange({
      hub: this.hub,
      subjects,
      helloMs: this.helloMs,
      random: () => machine.random(),
      publish: (subject, bytes) => {
        // A client keeps what is published while it has no server, and sends it later: too late.
        if (this.isConnected) this.connection?.publish(subject, bytes);
      },
    });
    if (peers !== undefined) this.setPeers(peers);
  }

  /** Listens on a connection, and dials. Resolves when the server knows. */
  async attach(connection: NatsConnectionLike): Promise<void> {
    this.connection = connection;
    this.isConnected = true;
    this.subscription = connection.subscribe(this.subjects.own, {
      callback: (error, message) => {
        if (connection !== this.connection) return;
        if (error !== null) this.refused(error);
        else if (this.early === null) this.exchange.onMessage(message.subject, message.data);
        else if (this.early.length < MAX_EARLY) this.early.push(message);
      },
    });
    void this.watch(connection);
    await connection.flush();
    if (this.isConnected) this.callAll();
  }

  /** Dials and answers from now on. */
  begin(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const { subject, data } of early) this.exchange.onMessage(subject, data);
    if (this.isConnected) this.callAll();
  }

  setPeers(peers: ReadonlyMap<NodeId, string>): void {
    this.hub.setNamed(peers.keys());
    if (this.hub.isClosed) return;
    for (const [id, caller] of [...this.callers]) {
      if (peers.has(id)) continue;
      caller.stop();
      this.callers.delete(id);
    }
    for (const id of peers.keys()) {
      if (id === this.self || this.callers.has(id)) continue;
      const caller = new Caller({
        machine: this.machine,
        helloMs: this.helloMs,
        isHigher: this.self > id,
        isIdle: () => !this.isConnected || this.hub.isUp(id),
        dial: () => this.exchange.dial(id),
      });
      this.callers.set(id, caller);
      if (this.isConnected && this.early === null) caller.begin();
    }
  }

  send(to: NodeId, frame: Uint8Array, lane?: Lane): SendResult {
    return this.hub.send(to, frame, lane);
  }

  receive(onFrame: (from: NodeId, frame: Uint8Array) => void): () => void {
    return this.hub.receiver.set(onFrame);
  }

  writable(to: NodeId, lane?: Lane): Promise<void> {
    return this.hub.writable(to, lane);
  }

  on<K extends keyof TransportEvents>(name: K, listener: (event: TransportEvents[K]) => void): () => void {
    return this.hub.ledger.on(name, listener);
  }

  counters(): TransportCounters {
    return this.hub.ledger.counters();
  }

  async close(): Promise<void> {
    if (this.hub.isClosed) return;
    for (const caller of this.callers.values()) caller.stop();
    this.callers.clear();
    this.hub.close();
    const { connection, isConnected } = this;
    this.connection = null;
    this.isConnected = false;
    if (connection === null) return;
    const ignore = (): void => undefined;
    if (isConnected) {
      this.subscription?.unsubscribe();
      await new Promise<void>((resolve) => {
        const cancel = this.machine.after(LAST_WORDS_MS, resolve);
        void connection.flush().catch(ignore).then(cancel).then(resolve);
      });
    }
    if (this.connect !== null) await connection.close().catch(ignore);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private callAll(): void {
    if (this.early !== null) return;
    for (const caller of this.callers.values()) caller.begin();
  }

  private onEnded(link: Link): void {
    // Without a broker nobody is dialled: all are, once there is one.
    if (this.isConnected) this.callers.get(link.peer?.from ?? link.options.expected)?.onDown();
  }

  private async watch(connection: NatsConnectionLike): Promise<void> {
    void connection.closed().then(
      () => this.onClosed(connection),
      () => this.onClosed(connection),
    );
    for await (const { type, error } of connection.status()) {
      if (connection !== this.connection) return;
      if (type === 'disconnect') this.onDisconnected();
      else if (type === 'reconnect') {
        this.isConnected = true;
        this.callAll();
      } else if (type === 'error') this.refused(error);
    }
  }

  private onDisconnected(): void {
    this.isConnected = false;
    for (const caller of this.callers.values()) caller.stop();
    this.hub.renewSession();
    this.exchange.endAll('the connection to the broker broke');
  }

  private onClosed(connection: NatsConnectionLike): void {
    if (connection !== this.connection) return;
    this.connection = null;
    this.onDisconnected();
    this.connectAgain();
  }

  private connectAgain(): void {
    const { connect, machine } = this;
    if (connect === null || this.hub.isClosed) return;
    const waitMs = backoffMs(this.failures++, machine.random());
    machine.after(
      waitMs,
      async () => {
        if (this.hub.isClosed) return;
        try {
          const connection = await connect();
          if (this.hub.isClosed) return void (await connection.close());
          await this.attach(connection);
          this.failures = 0;
        } catch (error) {
          this.refused(error);
          if (this.connection === null) this.connectAgain();
        }
      },
      true,
    );
  }

  /** The broker lets us do something not, or can't be reached. */
  private refused(error: unknown): void {
    this.hub.ledger.rejected({ peer: null, address: '', reason: 'broken', detail: String(error) });
  }
}
