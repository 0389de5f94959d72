/** The carrier as a whole: what its user calls, and its peers. How sockets become connections is in `introductions.ts`. */
import { wrongType } from '@dsys/codec';
import type { TransportCounters, TransportEvents } from '../events.js';
import { Ledger } from '../ledger.js';
import { checkNodeId } from '../node-id.js';
import type { Machine } from '../piped/machine.js';
import { type OnFrame, Receiver } from '../receiver.js';
import type { Lane, NodeId, SendResult } from '../transport.js';
import { type Address, formatAddress, parseAddress } from './address.js';
import type { Ending } from './connection.js';
import { Introductions } from './introductions.js';
import { Link } from './link.js';
import { Listener } from './listener.js';
import { Peer } from './peer.js';
import { Pulse } from './pulse.js';
import type { Reason } from './reason.js';
import type { Settings } from './settings.js';
import type { PeerStatus, TcpTransport } from './tcp-transport.js';
import { type Credentials, type TlsOptions, TlsSide } from './tls.js';

/** See `TcpTransport`. */
export class Carrier implements TcpTransport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  private readonly settings: Settings;
  private readonly tls: TlsSide | null;
  private readonly listener: Listener | null;
  private readonly ledger = new Ledger();
  private readonly known = new Map<NodeId, Peer>();
  private readonly up = new Set<NodeId>();
  private readonly introductions: Introductions;
  private readonly pulse: Pulse;
  private readonly receiver = new Receiver();
  private closing: Promise<void> | null = null;

  constructor(
    settings: Settings,
    machine: Machine,
    { tls, listens }: { readonly tls: TlsOptions | undefined; readonly listens: boolean },
  ) {
    this.settings = settings;
    this.self = settings.self;
    this.maxFrameBytes = settings.limits.maxFrameBytes;
    this.tls = tls === undefined ? null : new TlsSide(settings.self, tls);
    this.pulse = new Pulse(machine, settings, (now) => {
      for (const peer of this.known.values()) for (const link of peer.links) link.pulse(now);
    });
    const reject = (peer: NodeId | null, address: string, reason: Reason, detail: string): void =>
      this.reject(peer, address, reason, detail);
    this.introductions = new Introductions({
      settings,
      machine,
      tls: this.tls,
      peer: (id) => this.known.get(id),
      onFrame: (from, lane, frame) => this.onFrame(from, lane, frame),
      onRejected: reject,
      onBeats: (beatMs) => this.pulse.quicken(beatMs),
    });
    const { door, helloMs } = settings;
    this.listener = !listens
      ? null
      : new Listener({
          machine,
          tls: this.tls,
          door,
          helloMs,
          onCaller: (caller) => this.introductions.onCaller(caller),
          onRejected: (address, reason, detail) => reject(null, address, reason, detail),
        });
  }

  /** Listens, then dials. */
  async begin(listen: Address | null, peers: ReadonlyMap<NodeId, string>): Promise<void> {
    const parsed = this.parsePeers(peers);
    if (listen !== null) await this.listener?.listen(listen);
    this.pulse.start();
    this.applyPeers(parsed);
  }

  get address(): string | null {
    return this.listener?.address ?? null;
  }

  send(to: NodeId, frame: Uint8Array, lane: Lane = 'control'): SendResult {
    if (this.closing !== null) return 'closed';
    const peer = this.known.get(to);
    if (peer === undefined) return 'unknown-peer';
    const result = peer.link(lane).send(frame);
    if (result === 'down') return 'queued';
    if (result === 'queued') this.ledger.sent(frame.length);
    return result;
  }

  receive(onFrame: OnFrame): () => void {
    return this.receiver.set(onFrame);
  }

  writable(to: NodeId, lane: Lane = 'control'): Promise<void> {
    return this.known.get(to)?.link(lane).queue.writable() ?? Promise.resolve();
  }

  setPeers(peers: ReadonlyMap<NodeId, string>): void {
    const parsed = this.parsePeers(peers);
    if (this.closing === null) this.applyPeers(parsed);
  }

  setCredentials(credentials: Credentials): void {
    if (this.tls === null) throw new TypeError('the transport was opened without tls');
    this.tls.replace(credentials);
    this.listener?.useCredentials();
  }

  on<K extends keyof TransportEvents>(name: K, listener: (event: TransportEvents[K]) => void): () => void {
    return this.ledger.on(name, listener);
  }

  counters(): TransportCounters {
    return this.ledger.counters();
  }

  peers(): PeerStatus[] {
    return [...this.known.values()].map((peer) => ({
      id: peer.id,
      address: formatAddress(peer.address),
      isUp: peer.isUp,
      protocol: peer.control.protocol,
      incarnation: peer.latest?.incarnation ?? null,
      boot: peer.latest?.boot ?? null,
      controlBytes: peer.control.queue.bytes,
      bulkBytes: peer.bulk.queue.bytes,
    }));
  }

  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async closeNow(): Promise<void> {
    this.pulse.stop();
    this.introductions.close();
    const closed = this.listener?.close();
    for (const peer of this.known.values()) for (const link of peer.links) link.end('closed');
    this.listener?.dismissStrangers();
    this.receiver.close();
    await closed;
    await this.introductions.allClosed();
  }

  private parsePeers(peers: ReadonlyMap<NodeId, string>): Map<NodeId, Address> {
    if (!(peers instanceof Map)) throw wrongType('peers', 'a Map of ids and addresses', peers);
    const parsed = new Map<NodeId, Address>();
    for (const [id, address] of peers) {
      checkNodeId('peers', id);
      if (id !== this.self) parsed.set(id, parseAddress(`peers[${id}]`, address, { lowestPort: 1 }));
    }
    return parsed;
  }

  private applyPeers(peers: ReadonlyMap<NodeId, Address>): void {
    for (const [id, peer] of this.known) {
      if (peers.has(id)) continue;
      this.known.delete(id);
      for (const link of peer.links) link.end('removed');
    }
    for (const [id, address] of peers) {
      const peer = this.known.get(id);
      if (peer === undefined) this.meet(id, address);
      else if (formatAddress(peer.address) !== formatAddress(address)) {
        peer.address = address;
        for (const link of peer.links) link.dialAfresh();
      }
    }
  }

  private meet(id: NodeId, address: Address): void {
    const { self, settings, ledger } = this;
    const { limits } = settings;
    const peer: Peer = new Peer(
      id,
      address,
      (lane) =>
        new Link({
          self,
          peer: id,
          lane,
          limits,
          onUp: () => this.onLinkUp(peer),
          onDown: (_, ending) => this.onLinkDown(peer, ending),
          onDropped: (_, frames, reason) => ledger.dropped(id, lane, frames, reason),
        }),
    );
    this.known.set(id, peer);
    for (const link of peer.links) link.begin(this.introductions.diallerFor(peer, link));
  }

  private onFrame(from: NodeId, lane: Lane, frame: Uint8Array): void {
    const receive = this.receiver.current;
    if (receive === null) {
      this.ledger.dropped(from, lane, 1, 'no-receiver');
      return;
    }
    this.ledger.received(frame.length);
    try {
      receive(from, frame);
    } catch (error) {
      // It is the receiver's own; the frames behind this one are none the worse.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private onLinkUp(peer: Peer): void {
    if (!peer.isUp || this.up.has(peer.id)) return;
    this.up.add(peer.id);
    this.ledger.up(peer.id);
  }

  private onLinkDown(peer: Peer, { reason, detail, isByPeer }: Ending): void {
    if (isPutOut(reason))
      this.reject(peer.id, formatAddress(peer.address), reason, isByPeer ? `said by ${peer.id}` : detail);
    if (this.up.delete(peer.id)) this.ledger.down(peer.id, reason);
  }

  private reject(peer: NodeId | null, address: string, reason: Reason, detail: string): void {
    this.ledger.rejected({ peer, address, reason, detail });
  }
}

/** Whether a connection ended for what one side did, and not because it broke or was closed. */
function isPutOut(reason: Reason): boolean {
  return !['closed', 'removed', 'superseded', 'duplicate', 'silent', 'broken'].includes(reason);
}
