import { isDecodeError, wrongType } from '@dsys/codec';
import { CallError, reasonOf } from '../calls/failure.js';
import type { CallId } from '../calls/message.js';
import type { WatchedTransport } from '../events.js';
import { integerWithin } from '../limits.js';
import type { Lane, NodeId, Transport } from '../transport.js';
import { Incoming } from './incoming.js';
import {
  CHUNK_OVERHEAD_BYTES,
  decodeStreamMessage,
  encodeStreamMessage,
  MAX_STREAM_HEAD_BYTES,
  type StreamMessage,
} from './message.js';
import { Outgoing } from './outgoing.js';

/** What a handler is told beside the bytes. */
export interface StreamContext {
  readonly from: NodeId;
  /** What the opener says of the stream, at most 4096 bytes. */
  readonly head: Uint8Array;
}

/**
 * Takes one stream. When it returns after the end was read, the opener's promise resolves; returning before, or throwing,
 * ends the stream there with an error. Read at your own pace: no more than the window is kept for you. The iteration
 * throws a `CallError` when the stream breaks.
 */
export type StreamHandler = (chunks: AsyncIterable<Uint8Array>, context: StreamContext) => Promise<void> | void;

/** How streams are opened and taken. */
export interface StreamsOptions {
  /** A number that no earlier life of this node had: its boot count from disk, or a random one. */
  readonly boot: number;
  /** Without one, every stream is refused `no-handler`. */
  readonly onStream?: StreamHandler;
  /** Most bytes of one stream that wait here to be read; the opener sends no more. Default 1 MiB. */
  readonly windowBytes?: number;
  /** Streams that are taken at a time: one more is `busy` over there. Default 16. */
  readonly maxIncoming?: number;
  /** Largest chunk that is sent. Default 64 KiB, or what a frame holds. */
  readonly maxChunkBytes?: number;
  /** Whose `down` ends the streams of a peer: the transport itself, or the one below a channel. */
  readonly watch?: Pick<WatchedTransport, 'on'>;
}

/** How one stream goes. */
export interface OpenStreamOptions {
  /** Says what the stream is, in at most 4096 bytes. Default none. */
  readonly head?: Uint8Array;
  /** Ends it: a frame may be lost, so a stream without an end is none. */
  readonly signal: AbortSignal;
  /** Called with the bytes that have been sent so far, after each chunk. */
  readonly onProgress?: (sentBytes: number) => void;
}

/**
 * Bytes without a bound (a snapshot, a file) over a transport or a channel, whose receiver it takes. Bytes go on the bulk
 * lane, and no faster than they are read over there; what steers them goes on control. It sets no timer.
 */
export function streams(transport: Transport, options: StreamsOptions): Streams {
  return new Streams(transport, options);
}

/** What `streams` makes. */
export class Streams {
  private readonly transport: Transport;
  private readonly boot: number;
  private readonly onStream: StreamHandler | null;
  private readonly windowBytes: number;
  private readonly maxIncoming: number;
  private readonly maxChunkBytes: number;
  private readonly outgoing = new Map<number, Outgoing>();
  private readonly incoming = new Map<string, { readonly from: NodeId; readonly stream: Incoming }>();
  private readonly stops: (() => void)[] = [];
  private latest = 0;
  private ignored = 0;
  private isClosed = false;

  /** Use `streams`. */
  constructor(transport: Transport, options: StreamsOptions) {
    const { boot, onStream, windowBytes = 1 << 20, maxIncoming = 16, watch } = options;
    const most = transport.maxFrameBytes - CHUNK_OVERHEAD_BYTES;
    if (most < 1) throw new RangeError(`frames of ${transport.maxFrameBytes} bytes hold no chunk`);
    this.transport = transport;
    this.boot = integerWithin('boot', boot, 0, Number.MAX_SAFE_INTEGER);
    this.onStream = onStream ?? null;
    this.windowBytes = integerWithin('windowBytes', windowBytes, 1, 2 ** 40);
    this.maxIncoming = integerWithin('maxIncoming', maxIncoming, 1, 2 ** 16);
    this.maxChunkBytes = integerWithin('maxChunkBytes', options.maxChunkBytes ?? Math.min(65_536, most), 1, most);
    this.stops.push(transport.receive((from, frame) => this.arrive(from, frame)));
    if (watch !== undefined) this.stops.push(watch.on('down', ({ peer }) => this.lose(peer)));
  }

  /** Streams that are under way, sent and taken. */
  get open(): number {
    return this.outgoing.size + this.incoming.size;
  }

  /** Frames that came and belong to no stream. */
  get ignoredFrames(): number {
    return this.ignored;
  }

  /**
   * Sends all of `source`, and resolves once the handler over there has read it to the end and returned. Rejects with a
   * `CallError`, with the signal's reason, or with what the source threw; the other side's iteration throws then too.
   */
  async openStream(
    to: NodeId,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { head = new Uint8Array(), signal, onProgress }: OpenStreamOptions,
  ): Promise<{ readonly bytes: number }> {
    if (typeof signal?.aborted !== 'boolean') throw wrongType('signal', 'an AbortSignal', signal);
    signal.throwIfAborted();
    if (this.isClosed) throw new CallError('closed', 'this side was closed');
    if (head.length > MAX_STREAM_HEAD_BYTES)
      throw new CallError('too-large', `a head has at most ${MAX_STREAM_HEAD_BYTES} bytes, got ${head.length}`);
    const id = { boot: this.boot, number: ++this.latest };
    const stream = new Outgoing(to);
    const onAbort = (): void => stream.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.outgoing.set(id.number, stream);
    const chunks = iteratorOf(source);
    try {
      await this.sendOn(stream, { kind: 'open', id, head });
      let offset = 0;
      for (;;) {
        const next = await stream.unlessFailed(Promise.resolve(chunks.next()));
        if (next.done === true) break;
        for (let at = 0; at < next.value.length; ) {
          const size = Math.min(next.value.length - at, this.maxChunkBytes, await stream.credit(offset));
          await this.sendOn(stream, { kind: 'chunk', id, offset, bytes: next.value.subarray(at, at + size) });
          at += size;
          offset += size;
          onProgress?.(offset);
        }
      }
      await this.sendOn(stream, { kind: 'end', id, offset });
      await stream.finished();
      return { bytes: offset };
    } catch (error) {
      // The source may hang, and need not be waited for; what it throws now nobody can use.
      void Promise.resolve(chunks.return?.()).catch(() => undefined);
      this.tell(to, { kind: 'abort', id, code: 'aborted', reason: reasonOf(error) });
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.outgoing.delete(id.number);
    }
  }

  /** Gives the receiver back and ends all streams with `closed`. The transport stays. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    for (const [key, { from, stream }] of this.incoming) {
      stream.fail(new CallError('closed', 'this side was closed'));
      this.tell(from, { kind: 'refuse', id: idOf(key), code: 'aborted', reason: 'the other side was closed' });
    }
    this.isClosed = true;
    for (const stop of this.stops) stop();
    for (const stream of this.outgoing.values()) stream.fail(new CallError('closed', 'this side was closed'));
    this.incoming.clear();
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private arrive(from: NodeId, frame: Uint8Array): void {
    let message: StreamMessage;
    try {
      message = decodeStreamMessage(frame);
    } catch (error) {
      if (!isDecodeError(error)) throw error;
      this.ignored++;
      return;
    }
    const isForOpener = message.kind === 'credit' || message.kind === 'done' || message.kind === 'refuse';
    if (isForOpener) this.steer(from, message);
    else if (message.kind === 'open') this.accept(from, message.id, message.head);
    else this.take(from, message);
  }

  /** What the acceptor says to a stream of ours. */
  private steer(from: NodeId, message: StreamMessage): void {
    const stream = message.id.boot === this.boot ? this.outgoing.get(message.id.number) : undefined;
    if (stream?.to !== from) {
      this.ignored++;
      return;
    }
    if (message.kind === 'credit') stream.grant(message.offset);
    else if (message.kind === 'done') stream.done();
    else if (message.kind === 'refuse') stream.fail(new CallError(message.code, `${from}: ${message.reason}`));
  }

  /** What the opener says to a stream that we take. */
  private take(from: NodeId, message: StreamMessage): void {
    const { id } = message;
    const stream = this.incoming.get(keyOf(from, id))?.stream;
    if (stream === undefined) {
      this.ignored++;
      // Its opener may wait for credit: it is told that nobody reads.
      if (message.kind !== 'abort') this.refuse(from, id, new CallError('aborted', 'there is no such stream here'));
      return;
    }
    let fault: CallError | null = null;
    if (message.kind === 'chunk') fault = stream.push(message.offset, message.bytes);
    else if (message.kind === 'end') fault = stream.end(message.offset);
    else if (message.kind === 'abort') stream.fail(new CallError(message.code, `${from}: ${message.reason}`));
    if (fault !== null) stream.fail(fault);
  }

  private accept(from: NodeId, id: CallId, head: Uint8Array): void {
    const key = keyOf(from, id);
    const { onStream } = this;
    if (onStream === null) return this.refuse(from, id, new CallError('no-handler', 'nobody takes streams here'));
    if (this.incoming.has(key)) return this.refuse(from, id, new CallError('malformed', 'this stream is open'));
    if (this.incoming.size >= this.maxIncoming)
      return this.refuse(from, id, new CallError('busy', `${this.maxIncoming} streams are being taken`));
    const stream = new Incoming(this.windowBytes, {
      grant: (offset) => void this.steerWhenWritable(from, key, { kind: 'credit', id, offset }),
    });
    this.incoming.set(key, { from, stream });
    stream.begin();
    void this.handle(onStream, stream, key, { from, head });
  }

  private async handle(onStream: StreamHandler, stream: Incoming, key: string, context: StreamContext): Promise<void> {
    const id = idOf(key);
    let answer: StreamMessage;
    try {
      await onStream(stream, context);
      answer = stream.isComplete
        ? { kind: 'done', id }
        : { kind: 'refuse', id, code: 'aborted', reason: 'the handler returned before the end' };
    } catch (error) {
      const code = error instanceof CallError && error.code === 'malformed' ? 'malformed' : 'failed';
      answer = { kind: 'refuse', id, code, reason: reasonOf(error) };
    }
    // Until then it counts as being taken: what waits here is bounded too.
    await this.steerWhenWritable(context.from, key, answer);
    this.incoming.delete(key);
  }

  /** Once, and not again when it doesn't fit: whoever overloads us gets no queue here. */
  private refuse(to: NodeId, id: CallId, { code, message }: CallError): void {
    this.tell(to, { kind: 'refuse', id, code, reason: message });
  }

  private tell(to: NodeId, message: StreamMessage): void {
    if (!this.isClosed) this.transport.send(to, encodeStreamMessage(message), 'control');
  }

  /** Sends on control, as long as the stream is one of ours. What can't go ends with the connection. */
  private async steerWhenWritable(to: NodeId, key: string, message: StreamMessage): Promise<void> {
    const frame = encodeStreamMessage(message);
    while (this.incoming.has(key) && this.transport.send(to, frame, 'control') === 'full')
      await this.transport.writable(to, 'control');
  }

  /** Sends in the order of the stream, waiting for room. Throws what ended the stream, or a `CallError`. */
  private async sendOn(stream: Outgoing, message: StreamMessage): Promise<void> {
    const frame = encodeStreamMessage(message);
    const lane: Lane = 'bulk';
    for (;;) {
      await stream.unlessFailed(Promise.resolve());
      const result = this.transport.send(stream.to, frame, lane);
      if (result === 'queued') return;
      if (result !== 'full') throw new CallError(result, `a frame for ${stream.to} can't go: ${result}`);
      await stream.unlessFailed(this.transport.writable(stream.to, lane));
    }
  }

  private lose(peer: NodeId): void {
    const error = new CallError('lost', `the connection to ${peer} went away`);
    for (const stream of this.outgoing.values()) if (stream.to === peer) stream.fail(error);
    for (const { from, stream } of this.incoming.values()) if (from === peer) stream.fail(error);
  }
}

const keyOf = (from: NodeId, { boot, number }: CallId): string => `${boot}/${number}/${from}`;

function idOf(key: string): CallId {
  const [boot, number] = key.split('/', 2);
  return { boot: Number(boot), number: Number(number) };
}

function iteratorOf(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
