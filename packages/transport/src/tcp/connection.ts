/**
 * One lane to one peer, once both sides have introduced themselves: frames out of the queue onto the socket, and off the
 * socket to the receiver.
 *
 * **Out.** What is sent in one turn of the event loop leaves in one write: small frames are copied together with their
 * lengths, large ones go by reference. Only so much is handed to the socket at once; the rest waits in the queue, where it
 * is counted, and where a goodbye can overtake it.
 *
 * **Alive.** Whoever has written nothing for a while sends a beat; whoever has heard nothing for `silentMs` gives the
 * connection up. No question is asked, so that a lane full of data in one direction is as alive as an idle one.
 */
import type { Socket } from 'node:net';
import type { FrameQueue } from '../frame-queue.js';
import type { Machine } from '../piped/machine.js';
import type { ClaimOnConnection } from './claim.js';
import { beat, FrameReader, type FrameSink, goodbye, LENGTH_BYTES, writeLength } from './frames.js';
import type { Reason } from './reason.js';
import { lingerThenDestroy } from './socket.js';

/** Frames up to this size are copied into the buffer of a write; larger ones go to the socket as they are. */
const COPIED_BYTES = 4096;
const BUFFER_BYTES = 64 * 1024;
/** No more than this is in the hands of the socket, or one frame. */
const IN_FLIGHT_BYTES = 512 * 1024;
/** No more than this is handed over in one go, so that bulk doesn't hold up the event loop. */
const WRITE_BYTES = 256 * 1024;

export interface ConnectionParts extends ClaimOnConnection {
  readonly socket: Socket;
  readonly queue: FrameQueue;
  readonly machine: Machine;
  /** What came behind the greeting. */
  readonly rest: Uint8Array | null;
  readonly maxFrameBytes: number;
  /** The largest frame that the other side takes. */
  readonly peerMaxFrameBytes: number;
  /** The version that both speak. */
  readonly protocol: number;
  readonly beatMs: number;
  readonly silentMs: number;
  readonly frameMs: number;
  onFrame(frame: Uint8Array): void;
}

/** Why a connection is over. */
export interface Ending {
  readonly reason: Reason;
  readonly detail: string;
  /** True when the other side said so. */
  readonly isByPeer: boolean;
}

export class Connection implements FrameSink {
  readonly parts: ConnectionParts;
  private readonly socket: Socket;
  private readonly reader: FrameReader;
  private onDown: ((ending: Ending) => void) | null = null;
  private isScheduled = false;
  private inFlight = 0;
  private heardAt: number;
  private spokeAt: number;
  /** Since when a frame has been unfinished; `null` when none is. */
  private unfinishedSince: number | null = null;
  private spare: Uint8Array | null = null;
  private socketError: string | null = null;

  constructor(parts: ConnectionParts) {
    this.parts = parts;
    this.socket = parts.socket;
    this.reader = new FrameReader(parts.maxFrameBytes, this);
    this.heardAt = this.spokeAt = parts.machine.now();
  }

  /** Begins to read and write. `onDown` is called once, whoever ends it. */
  start(onDown: (ending: Ending) => void): void {
    const { socket } = this;
    this.onDown = onDown;
    socket.on('data', this.onData);
    socket.on('error', (error) => {
      this.socketError ??= error.message;
    });
    socket.on('close', () => {
      this.end({ reason: 'broken', detail: this.socketError ?? 'the other side hung up', isByPeer: false });
    });
    if (socket.destroyed) {
      queueMicrotask(() => this.end({ reason: 'broken', detail: 'closed at once', isByPeer: false }));
      return;
    }
    const { rest } = this.parts;
    if (rest === null) socket.resume();
    // Not from inside of whatever brought it up: a receiver is never called from inside `send`.
    else
      queueMicrotask(() => {
        this.onData(rest);
        socket.resume();
      });
  }

  /** Writes what waits, once this turn of the event loop has said all that it has to say. */
  flushSoon(): void {
    if (this.isScheduled || this.inFlight >= IN_FLIGHT_BYTES) return;
    this.isScheduled = true;
    process.nextTick(this.flush);
  }

  /** What one write doesn't hold leaves when others have had their turn: the system may take megabytes without a pause. */
  private flushNextTurn(): void {
    if (this.isScheduled || this.inFlight >= IN_FLIGHT_BYTES) return;
    this.isScheduled = true;
    setImmediate(this.flush);
  }

  /** Beats and gives up; called a few times within each `beatMs`. */
  pulse(now: number): void {
    const { beatMs, silentMs, frameMs } = this.parts;
    if (now - this.heardAt >= silentMs)
      return this.close('silent', `nothing came for ${Math.round(now - this.heardAt)} ms`);
    if (!this.reader.isUnfinished) this.unfinishedSince = null;
    else this.unfinishedSince ??= now;
    if (this.unfinishedSince !== null && now - this.unfinishedSince >= frameMs)
      return this.close('slow-frame', `a frame was not whole after ${frameMs} ms`);
    if (now - this.spokeAt < beatMs || this.inFlight > 0) return;
    this.spokeAt = now;
    this.spare = null; // an idle connection keeps no buffer
    this.socket.write(beat());
  }

  /** Says goodbye and ends it. What waits is not sent any more. */
  close(reason: Reason, detail: string): void {
    if (this.onDown === null) return;
    const { socket, parts } = this;
    socket.off('data', this.onData);
    if (reason === 'silent') socket.destroy();
    else lingerThenDestroy(socket, goodbye(reason), parts.machine);
    this.end({ reason, detail, isByPeer: false });
  }

  onFrame(frame: Uint8Array): void {
    this.unfinishedSince = null;
    this.parts.onFrame(frame);
  }

  onGoodbye(reason: Reason): void {
    this.socket.off('data', this.onData);
    this.socket.destroy();
    this.end({ reason, detail: 'the other side said so', isByPeer: true });
  }

  private readonly onData = (chunk: Uint8Array): void => {
    this.heardAt = this.parts.machine.now();
    this.reader.push(chunk);
    if (this.reader.fault !== null && this.onDown !== null) this.close(this.reader.fault, this.describe());
  };

  private describe(): string {
    return this.reader.fault === 'oversized-frame'
      ? `a frame above ${this.parts.maxFrameBytes} bytes was announced`
      : 'a signal that is not known here';
  }

  private end(ending: Ending): void {
    const { onDown } = this;
    if (onDown === null) return;
    this.onDown = null;
    this.reader.stop();
    onDown(ending);
  }

  private readonly flush = (): void => {
    this.isScheduled = false;
    const { queue } = this.parts;
    if (this.onDown === null || queue.waiting === 0 || this.inFlight >= IN_FLIGHT_BYTES) return;
    this.spokeAt = this.parts.machine.now();
    this.writeBatch();
  };

  /**
   *     buffer   │ len │ small │ len │ small │ len │        one write …        │ len │ small │
   *     frames                                     large, as it is
   */
  private writeBatch(): void {
    const { socket } = this;
    const { queue } = this.parts;
    const buffer = this.spare ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
    this.spare = null;
    let written = 0;
    let filled = 0;
    let frames = 0;
    let bytes = 0;
    let isCorked = false;
    while (bytes < WRITE_BYTES && filled + LENGTH_BYTES + COPIED_BYTES <= buffer.length) {
      const frame = queue.take();
      if (frame === undefined) break;
      const { length } = frame;
      frames++;
      bytes += length;
      writeLength(buffer, filled, length);
      filled += LENGTH_BYTES;
      if (length <= COPIED_BYTES) {
        buffer.set(frame, filled);
        filled += length;
      } else {
        if (!isCorked) socket.cork();
        isCorked = true;
        socket.write(buffer.subarray(written, filled));
        socket.write(frame);
        written = filled;
      }
    }
    this.inFlight += bytes;
    // An empty write still calls back in its turn.
    socket.write(buffer.subarray(written, filled), (error) => {
      // What broke off was not let go of: it is dropped, and counted, when the socket has closed. (Node calls back without
      // an error for what was under way when the socket was destroyed.)
      if (error != null || socket.destroyed || this.onDown === null) return;
      this.inFlight -= bytes;
      this.spare = buffer;
      queue.settle(frames, bytes);
      if (queue.waiting > 0) this.flushNextTurn();
    });
    if (isCorked) socket.uncork();
    if (queue.waiting > 0) this.flushNextTurn();
  }
}
