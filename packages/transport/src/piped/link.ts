/**
 * One connection through a pipe.
 *
 *     greeting ── hello judged ──► up ──► ended
 *
 *     send ──► queue a lane ──► batches, one a tick ──► in flight, at most the peer's window ──► acknowledged
 *
 * Ports have no back-pressure, and browsers' WebSockets tell nobody when they have drained. So every batch is
 * acknowledged when its frames have been received, with the next batch that goes the other way, or alone: what is under way
 * to a peer that reads nothing is bounded, wherever it waits.
 */
import { assert, isDecodeError } from '@dsys/codec';
import { FrameQueue } from '../frame-queue.js';
import type { Limits } from '../limits.js';
import type { Lane, NodeId } from '../transport.js';
import type { Machine } from './machine.js';
import type { PipeReason } from './reason.js';
import {
  decodeMessage,
  encodeBatch,
  encodeGoodbye,
  encodeHello,
  type LanedFrame,
  type PipeHello,
  type PipeMessage,
  readFrame,
} from './wire.js';

/** What carries whole messages in order. */
export interface Pipe {
  /** The bytes are the pipe's from now on. A failure shows as its end. */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Lets what was sent go out. May be called again. */
  close(): void;
}

/** Why a hello is not let in. */
export interface Refusal {
  readonly reason: PipeReason;
  readonly detail: string;
}

/** What a link asks and tells the hub that it is in. */
export interface LinkHost {
  readonly machine: Machine;
  readonly limits: Limits;
  readonly windowBytes: number;
  readonly silentMs: number;
  /** Our side's hello. */
  hello(link: Link): PipeHello;
  /** `null` lets the other side in. */
  judge(link: Link, hello: PipeHello): Refusal | null | Promise<Refusal | null>;
  up(link: Link): void;
  frame(link: Link, frame: Uint8Array, lane: Lane): void;
  /** The link has ended; so many frames of each lane are dropped. `isOurs`: we ended it for what the other side did. */
  ended(link: Link, end: Refusal & { readonly isOurs: boolean; readonly control: number; readonly bulk: number }): void;
}

/** How a link begins. */
export interface LinkOptions {
  /** Says its hello at once; else when the other side's was let in. */
  readonly isDialled: boolean;
  /** Whom we take the other side for; empty when we can't know. */
  readonly expected: NodeId;
  /** Where the other side is, for people. */
  readonly address: string;
  /** What our hello proves itself with. */
  readonly token: string | null;
  /** Until the other side has said its hello and was let in. 0: for ever. */
  readonly helloMs: number;
}

/** A batch goes out when it has so many bytes; a larger frame goes alone. What is kept of a batch keeps all of it. */
const BATCH_BYTES = 64 * 1024;

const MIN_BEAT_MS = 10;

interface InFlight {
  readonly controlFrames: number;
  readonly controlBytes: number;
  readonly bulkFrames: number;
  readonly bulkBytes: number;
}

export class Link {
  readonly options: LinkOptions;
  /** Who the other side says it is, true or not. */
  claimed: NodeId | null = null;
  /** The other side's hello, once it was let in. */
  peer: PipeHello | null = null;
  private readonly host: LinkHost;
  private readonly pipe: Pipe;
  private readonly queues: { readonly control: FrameQueue; readonly bulk: FrameQueue };
  private state: 'greeting' | 'judging' | 'up' | 'ended' = 'greeting';
  private readonly inFlight: InFlight[] = [];
  private inFlightBytes = 0;
  /** Batches with frames that were sent and acknowledged; that were received; and how many of those the other side knows of. */
  private acknowledged = 0;
  private received = 0;
  private told = 0;
  private isFlushDue = false;
  private lastSent: number;
  private lastHeard: number;
  private cancelTimer: (() => void) | null = null;

  constructor(host: LinkHost, pipe: Pipe, options: LinkOptions) {
    this.host = host;
    this.pipe = pipe;
    this.options = options;
    this.queues = { control: new FrameQueue(host.limits), bulk: new FrameQueue(host.limits) };
    this.lastSent = this.lastHeard = host.machine.now();
    if (options.isDialled) this.transmit(encodeHello(host.hello(this)));
    if (options.helloMs > 0)
      this.cancelTimer = host.machine.after(options.helloMs, () =>
        this.end('hello-timeout', `no hello within ${options.helloMs} ms`),
      );
  }

  get isUp(): boolean {
    return this.state === 'up';
  }

  queue(lane: Lane): FrameQueue {
    return lane === 'bulk' ? this.queues.bulk : this.queues.control;
  }

  /** Only while it is up. */
  send(frame: Uint8Array, lane: Lane): 'queued' | 'full' | 'too-large' {
    assert(this.peer !== null, 'frames go to a peer that was let in');
    if (frame.length > this.peer.maxFrameBytes) return 'too-large';
    if (!this.queue(lane).push(frame)) return 'full';
    this.flushSoon();
    return 'queued';
  }

  /** A message came out of the pipe. */
  onMessage(bytes: Uint8Array): void {
    if (this.state === 'ended') return;
    this.lastHeard = this.host.machine.now();
    try {
      this.take(decodeMessage(bytes));
    } catch (error) {
      if (!isDecodeError(error)) throw error;
      const reason =
        this.state !== 'up'
          ? 'malformed-hello'
          : error.code === 'decode-too-large'
            ? 'oversized-frame'
            : 'malformed-frame';
      this.end(reason, error.message);
    }
  }

  /** The pipe has ended by itself. */
  onEnd(detail: string): void {
    this.finish({ reason: 'broken', detail, isOurs: false });
  }

  /** Ends it, with a word to the other side. */
  end(reason: PipeReason, detail: string): void {
    if (this.state === 'ended') return;
    this.transmit(encodeGoodbye(reason, detail));
    this.finish({ reason, detail, isOurs: true });
  }

  private take(message: PipeMessage): void {
    switch (message.kind) {
      case 'batch':
        if (this.state === 'up') this.takeBatch(message);
        else this.end('malformed-hello', 'a batch came before the hello');
        return;
      case 'goodbye':
        this.finish({ reason: message.reason, detail: message.detail, isOurs: false });
        return;
      case 'stranger':
        this.end(message.reason, message.detail);
        return;
      case 'hello':
        if (this.state === 'greeting') this.takeHello(message.hello);
        else this.end('malformed-frame', 'a second hello');
    }
  }

  private takeHello(hello: PipeHello): void {
    this.state = 'judging';
    this.claimed = hello.from;
    const verdict = this.host.judge(this, hello);
    if (verdict === null || !('then' in verdict)) this.settle(hello, verdict);
    else
      verdict.then(
        (refusal) => this.settle(hello, refusal),
        () => this.settle(hello, { reason: 'token', detail: 'it could not be checked' }),
      );
  }

  private settle(hello: PipeHello, refusal: Refusal | null): void {
    if (this.state !== 'judging') return;
    if (refusal !== null) return this.end(refusal.reason, refusal.detail);
    this.state = 'up';
    this.peer = hello;
    this.cancelTimer?.();
    if (!this.options.isDialled) this.transmit(encodeHello(this.host.hello(this)));
    this.watch();
    this.host.up(this);
  }

  private takeBatch({ received, reader }: Extract<PipeMessage, { kind: 'batch' }>): void {
    if (received < this.acknowledged || received > this.acknowledged + this.inFlight.length)
      return this.end(
        'malformed-frame',
        `${received} batches acknowledged of ${this.acknowledged + this.inFlight.length}`,
      );
    if (received > this.acknowledged) this.acknowledge(received - this.acknowledged);
    if (reader.remaining === 0) return;
    for (let next = this.next(reader); next !== null; next = this.next(reader)) {
      this.host.frame(this, next.frame, next.lane);
      // The receiver may have closed us.
      if (this.state !== 'up') return;
    }
    this.received++;
    this.flushSoon();
  }

  private next(reader: Extract<PipeMessage, { kind: 'batch' }>['reader']): LanedFrame | null {
    return readFrame(reader, this.host.limits.maxFrameBytes);
  }

  private acknowledge(count: number): void {
    this.acknowledged += count;
    const { control, bulk } = this.queues;
    for (const batch of this.inFlight.splice(0, count)) {
      this.inFlightBytes -= batch.controlBytes + batch.bulkBytes;
      control.settle(batch.controlFrames, batch.controlBytes);
      bulk.settle(batch.bulkFrames, batch.bulkBytes);
    }
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    queueMicrotask(() => {
      this.isFlushDue = false;
      if (this.state === 'up') this.flush();
    });
  }

  /** Everything that waits goes, as far as the window lets it; an acknowledgement that is owed goes in any case. */
  private flush(): void {
    const window = this.peer!.windowBytes;
    while (this.inFlight.length === 0 || this.inFlightBytes < window) {
      const frames = this.gather();
      if (frames.length === 0) break;
      this.transmitBatch(frames);
    }
    if (this.told < this.received) this.transmitBatch([]);
  }

  private gather(): LanedFrame[] {
    const frames: LanedFrame[] = [];
    let bytes = 0;
    let [controlFrames, controlBytes] = [0, 0];
    while (bytes < BATCH_BYTES) {
      const lane = this.queues.control.waiting > 0 ? 'control' : 'bulk';
      const queue = this.queues[lane];
      const peek = queue.peek();
      if (peek === undefined || (bytes > 0 && bytes + peek.length > BATCH_BYTES)) break;
      queue.take();
      frames.push({ frame: peek, lane });
      bytes += peek.length;
      if (lane === 'control') {
        controlFrames++;
        controlBytes += peek.length;
      }
      // Frames of no bytes have a head too.
      if (frames.length === BATCH_BYTES >> 4) break;
    }
    if (frames.length > 0) {
      const [bulkFrames, bulkBytes] = [frames.length - controlFrames, bytes - controlBytes];
      this.inFlight.push({ controlFrames, controlBytes, bulkFrames, bulkBytes });
      this.inFlightBytes += bytes;
    }
    return frames;
  }

  private transmitBatch(frames: readonly LanedFrame[]): void {
    this.told = this.received;
    this.transmit(encodeBatch(this.received, frames));
  }

  private transmit(message: Uint8Array<ArrayBuffer>): void {
    this.lastSent = this.host.machine.now();
    this.pipe.send(message);
  }

  /** Says a word when nothing was said for a third of what the other side waits, and ends when nothing is heard. */
  private watch(): void {
    const { machine, silentMs } = this.host;
    const theirs = this.peer!.silentMs;
    if (silentMs === 0 && theirs === 0) return;
    // A stranger's wish makes no timer that runs all the time.
    const beatMs = Math.max(Math.min(silentMs || Infinity, theirs || Infinity) / 3, MIN_BEAT_MS);
    let due = machine.now() + beatMs;
    const look = (): void => {
      const now = machine.now();
      // A timer that is late says that this program stood still: what was sent to it has not been looked at yet.
      const isLate = now - due > beatMs / 2;
      if (silentMs > 0 && now - this.lastHeard >= silentMs && !isLate)
        return this.end('silent', `nothing was heard for ${Math.round(now - this.lastHeard)} ms`);
      if (theirs > 0 && now - this.lastSent >= beatMs * 0.9) this.transmitBatch([]);
      due = now + beatMs;
      this.cancelTimer = machine.after(beatMs, look);
    };
    this.cancelTimer = machine.after(beatMs, look);
  }

  private finish(end: Refusal & { readonly isOurs: boolean }): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.cancelTimer?.();
    this.pipe.close();
    this.inFlight.length = 0;
    const control = this.queues.control.clear();
    this.host.ended(this, { ...end, control, bulk: this.queues.bulk.clear() });
  }
}
