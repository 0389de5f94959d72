/**
 * One lane to one peer, over all its connections: the queue, the dialler, and the rule by which one connection is kept.
 *
 * While there is no connection frames are dropped, and what waits when one breaks is dropped with it: a peer that comes
 * back after an hour is not met by an hour's votes.
 */
import type { DropReason } from '../events.js';
import { FrameQueue } from '../frame-queue.js';
import type { Limits } from '../limits.js';
import type { Lane, NodeId, SendResult } from '../transport.js';
import { type ClaimOnConnection, compareLives, type Life, settleClaim } from './claim.js';
import type { Connection, Ending } from './connection.js';
import type { Dialler } from './dialler.js';

export interface LinkParts {
  readonly self: NodeId;
  readonly peer: NodeId;
  readonly lane: Lane;
  readonly limits: Limits;
  onUp(link: Link): void;
  onDown(link: Link, ending: Ending): void;
  onDropped(link: Link, frames: number, reason: DropReason): void;
}

export class Link {
  readonly peer: NodeId;
  readonly lane: Lane;
  readonly queue: FrameQueue;
  private readonly parts: LinkParts;
  private dialler: Dialler | null = null;
  private connection: Connection | null = null;
  private largest: number;

  constructor(parts: LinkParts) {
    this.parts = parts;
    this.peer = parts.peer;
    this.lane = parts.lane;
    this.queue = new FrameQueue(parts.limits);
    this.largest = parts.limits.maxFrameBytes;
  }

  /** Dials for as long as there is no connection. */
  begin(dialler: Dialler): void {
    this.dialler = dialler;
    dialler.start({ atOnce: true });
  }

  get isUp(): boolean {
    return this.connection !== null;
  }

  /** The version spoken with the peer; `null` while there is no connection. */
  get protocol(): number | null {
    return this.connection?.parts.protocol ?? null;
  }

  /** `down` where there is no connection: the frame is dropped. */
  send(frame: Uint8Array): SendResult | 'down' {
    if (frame.length > this.largest) return 'too-large';
    const { connection } = this;
    if (connection === null) {
      this.parts.onDropped(this, 1, 'down');
      return 'down';
    }
    if (!this.queue.push(frame)) {
      this.parts.onDropped(this, 1, 'full');
      return 'full';
    }
    connection.flushSoon();
    return 'queued';
  }

  /** Whether a connection may take this lane over; see `claim.ts`. */
  judge(candidate: ClaimOnConnection, latest: Life | null): 'take' | 'stale' | 'duplicate' {
    return settleClaim({
      self: this.parts.self,
      peer: this.peer,
      latest,
      current: this.connection?.parts ?? null,
      candidate,
      isIntroducing: this.dialler?.isIntroducing ?? false,
    });
  }

  /** Takes a connection that `judge` let through. */
  adopt(connection: Connection): void {
    const { dialler, connection: before } = this;
    connection.start((ending) => this.onDown(connection, ending));
    // A listener that was told of the peer's earlier life may have ended this link meanwhile.
    if (dialler === null) return connection.close('removed', 'the link has ended');
    dialler.stop();
    dialler.succeeded();
    this.connection = connection;
    this.largest = Math.min(this.parts.limits.maxFrameBytes, connection.parts.peerMaxFrameBytes);
    before?.close('superseded', 'a newer connection took its place');
    if (this.connection === connection) this.parts.onUp(this);
  }

  /** The peer was met in a later life: what the earlier one said is void. */
  endIfBefore(life: Life): void {
    const connection = this.connection;
    if (connection !== null && compareLives(connection.parts.claim, life) < 0)
      connection.close('superseded', 'the node has started again');
  }

  /** Another try is due after a failed one. */
  redial(): void {
    if (this.connection === null) this.dialler?.start({ atOnce: false });
  }

  /** The peer has another address: a dial under way goes to the old one. */
  dialAfresh(): void {
    if (this.connection !== null || this.dialler === null) return;
    this.dialler.stop();
    this.dialler.start({ atOnce: true });
  }

  private drop(reason: DropReason): void {
    const frames = this.queue.clear();
    if (frames > 0) this.parts.onDropped(this, frames, reason);
  }

  pulse(now: number): void {
    this.connection?.pulse(now);
  }

  /** Ends it for good. */
  end(reason: 'closed' | 'removed'): void {
    this.dialler?.stop();
    this.dialler = null;
    this.drop(reason);
    this.connection?.close(reason, reason === 'closed' ? 'the transport was closed' : 'setPeers left the node out');
  }

  private onDown(connection: Connection, ending: Ending): void {
    this.drop('down');
    if (this.connection === connection) {
      this.connection = null;
      this.largest = this.parts.limits.maxFrameBytes;
    }
    this.parts.onDown(this, ending);
    this.redial();
  }
}
