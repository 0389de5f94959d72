import type { Limits } from './limits.js';

/** Beyond so many taken frames the array is cut. */
const TAKEN_TO_CUT = 1024;

/**
 * What waits for one peer on one lane, bounded in bytes and in frames. A frame counts until the carrier has let go of it,
 * not until it was handed on: else a peer that stops reading would fill the socket's own queue without a bound.
 *
 *     push ──► waiting ──take──► in flight ──settle──► gone
 *              └──────── counted ────────┘
 */
export class FrameQueue {
  private readonly maxBytes: number;
  private readonly maxFrames: number;
  /** What was taken is `undefined`: a frame is not kept longer than it must be. */
  private frames: (Uint8Array | undefined)[] = [];
  private next = 0;
  private countedBytes = 0;
  private countedFrames = 0;
  /** The largest frame that found no room since somebody could last write: `writable` that ignored it would have it tried for ever. */
  private refusedBytes = 0;
  private waiters: (() => void)[] = [];

  constructor({ maxQueueBytes, maxQueueFrames }: Omit<Limits, 'maxFrameBytes'>) {
    this.maxBytes = maxQueueBytes;
    this.maxFrames = maxQueueFrames;
  }

  /** Frames that wait. */
  get waiting(): number {
    return this.frames.length - this.next;
  }

  /** Bytes that are held, waiting or in flight. */
  get bytes(): number {
    return this.countedBytes;
  }

  /** False when there is no room; the frame is not kept then. */
  push(frame: Uint8Array): boolean {
    const isTaken = this.maybePush(frame);
    if (!isTaken) this.refusedBytes = Math.max(this.refusedBytes, Math.min(frame.length, this.maxBytes));
    return isTaken;
  }

  private maybePush(frame: Uint8Array): boolean {
    const bytes = this.countedBytes + frame.length;
    if (bytes > this.maxBytes || this.countedFrames >= this.maxFrames) return false;
    this.countedBytes = bytes;
    this.countedFrames++;
    this.frames.push(frame);
    return true;
  }

  /** The frame that `take` would take. */
  peek(): Uint8Array | undefined {
    return this.frames[this.next];
  }

  /** The next frame, in flight from now on. */
  take(): Uint8Array | undefined {
    const frame = this.frames[this.next];
    if (frame === undefined) return undefined;
    this.frames[this.next++] = undefined;
    if (this.next === this.frames.length) {
      this.frames = [];
      this.next = 0;
    } else if (this.next >= TAKEN_TO_CUT && this.next * 2 >= this.frames.length) {
      this.frames = this.frames.slice(this.next);
      this.next = 0;
    }
    return frame;
  }

  /** The frames that wait, first to last. */
  list(): readonly Uint8Array[] {
    return this.frames.slice(this.next) as Uint8Array[];
  }

  /** The carrier has let go of so many frames with so many bytes. */
  settle(frames: number, bytes: number): void {
    this.countedFrames -= frames;
    this.countedBytes -= bytes;
    if (this.waiters.length > 0) this.wake();
  }

  /** Forgets what waits and what is in flight; gives back how many frames that were. */
  clear(): number {
    const count = this.countedFrames;
    this.frames = [];
    this.next = 0;
    this.countedBytes = 0;
    this.countedFrames = 0;
    this.wake();
    return count;
  }

  /** Resolves when at most half of either bound is taken (the low-water mark), and what was last refused has room. */
  writable(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.wake();
    });
  }

  private isBelowLowWater(): boolean {
    const hasRoom = this.countedBytes + this.refusedBytes <= this.maxBytes;
    return hasRoom && this.countedBytes * 2 <= this.maxBytes && this.countedFrames * 2 <= this.maxFrames;
  }

  private wake(): void {
    if (!this.isBelowLowWater()) return;
    this.refusedBytes = 0;
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }
}
