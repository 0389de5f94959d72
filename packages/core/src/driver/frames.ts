/**
 * From bytes to inputs. A frame is verified and decoded before it can have any effect; one that is bad is counted and
 * dropped, and never stops the node. Frames of one peer stay in order, also where verifying takes a promise.
 *
 *     transport ──► bounded ──► guard.open ──► decodeMessage ──► inbox
 *                      └── full     └── unverified  └── malformed: dropped, counted
 *
 * A peer may have as much waiting as is still free for all: one that floods gets half of the room, of two each a third, and
 * who sends little always finds some (Choudhury, Hahne: Dynamic Queue Length Thresholds, 1998, with alpha = 1).
 */
import { isDecodeError } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import type { Guard } from './guard.js';

/** Why a frame that arrived was dropped. */
export type FrameFault = 'full' | 'unverified' | 'malformed';

/** What frames are taken in with. */
export interface FrameGateOptions<Message> {
  readonly decode: (bytes: Uint8Array) => Message;
  readonly guard: Guard | null;
  readonly maxFrames: number;
  readonly maxBytes: number;
  readonly onMessage: (from: NodeId, message: Message) => void;
  readonly onFault: (from: NodeId, fault: FrameFault, error: unknown) => void;
}

/** A frame that is being verified, or waits behind one that is. `bytes` is null when it was refused. */
interface Held {
  readonly size: number;
  bytes: Uint8Array | null;
  error: unknown;
  isSettled: boolean;
}

/** What of a peer waits. */
interface Waiting {
  heldFrames: number;
  heldBytes: number;
  inboxFrames: number;
  inboxBytes: number;
}

const nothingWaits = (): Waiting => ({ heldFrames: 0, heldBytes: 0, inboxFrames: 0, inboxBytes: 0 });

/** See the top of `frames.ts`. */
export class FrameGate<Message> {
  private readonly options: FrameGateOptions<Message>;
  /** By peer, in order of arrival; only of peers with a frame that is being verified. */
  private readonly lines = new Map<NodeId, Held[]>();
  /** Of all peers together. */
  private readonly all = nothingWaits();
  /** By peer; only of those of whom something waits. */
  private readonly waiting = new Map<NodeId, Waiting>();
  private isClosed = false;

  constructor(options: FrameGateOptions<Message>) {
    this.options = options;
  }

  /** A frame from the transport. */
  arrive(from: NodeId, frame: Uint8Array): void {
    const { guard, onFault } = this.options;
    if (this.isClosed) return;
    if (!this.hasRoom(from, frame.length)) return onFault(from, 'full', null);
    if (guard === null) return this.decode(from, frame, frame.length);
    let opened: ReturnType<Guard['open']>;
    try {
      opened = guard.open(from, frame);
    } catch (error) {
      return onFault(from, 'unverified', error);
    }
    const line = this.lines.get(from);
    if (isPromise(opened)) this.hold(from, frame.length, opened, line);
    else if (line !== undefined) line.push(this.held(from, frame.length, opened));
    else this.release(from, frame.length, opened, null);
  }

  /** The inbox has been stepped. */
  taken(): void {
    this.all.inboxFrames = 0;
    this.all.inboxBytes = 0;
    for (const [from, waiting] of this.waiting) {
      waiting.inboxFrames = 0;
      waiting.inboxBytes = 0;
      if (waiting.heldFrames === 0) this.waiting.delete(from);
    }
  }

  /** Nothing is handed on any more. */
  close(): void {
    this.isClosed = true;
    this.lines.clear();
  }

  /** Frames that wait to be verified or stepped. */
  get waitingFrames(): number {
    return framesOf(this.all);
  }

  private hasRoom(from: NodeId, size: number): boolean {
    const { maxFrames, maxBytes } = this.options;
    const mine = this.waiting.get(from);
    const freeFrames = maxFrames - framesOf(this.all);
    if (freeFrames <= 0 || (mine !== undefined && framesOf(mine) > freeFrames)) return false;
    const bytes = bytesOf(this.all);
    // One alone may exceed the bytes, or it could never be taken.
    return bytes === 0 || (size <= maxBytes - bytes && (mine === undefined || bytesOf(mine) <= maxBytes - bytes));
  }

  private waitingOf(from: NodeId): Waiting {
    let waiting = this.waiting.get(from);
    if (waiting === undefined) {
      waiting = nothingWaits();
      this.waiting.set(from, waiting);
    }
    return waiting;
  }

  private hold(from: NodeId, size: number, opening: Promise<Uint8Array | null>, line: Held[] = []): void {
    const held = this.held(from, size, null, false);
    line.push(held);
    this.lines.set(from, line);
    const settle = (bytes: Uint8Array | null, error: unknown) => {
      Object.assign(held, { bytes, error, isSettled: true });
      this.advance(from);
    };
    opening.then(
      (bytes) => settle(bytes, null),
      (error: unknown) => settle(null, error),
    );
  }

  private held(from: NodeId, size: number, bytes: Uint8Array | null, isSettled = true): Held {
    this.countHeld(from, 1, size);
    return { size, bytes, error: null, isSettled };
  }

  /** Hands on what is verified and has nothing unverified before it. */
  private advance(from: NodeId): void {
    const line = this.lines.get(from);
    if (line === undefined) return;
    while (line[0]?.isSettled) {
      const { size, bytes, error } = line.shift()!;
      this.countHeld(from, -1, -size);
      this.release(from, size, bytes, error);
    }
    if (line.length === 0) this.lines.delete(from);
  }

  private release(from: NodeId, size: number, bytes: Uint8Array | null, error: unknown): void {
    if (bytes === null) this.options.onFault(from, 'unverified', error);
    else this.decode(from, bytes, size);
  }

  private decode(from: NodeId, bytes: Uint8Array, size: number): void {
    let message: Message;
    try {
      message = this.options.decode(bytes);
    } catch (error) {
      return this.options.onFault(from, 'malformed', error);
    }
    for (const count of [this.all, this.waitingOf(from)]) {
      count.inboxFrames++;
      count.inboxBytes += size;
    }
    this.options.onMessage(from, message);
  }

  private countHeld(from: NodeId, frames: number, bytes: number): void {
    for (const count of [this.all, this.waitingOf(from)]) {
      count.heldFrames += frames;
      count.heldBytes += bytes;
    }
  }
}

const framesOf = ({ heldFrames, inboxFrames }: Waiting): number => heldFrames + inboxFrames;
const bytesOf = ({ heldBytes, inboxBytes }: Waiting): number => heldBytes + inboxBytes;

/** What a log says of a bad frame: what a decoder says it found, or a fault of the decoder itself, which is worth a report. */
export function faultDetail(error: unknown): string {
  if (error === null) return '';
  if (isDecodeError(error)) return error.message;
  return `not a DecodeError: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

const isPromise = (value: Uint8Array | null | Promise<Uint8Array | null>): value is Promise<Uint8Array | null> =>
  value !== null && typeof (value as { then?: unknown }).then === 'function';
