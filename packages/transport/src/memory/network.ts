import { assert, outOfRange } from '@dsys/codec';
import type { DropReason, WatchedTransport } from '../events.js';
import { checkedLimits, type Limits, type TransportLimits } from '../limits.js';
import { checkNodeId } from '../node-id.js';
import type { Lane, NodeId } from '../transport.js';
import { type Host, type Link, MemoryTransport } from './transport.js';

/** Limits here are the defaults of all nodes. */
export interface MemoryNetworkOptions extends TransportLimits {
  /**
   * When frames are delivered: in microtasks (the default), by hand with `deliver`, or in turns that a function of yours
   * begins, each of which delivers what waited when it began. Microtasks come before any timer: two nodes that answer each
   * other for ever let nothing else run. Where that can be, give `setImmediate`.
   */
  readonly delivery?: 'microtask' | 'manual' | ((turn: () => void) => void);
}

/** A frame that was sent and has not arrived. */
export interface WaitingFrame {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly lane: Lane;
  readonly frame: Uint8Array;
}

/** Which of the waiting frames are meant; what is left out means any. */
export interface WhichFrames {
  readonly from?: NodeId;
  readonly to?: NodeId;
  readonly lane?: Lane;
  /** How many at most. Default: as many as wait now, so that answers to them are not among them. */
  readonly limit?: number;
}

/** Makes a network whose nodes live in one process: for tests, demos, and programs that need no other. */
export function memoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  return new MemoryNetwork(options);
}

/**
 * Nodes of one process that send each other frames. What arrives when follows from the calls alone, so a run repeats.
 *
 *     send ──► queue of link and lane ──► the link's turn, control first ──► receiver
 *                   └── cut: dropped
 *
 * Links take turns, a frame at a time. Frames are handed over, not copied.
 */
export class MemoryNetwork {
  private readonly limits: Limits;
  private readonly host: Host = {
    loses: (link, lane, frame) => this.loses(link, lane, frame),
    sent: (link) => this.sent(link),
    peersChanged: (node) => this.peersChanged(node),
    left: (node) => this.left(node),
  };
  private readonly begin: ((turn: () => void) => void) | null;
  private readonly nodes = new Map<NodeId, MemoryTransport>();
  private readonly cuts = new Set<string>();
  /** Links with waiting frames, in the order of their turns; some may have been emptied since. */
  private row: Link[] = [];
  private waitingCount = 0;
  private isTurnDue = false;
  private isLost: ((frame: WaitingFrame) => boolean) | null = null;

  constructor({ delivery = 'microtask', ...limits }: MemoryNetworkOptions = {}) {
    if (typeof delivery !== 'function' && delivery !== 'microtask' && delivery !== 'manual')
      throw outOfRange('delivery', "'microtask', 'manual' or a function", delivery);
    this.limits = checkedLimits(limits);
    this.begin = delivery === 'microtask' ? queueMicrotask : delivery === 'manual' ? null : delivery;
  }

  /** How many frames wait to be delivered. */
  get pending(): number {
    return this.waitingCount;
  }

  /** The nodes that have joined and not closed, in the order in which they joined. */
  get ids(): NodeId[] {
    return [...this.nodes.keys()];
  }

  /** Opens the transport of a node. Until it calls `setPeers` it knows everybody. Throws when the id is in use. */
  join(id: NodeId, limits: TransportLimits = {}): WatchedTransport {
    checkNodeId('id', id);
    if (this.nodes.has(id)) throw outOfRange('id', 'one that nobody in the network has', id);
    const node = new MemoryTransport(this.host, id, checkedLimits(limits, this.limits));
    this.nodes.set(id, node);
    for (const other of this.nodes.values()) this.refresh(node, other.self, 'removed');
    for (const other of this.nodes.values()) this.refresh(other, id, 'removed');
    return node;
  }

  /** The frames that wait, a link after the other in the order of their turns. */
  waiting(which: Omit<WhichFrames, 'limit'> = {}): WaitingFrame[] {
    const found: WaitingFrame[] = [];
    for (const link of this.row) {
      const { from, to } = link;
      for (const lane of LANES)
        if (isMeant(link, lane, which))
          for (const frame of link.queue(lane).list()) found.push({ from: from.self, to, lane, frame });
    }
    return found;
  }

  /**
   * Delivers by hand and returns how many. What a receiver throws comes out here; its frame is gone, the others wait.
   */
  deliver(which: WhichFrames = {}): number {
    return this.forEach(which, (link, lane) => {
      const frame = this.take(link, lane);
      link.target!.arrive(link.from.self, frame, lane);
    });
  }

  /** Loses waiting frames, and returns how many. They are counted as `lost` at their sender. */
  drop(which: WhichFrames = {}): number {
    return this.forEach(which, (link, lane) => {
      this.take(link, lane);
      link.from.ledger.dropped(link.to, lane, 1, 'lost');
    });
  }

  /**
   * From now on, frames of which the function says so are lost as they are sent: a share of them, one direction of a link,
   * one lane. `null` ends it.
   */
  lose(isLost: ((frame: WaitingFrame) => boolean) | null): void {
    this.isLost = isLost;
  }

  /** Breaks the connection of two nodes: what waits is dropped, and so is what is sent until `heal`. Both are told. */
  cut(a: NodeId, b: NodeId): void {
    this.cuts.add(pair(a, b));
    this.refreshBoth(a, b);
  }

  /** Connects two nodes again; without arguments, all. */
  heal(): void;
  heal(a: NodeId, b: NodeId): void;
  heal(a?: NodeId, b?: NodeId): void {
    if (a !== undefined && b !== undefined) {
      this.cuts.delete(pair(a, b));
      this.refreshBoth(a, b);
      return;
    }
    this.cuts.clear();
    for (const node of this.nodes.values()) for (const id of node.links.keys()) this.refresh(node, id, 'down');
  }

  private loses({ from, to }: Link, lane: Lane, frame: Uint8Array): boolean {
    return this.isLost?.({ from: from.self, to, lane, frame }) ?? false;
  }

  private sent(link: Link): void {
    this.waitingCount++;
    if (!link.isInRow) this.row.push(link);
    link.isInRow = true;
    this.maybeBeginTurn();
  }

  private peersChanged(node: MemoryTransport): void {
    for (const id of [...node.links.keys(), ...node.peers!]) {
      this.refresh(node, id, 'removed');
      const other = this.nodes.get(id);
      if (other !== undefined) this.refresh(other, node.self, 'down');
    }
  }

  private left(node: MemoryTransport): void {
    this.nodes.delete(node.self);
    for (const id of [...node.links.keys()]) this.refresh(node, id, 'closed');
    for (const other of this.nodes.values()) this.refresh(other, node.self, 'down');
  }

  private refreshBoth(a: NodeId, b: NodeId): void {
    const [one, other] = [this.nodes.get(a), this.nodes.get(b)];
    if (one !== undefined) this.refresh(one, b, 'down');
    if (other !== undefined) this.refresh(other, a, 'down');
  }

  /** Brings what a node has for another in line with who is there, who knows whom, and what is cut. */
  private refresh(node: MemoryTransport, id: NodeId, reason: DropReason): void {
    if (id === node.self) return;
    const other = this.nodes.get(id);
    const isHere = this.nodes.get(node.self) === node;
    const isPeer = isHere && (node.peers === null ? other !== undefined : node.peers.has(id));
    const isConnected =
      isPeer && other !== undefined && (other.peers?.has(node.self) ?? true) && !this.cuts.has(pair(node.self, id));
    if (!isPeer && !node.links.has(id)) return;
    const link = node.link(id);
    const target = isConnected ? other : null;
    if (target !== link.target) {
      this.disconnect(link, reason);
      if (target !== null) this.connect(link, target);
    }
    if (!isPeer) node.links.delete(id);
  }

  private connect(link: Link, target: MemoryTransport): void {
    link.target = target;
    // Whoever has just joined can't have a listener yet.
    queueMicrotask(() => {
      if (link.target !== target || link.isAnnounced) return;
      link.isAnnounced = true;
      link.from.ledger.up(link.to);
    });
  }

  private disconnect(link: Link, reason: DropReason): void {
    link.target = null;
    if (link.isInRow) this.row.splice(this.row.indexOf(link), 1);
    link.isInRow = false;
    for (const lane of LANES) {
      const queue = link.queue(lane);
      this.waitingCount -= queue.waiting;
      link.from.ledger.dropped(link.to, lane, queue.clear(), reason);
    }
    const wasAnnounced = link.isAnnounced;
    link.isAnnounced = false;
    if (wasAnnounced) link.from.ledger.down(link.to, reason === 'down' ? 'broken' : reason);
  }

  private maybeBeginTurn(): void {
    const { begin } = this; // a browser's queueMicrotask refuses to be called as a method
    if (begin === null || this.isTurnDue || this.waitingCount === 0) return;
    this.isTurnDue = true;
    begin(() => {
      this.isTurnDue = false;
      try {
        this.deliver();
      } finally {
        // What a receiver throws is its own affair: the rest is delivered all the same.
        this.maybeBeginTurn();
      }
    });
  }

  /** Goes through waiting frames in the order of turns; `use` takes exactly one. */
  private forEach(which: WhichFrames, use: (link: Link, lane: Lane) => void): number {
    const limit = which.limit ?? this.waitingCount;
    let count = 0;
    for (; count < limit; count++) {
      const turn = this.nextTurn(which);
      if (turn === null) break;
      use(turn.link, turn.lane);
    }
    return count;
  }

  /** The link whose turn it is goes to the end of the row, unless nothing more waits there. */
  private nextTurn(which: WhichFrames): { link: Link; lane: Lane } | null {
    for (let at = 0; at < this.row.length; at++) {
      const link = this.row[at]!;
      const lane = which.lane !== undefined && link.queue(which.lane).waiting > 0 ? which.lane : link.nextLane();
      if (lane !== null && !isMeant(link, lane, which)) continue;
      if (at === 0) this.row.shift();
      else this.row.splice(at, 1);
      if (lane !== null) {
        this.row.push(link);
        return { link, lane };
      }
      link.isInRow = false;
      at--;
    }
    return null;
  }

  private take(link: Link, lane: Lane): Uint8Array {
    const queue = link.queue(lane);
    const frame = queue.take();
    assert(frame !== undefined, 'a lane whose turn it is has a frame');
    queue.settle(1, frame.length);
    this.waitingCount--;
    return frame;
  }
}

const LANES = ['control', 'bulk'] as const;

const pair = (a: NodeId, b: NodeId): string => JSON.stringify(a < b ? [a, b] : [b, a]);

function isMeant({ from, to }: Link, lane: Lane, which: WhichFrames): boolean {
  return (which.from ?? from.self) === from.self && (which.to ?? to) === to && (which.lane ?? lane) === lane;
}
