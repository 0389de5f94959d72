/**
 * The node's end of all its pipes: which links there are, whom they lead to, what is told and counted. What dials, and how
 * a pipe is made of a port or a socket, is each carrier's own.
 */
import { outOfRange } from '@dsys/codec';
import { Ledger } from '../ledger.js';
import { checkedLimits, integerWithin, type Limits, type TransportLimits } from '../limits.js';
import { checkNodeId } from '../node-id.js';
import { Receiver } from '../receiver.js';
import type { Lane, NodeId, SendResult } from '../transport.js';
import { Link, type LinkHost, type LinkOptions, type Pipe, type Refusal } from './link.js';
import type { Machine } from './machine.js';
import type { PipeReason } from './reason.js';
import type { PipeHello } from './wire.js';

/** What every piped carrier is told. */
export interface PipedOptions extends TransportLimits {
  readonly self: NodeId;
  /** Only nodes of the same cluster talk. 1 to 255 bytes of UTF-8. Default `default`. */
  readonly clusterId?: string;
  /** As many bytes may be under way to us from one peer at a time, or one batch. Default 1 MiB. */
  readonly windowBytes?: number;
}

/** What a carrier adds. */
export interface HubOptions extends PipedOptions {
  readonly machine: Machine;
  readonly silentMs: number;
  /** Connections that have not said their hello; one more is refused. */
  readonly maxWaiting: number;
  /** Whether whoever claims this id, with this token, is let in; asked last, of those that were not dialled. */
  authorize?(hello: PipeHello, address: string): boolean | Promise<boolean>;
  /** A link has ended: perhaps it is to be made anew. */
  onEnded?(link: Link, refusal: Refusal): void;
  onUp?(link: Link): void;
}

/** What is there of a peer. */
type Peer = { link: Link | null };

export class Hub {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  readonly ledger: Ledger = new Ledger();
  readonly receiver: Receiver = new Receiver();
  isClosed = false;
  private readonly options: HubOptions;
  private readonly clusterId: string;
  private readonly host: LinkHost;
  private session = 0;
  /** Who is connected, and who was named. */
  private readonly peers = new Map<NodeId, Peer>();
  /** Whom `setPeers` named; `null` until it is called: whoever is let in. */
  private named: ReadonlySet<NodeId> | null = null;
  private readonly links = new Set<Link>();
  private waiting = 0;

  constructor(options: HubOptions) {
    const { self, clusterId = 'default', machine, silentMs } = options;
    checkNodeId('self', self);
    checkNodeId('clusterId', clusterId);
    const limits: Limits = checkedLimits(options);
    this.options = options;
    this.self = self;
    this.clusterId = clusterId;
    this.maxFrameBytes = limits.maxFrameBytes;
    this.renewSession();
    this.host = {
      machine,
      limits,
      windowBytes: integerWithin('windowBytes', options.windowBytes ?? 1 << 20, 1, 2 ** 30),
      silentMs,
      hello: (link) => this.hello(link),
      judge: (link, hello) => this.judge(link, hello),
      up: (link) => this.onUp(link),
      frame: (link, frame, lane) => this.onFrame(link, frame, lane),
      ended: (link, end) => this.onEnded(link, end),
    };
  }

  /** As `Transport.send`. */
  send(to: NodeId, frame: Uint8Array, lane: Lane = 'control'): SendResult {
    if (this.isClosed) return 'closed';
    const peer = this.peers.get(to);
    if (peer === undefined) return 'unknown-peer';
    if (frame.length > this.maxFrameBytes) return 'too-large';
    if (peer.link === null) {
      this.ledger.dropped(to, lane, 1, 'down');
      return 'queued';
    }
    const result = peer.link.send(frame, lane);
    if (result === 'queued') this.ledger.sent(frame.length);
    else if (result === 'full') this.ledger.dropped(to, lane, 1, 'full');
    return result;
  }

  /** As `Transport.writable`. */
  async writable(to: NodeId, lane: Lane = 'control'): Promise<void> {
    await this.peers.get(to)?.link?.queue(lane).writable();
  }

  /**
   * What was said before is void: peers take the next hello for that of another life, and their old connections for dead,
   * though they may not have noticed yet.
   */
  renewSession(): void {
    this.session = Math.floor(this.options.machine.random() * Number.MAX_SAFE_INTEGER);
  }

  /** Whether there is a connection. */
  isUp(id: NodeId): boolean {
    return (this.peers.get(id)?.link ?? null) !== null;
  }

  /** Makes a link of a pipe; `pipe` is handed the link that its messages go to. Throws when the hub is closed. */
  connect(options: LinkOptions, pipe: (link: () => Link) => Pipe): Link {
    if (this.isClosed) throw new TypeError('the transport is closed');
    // The pipe may speak before it is handed out, though none of ours does.
    let made: Link | null = null;
    const opened = pipe(() => made!);
    const link = new Link(this.host, opened, options);
    made = link;
    this.links.add(link);
    this.waiting++;
    if (this.waiting > this.options.maxWaiting)
      link.end('too-many', `${this.options.maxWaiting} connections have not said their hello`);
    return link;
  }

  /** Whom to know from now on; the others are forgotten. */
  setNamed(ids: Iterable<NodeId>): void {
    const named = new Set(ids);
    named.delete(this.self);
    for (const id of named) checkNodeId('peers', id);
    if (this.isClosed) return;
    this.named = named;
    for (const [id, { link }] of [...this.peers]) {
      if (named.has(id)) continue;
      link?.end('removed', 'setPeers left it out');
      this.peers.delete(id);
    }
    for (const id of named) if (!this.peers.has(id)) this.peers.set(id, { link: null });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.receiver.close();
    for (const link of [...this.links]) link.end('closed', 'the transport was closed');
    this.peers.clear();
  }

  private hello({ options }: Link): PipeHello {
    const { limits, windowBytes, silentMs } = this.host;
    return {
      clusterId: this.clusterId,
      from: this.self,
      to: options.expected,
      session: this.session,
      maxFrameBytes: limits.maxFrameBytes,
      windowBytes,
      silentMs,
      token: options.token,
    };
  }

  private judge(link: Link, hello: PipeHello): Refusal | null | Promise<Refusal | null> {
    const { from, to, clusterId } = hello;
    const { expected, isDialled, address } = link.options;
    if (clusterId !== this.clusterId)
      return { reason: 'other-cluster', detail: `cluster ${clusterId}, here ${this.clusterId}` };
    if (from === this.self) return { reason: 'own-id', detail: `it says that it is ${from}, as this node does` };
    if (expected !== '' && from !== expected)
      return { reason: 'wrong-node', detail: `${from}, where ${expected} was dialled` };
    if (to !== '' && to !== this.self)
      return { reason: 'wrong-node', detail: `it looks for ${to}, this is ${this.self}` };
    if (this.named?.has(from) === false) return { reason: 'unknown-node', detail: `${from} is not among the peers` };
    const rival = this.peers.get(from)?.link ?? null;
    const refusal = rival === null ? null : this.dispute(link, hello, rival);
    if (refusal !== null || isDialled || this.options.authorize === undefined) return refusal;
    const verdict = this.options.authorize(hello, address);
    const refused = { reason: 'token', detail: `${from} was not authorized` } as const;
    if (typeof verdict === 'boolean') return verdict ? null : refused;
    return verdict.then((isWelcome) => {
      if (!isWelcome) return refused;
      // Others may have come while the token was looked at.
      if (this.named?.has(from) === false) return { reason: 'unknown-node', detail: `${from} is not among the peers` };
      const late = this.peers.get(from)?.link ?? null;
      return late === null ? null : this.dispute(link, hello, late);
    });
  }

  /**
   * Of two connections with one transport that both dialled, both sides keep the one that the lower id dialled; else the
   * newer hello wins: its node was restarted, or gave the old connection up.
   */
  private dispute(link: Link, { from, session }: PipeHello, rival: Link): Refusal | null {
    const isSimultaneous = rival.peer!.session === session && rival.options.isDialled !== link.options.isDialled;
    const isOurs = this.self < from;
    if (isSimultaneous && link.options.isDialled !== isOurs)
      return { reason: 'duplicate', detail: `the connection that ${isOurs ? this.self : from} dialled stays` };
    return null;
  }

  private onUp(link: Link): void {
    this.waiting--;
    const { from, session } = link.peer!;
    const rival = this.peers.get(from)?.link ?? null;
    if (rival !== null) {
      const isSame = rival.peer!.session === session;
      rival.end(isSame ? 'duplicate' : 'superseded', 'a newer connection of the node took its place');
    }
    this.peers.set(from, { link });
    this.options.onUp?.(link);
    this.ledger.up(from);
  }

  private onFrame(link: Link, frame: Uint8Array, lane: Lane): void {
    const { from } = link.peer!;
    const { current } = this.receiver;
    if (current === null) return this.ledger.dropped(from, lane, 1, 'no-receiver');
    this.ledger.received(frame.length);
    try {
      current(from, frame);
    } catch (error) {
      // What a receiver throws is its own affair: the rest of the batch is delivered all the same.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private onEnded(link: Link, end: Parameters<LinkHost['ended']>[1]): void {
    this.links.delete(link);
    const { reason, detail, isOurs, control, bulk } = end;
    const id = link.peer?.from ?? null;
    if (id === null) this.waiting--;
    if (isOurs && !QUIET.has(reason))
      this.ledger.rejected({ peer: link.claimed, address: link.options.address, reason, detail });
    if (!isOurs && id === null && !QUIET.has(reason)) {
      const { expected, address } = link.options;
      this.ledger.rejected({ peer: expected || null, address, reason, detail: `said over there: ${detail}` });
    }
    if (id !== null) {
      const dropped = reason === 'removed' || (reason === 'closed' && isOurs) ? reason : 'down';
      this.ledger.dropped(id, 'control', control, dropped);
      this.ledger.dropped(id, 'bulk', bulk, dropped);
      if (this.peers.get(id)?.link === link) {
        if (this.named?.has(id) === true) this.peers.set(id, { link: null });
        else this.peers.delete(id);
        this.ledger.down(id, reason);
      }
    }
    this.options.onEnded?.(link, { reason, detail });
  }
}

/** Ends of which nobody need be told as of a rejection: they happen every day. */
const QUIET: ReadonlySet<PipeReason> = /* @__PURE__ */ new Set<PipeReason>([
  'closed',
  'removed',
  'superseded',
  'duplicate',
  'broken',
]);

/** Refuses what is no number of milliseconds. */
export function milliseconds(option: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min && value < 2 ** 31) return value;
  throw outOfRange(option, `an integer ${min}..${2 ** 31 - 1}`, value);
}
