/**
 * From bytes to inputs. A frame is verified and decoded before it can have any effect; one that is bad is counted and
 * dropped, and never stops the node. Frames of one peer stay in order, also where verifying takes a promise.
 *
 *     transport ──► bounded ──► guard.open ──► decodeMessage ──► inbox
 *                      └── full     └── unverified  └── malformed: dropped, counted
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

/** See the top of `frames.ts`. */
export class FrameGate<Message> {
  private readonly options: FrameGateOptions<Message>;
  /** By peer, in order of arrival; only of peers with a frame that is being verified. */
  private readonly lines = new Map<NodeId, Held[]>();
  private heldFrames = 0;
  private heldBytes = 0;
  private inboxFrames = 0;
  private inboxBytes = 0;
  private isClosed = false;

  constructor(options: FrameGateOptions<Message>) {
    this.options = options;
  }

  /** A frame from the transport. */
  arrive(from: NodeId, frame: Uint8Array): void {
    const { guard, maxFrames, maxBytes, onFault } = this.options;
    if (this.isClosed) return;
    const waitingBytes = this.heldBytes + this.inboxBytes;
    // One alone may exceed the bytes, or it could never be taken.
    const isFull = this.waitingFrames >= maxFrames || (waitingBytes > 0 && waitingBytes + frame.length > maxBytes);
    if (isFull) return onFault(from, 'full', null);
    if (guard === null) return this.decode(from, frame, frame.length);
    let opened: ReturnType<Guard['open']>;
    try {
      opened = guard.open(from, frame);
    } catch (error) {
      return onFault(from, 'unverified', error);
    }
    const line = this.lines.get(from);
    if (isPromise(opened)) this.hold(from, frame.length, opened, line);
    else if (line !== undefined) line.push(this.held(frame.length, opened));
    else this.release(from, frame.length, opened, null);
  }

  /** The inbox has been stepped. */
  taken(): void {
    this.inboxFrames = 0;
    this.inboxBytes = 0;
  }

  /** Nothing is handed on any more. */
  close(): void {
    this.isClosed = true;
    this.lines.clear();
  }

  /** Frames that wait to be verified or stepped. */
  get waitingFrames(): number {
    return this.heldFrames + this.inboxFrames;
  }

  private hold(from: NodeId, size: number, opening: Promise<Uint8Array | null>, line: Held[] = []): void {
    const held = this.held(size, null, false);
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

  private held(size: number, bytes: Uint8Array | null, isSettled = true): Held {
    this.heldFrames++;
    this.heldBytes += size;
    return { size, bytes, error: null, isSettled };
  }

  /** Hands on what is verified and has nothing unverified before it. */
  private advance(from: NodeId): void {
    const line = this.lines.get(from);
    if (line === undefined) return;
    while (line[0]?.isSettled) {
      const { size, bytes, error } = line.shift()!;
      this.heldFrames--;
      this.heldBytes -= size;
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
    this.inboxFrames++;
    this.inboxBytes += size;
    this.options.onMessage(from, message);
  }
}

/** What a log says of a bad frame: what a decoder says it found, or a fault of the decoder itself, which is worth a report. */
export function faultDetail(error: unknown): string {
  if (error === null) return '';
  if (isDecodeError(error)) return error.message;
  return `not a DecodeError: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

const isPromise = (value: Uint8Array | null | Promise<Uint8Array | null>): value is Promise<Uint8Array | null> =>
  value !== null && typeof (value as { then?: unknown }).then === 'function';
