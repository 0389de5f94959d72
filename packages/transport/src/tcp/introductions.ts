/**
 * Turns sockets into connections of peers: says our hellos, judges theirs, settles who of two is the peer.
 *
 *     dialler ── welcome ──┐                                          ┌── control ── queue, connection
 *                          ├── hello judged, claim settled ── peer ───┤
 *     listener ── hello ───┘                                          └── bulk ───── queue, connection
 */
import type { Socket } from 'node:net';
import type { Machine } from '../piped/machine.js';
import type { Lane, NodeId } from '../transport.js';
import { formatAddress } from './address.js';
import type { ClaimOnConnection } from './claim.js';
import { Connection } from './connection.js';
import { type DialFailure, Dialler, type Welcome } from './dialler.js';
import { goodbye } from './frames.js';
import { encodeGreeting, type Hello } from './hello.js';
import { judgeHello } from './judge-hello.js';
import type { Link } from './link.js';
import type { Caller } from './listener.js';
import type { Peer } from './peer.js';
import type { Reason } from './reason.js';
import type { Settings } from './settings.js';
import { lingerThenDestroy } from './socket.js';
import type { TlsSide } from './tls.js';

export interface IntroductionsParts {
  readonly settings: Settings;
  readonly machine: Machine;
  readonly tls: TlsSide | null;
  peer(id: NodeId): Peer | undefined;
  onFrame(from: NodeId, lane: Lane, frame: Uint8Array): void;
  onRejected(peer: NodeId | null, address: string, reason: Reason, detail: string): void;
  /** A connection that hears from us this often has come up. */
  onBeats(beatMs: number): void;
}

export class Introductions {
  private readonly parts: IntroductionsParts;
  private readonly session: number;
  private serial = 0;
  /** Of connections, until they are closed. */
  private readonly sockets = new Set<Socket>();
  private isClosed = false;

  constructor(parts: IntroductionsParts) {
    this.parts = parts;
    this.session = Math.floor(parts.machine.random() * Number.MAX_SAFE_INTEGER);
  }

  /** Nobody is let in any more. */
  close(): void {
    this.isClosed = true;
  }

  /** Resolves when no socket of a connection is left. */
  async allClosed(): Promise<void> {
    await Promise.all([...this.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  diallerFor(peer: Peer, link: Link): Dialler {
    const { machine, tls, settings } = this.parts;
    const { connectMs, helloMs } = settings;
    return new Dialler({
      machine,
      tls,
      connectMs,
      helloMs,
      address: () => peer.address,
      hello: () => this.helloTo(peer.id, link.lane),
      onWelcome: (welcome) => this.onWelcome(peer, link, welcome),
      onFailure: (failure) => this.onDialFailed(peer, link, failure),
    });
  }

  /** Somebody dialled us. */
  onCaller({ socket, hello, rest, names, address, letIn }: Caller): void {
    const refuse = (reason: Reason, detail: string, { quietly = false } = {}): void => {
      if (!quietly) this.parts.onRejected(hello.from, address, reason, detail);
      lingerThenDestroy(socket, encodeGreeting({ kind: 'refusal', reason, detail }), this.parts.machine);
    };
    if (this.isClosed) return refuse('closed', 'the transport is closed', { quietly: true });
    const judgement = this.judge(hello, null, names);
    if ('fault' in judgement) return refuse(judgement.fault, judgement.detail);
    const peer = this.parts.peer(hello.from)!;
    const link = peer.link(hello.lane);
    const claim = { claim: hello, dialledBy: peer.id };
    const ruling = link.judge(claim, peer.latest);
    if (ruling === 'duplicate') return refuse(ruling, 'another connection of this node stays', { quietly: true });
    if (ruling === 'stale') return refuse(ruling, staleness(hello, peer));
    letIn();
    socket.write(encodeGreeting({ kind: 'welcome', hello: this.helloTo(peer.id, hello.lane) }));
    this.connect(peer, link, claim, { socket, hello, rest }, judgement.protocol);
  }

  /** Somebody whom we dialled said welcome. */
  private onWelcome(peer: Peer, link: Link, { socket, hello, rest, names }: Welcome): void {
    const refuse = (reason: Reason, detail: string, { quietly = false } = {}): void => {
      if (!quietly) this.parts.onRejected(hello.from, formatAddress(peer.address), reason, detail);
      lingerThenDestroy(socket, goodbye(reason), this.parts.machine);
      link.redial();
    };
    const judgement = this.judge(hello, peer.id, names);
    if ('fault' in judgement) return refuse(judgement.fault, judgement.detail);
    if (hello.lane !== link.lane) return refuse('malformed-hello', `answered for the lane ${hello.lane}`);
    const claim = { claim: hello, dialledBy: this.parts.settings.self };
    const ruling = link.judge(claim, peer.latest);
    if (ruling === 'duplicate') return refuse(ruling, 'another connection of this node stays', { quietly: true });
    if (ruling === 'stale') return refuse(ruling, staleness(hello, peer));
    this.connect(peer, link, claim, { socket, hello, rest }, judgement.protocol);
  }

  private onDialFailed(peer: Peer, link: Link, { reason, detail, isByPeer }: DialFailure): void {
    if (!QUIET_FAILURES.includes(reason)) {
      const words = isByPeer ? `said by ${peer.id}: ${detail}` : detail;
      this.parts.onRejected(peer.id, formatAddress(peer.address), reason, words);
    }
    link.redial();
  }

  private helloTo(to: NodeId, lane: Lane): Hello {
    const { self: from, protocol, clusterId, incarnation, boot, silentMs, limits } = this.parts.settings;
    const { session } = this;
    const serial = ++this.serial;
    const { maxFrameBytes } = limits;
    return { protocol, clusterId, from, to, lane, incarnation, boot, session, serial, maxFrameBytes, silentMs };
  }

  private judge(hello: Hello, dialled: NodeId | null, names: readonly string[] | null): ReturnType<typeof judgeHello> {
    const { self, clusterId, protocol } = this.parts.settings;
    const isPeer = (id: NodeId): boolean => this.parts.peer(id) !== undefined;
    return judgeHello(hello, { self, clusterId, protocol, dialled, names, isPeer });
  }

  private connect(
    peer: Peer,
    link: Link,
    claim: ClaimOnConnection,
    { socket, hello, rest }: Pick<Caller, 'socket' | 'hello' | 'rest'>,
    protocol: number,
  ): void {
    const { settings, machine } = this.parts;
    const { limits, silentMs, frameMs } = settings;
    // A peer that is less patient than we are hears from us in time.
    const beatMs = Math.min(settings.beatMs, hello.silentMs >> 2);
    peer.meet(hello);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    const connection = new Connection({
      ...claim,
      socket,
      queue: link.queue,
      machine,
      rest,
      protocol,
      maxFrameBytes: limits.maxFrameBytes,
      peerMaxFrameBytes: hello.maxFrameBytes,
      beatMs,
      silentMs,
      frameMs,
      onFrame: (frame) => this.parts.onFrame(peer.id, link.lane, frame),
    });
    this.parts.onBeats(beatMs);
    link.adopt(connection);
  }
}

/** What happens every day: nobody is there yet, both dialled at once, the other side is going. */
const QUIET_FAILURES: readonly Reason[] = ['broken', 'connect-timeout', 'duplicate', 'closed'];

const staleness = (hello: Hello, { latest }: Peer): string =>
  `incarnation ${hello.incarnation}, boot ${hello.boot}; incarnation ${latest?.incarnation}, boot ${latest?.boot} was seen`;
