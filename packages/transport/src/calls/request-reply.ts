import { type ByteWriter, isDecodeError, wrongType } from '@dsys/codec';
import type { WatchedTransport } from '../events.js';
import { integerWithin } from '../limits.js';
import type { Lane, NodeId, Transport } from '../transport.js';
import { CallError, reasonOf } from './failure.js';
import { CALL_HEAD_BYTES, type CallId, type CallMessage, decodeCall, encodeCall, frameWriter } from './message.js';
import { OpenCalls } from './open-calls.js';

/** What a handler is told beside the request. */
export interface RequestContext {
  readonly from: NodeId;
  /** Aborted when the requester has given up, and when this side is closed. */
  readonly signal: AbortSignal;
}

/** Answers requests. What it throws goes back as `failed` with the error's message. */
export type RequestHandler = (body: Uint8Array, context: RequestContext) => Uint8Array | Promise<Uint8Array>;

/** How requests are asked and answered. */
export interface RequestReplyOptions {
  /**
   * A number that no earlier life of this node had: its boot count from disk, or a random one. It keeps replies to an
   * earlier life from being taken for ours.
   */
  readonly boot: number;
  /** Without one, every request is answered `no-handler`. */
  readonly onRequest?: RequestHandler;
  /** The lane of requests and replies. Default `control`. */
  readonly lane?: Lane;
  /** Requests of ours that are under way at a time: one more is `too-many`. Default 1024. */
  readonly maxOutstanding?: number;
  /** Requests of others that are being answered at a time: one more is `busy` over there. Default 1024. */
  readonly maxServing?: number;
  /** Whose `down` ends what is under way with a peer: the transport itself, or the one below a channel. */
  readonly watch?: Pick<WatchedTransport, 'on'>;
}

/** How one request goes. */
export interface RequestOptions {
  /** Ends the wait: `AbortSignal.timeout(500)`. A frame may be lost, so a request without an end is none. */
  readonly signal: AbortSignal;
}

/** Requests with replies over a transport or a channel, whose receiver it takes. It sets no timer. */
export function requestReply(transport: Transport, options: RequestReplyOptions): RequestReply {
  return new RequestReply(transport, options);
}

/** What `requestReply` makes. */
export class RequestReply {
  /** Largest request or reply, in bytes. */
  readonly maxBodyBytes: number;
  private readonly transport: Transport;
  private readonly boot: number;
  private readonly lane: Lane;
  private readonly onRequest: RequestHandler | null;
  private readonly maxServing: number;
  private readonly writer: ByteWriter;
  private readonly calls: OpenCalls;
  /** Requests that are being answered, with the way to tell their handlers to stop. */
  private readonly serving = new Map<string, { readonly from: NodeId; stop(reason: CallError): void }>();
  private readonly stops: (() => void)[] = [];
  private ignored = 0;
  private isClosed = false;

  /** Use `requestReply`. */
  constructor(transport: Transport, options: RequestReplyOptions) {
    const { boot, onRequest, lane = 'control', maxOutstanding = 1024, maxServing = 1024, watch } = options;
    this.transport = transport;
    this.boot = integerWithin('boot', boot, 0, Number.MAX_SAFE_INTEGER);
    this.lane = lane;
    this.onRequest = onRequest ?? null;
    this.maxServing = integerWithin('maxServing', maxServing, 1, 2 ** 20);
    this.calls = new OpenCalls(integerWithin('maxOutstanding', maxOutstanding, 1, 2 ** 20));
    this.maxBodyBytes = transport.maxFrameBytes - CALL_HEAD_BYTES;
    this.writer = frameWriter(transport.maxFrameBytes);
    this.stops.push(transport.receive((from, frame) => this.arrive(from, frame)));
    if (watch !== undefined) this.stops.push(watch.on('down', ({ peer }) => this.lose(peer)));
  }

  /** Requests of ours that are under way. */
  get outstanding(): number {
    return this.calls.count;
  }

  /** Frames that came and were no message, or no reply to anything that was asked: late ones, too. */
  get ignoredFrames(): number {
    return this.ignored;
  }

  /**
   * Sends a request and resolves to the reply. Rejects with a `CallError`, or with the signal's reason. Of any rejection
   * but `unknown-peer`, `too-large`, `too-many`, `busy` and `no-handler` it is unknown whether the request was carried out.
   */
  async request(to: NodeId, body: Uint8Array, { signal }: RequestOptions): Promise<Uint8Array> {
    if (typeof signal?.aborted !== 'boolean') throw wrongType('signal', 'an AbortSignal', signal);
    signal.throwIfAborted();
    if (this.isClosed) throw new CallError('closed', 'this side was closed');
    if (body.length > this.maxBodyBytes)
      throw new CallError('too-large', `a request has at most ${this.maxBodyBytes} bytes, got ${body.length}`);
    const call = this.calls.open(to, signal);
    const id = { boot: this.boot, number: call.number };
    // Not waited for: the signal ends a request that has no room yet, too.
    this.sendWhenWritable(to, { kind: 'request', id, body }, () => this.calls.has(call.number)).catch(
      (error: unknown) => this.calls.fail(call.number, error),
    );
    try {
      return await call.reply;
    } catch (error) {
      // So that the other side need not go on. If it is lost, the other side goes on.
      if (signal.aborted && !this.isClosed) this.send(to, { kind: 'cancel', id });
      throw error;
    }
  }

  /** Gives the receiver back. What is under way rejects with `closed`; handlers are told to stop. The transport stays. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const stop of this.stops) stop();
    this.calls.failAll(new CallError('closed', 'this side was closed'));
    for (const { stop } of this.serving.values()) stop(new CallError('closed', 'this side was closed'));
    this.serving.clear();
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private arrive(from: NodeId, frame: Uint8Array): void {
    let message: CallMessage;
    try {
      message = decodeCall(frame);
    } catch (error) {
      if (!isDecodeError(error)) throw error;
      this.ignored++;
      return;
    }
    const { id } = message;
    switch (message.kind) {
      case 'request':
        void this.answer(from, id, message.body);
        return;
      case 'cancel':
        this.serving.get(keyOf(from, id))?.stop(new CallError('aborted', 'the requester has given up'));
        return;
      case 'reply':
        if (id.boot !== this.boot || !this.calls.settle(from, id.number, message.body)) this.ignored++;
        return;
      case 'failure': {
        const error = new CallError(message.code, `${from}: ${message.reason}`);
        if (id.boot !== this.boot || !this.calls.failFrom(from, id.number, error)) this.ignored++;
      }
    }
  }

  private async answer(from: NodeId, id: CallId, body: Uint8Array): Promise<void> {
    const key = keyOf(from, id);
    if (this.onRequest === null)
      return this.refuse(from, id, new CallError('no-handler', 'nobody answers requests here'));
    if (this.serving.has(key)) return this.refuse(from, id, new CallError('malformed', 'this request is under way'));
    if (this.serving.size >= this.maxServing)
      return this.refuse(from, id, new CallError('busy', `${this.maxServing} requests are being answered`));
    const controller = new AbortController();
    this.serving.set(key, { from, stop: (reason) => controller.abort(reason) });
    const isWanted = (): boolean => !this.isClosed && !controller.signal.aborted;
    let reply: CallMessage;
    try {
      const answer = await this.onRequest(body, { from, signal: controller.signal });
      reply =
        answer.length > this.maxBodyBytes
          ? failure(id, new CallError('failed', `the reply has more than ${this.maxBodyBytes} bytes`))
          : { kind: 'reply', id, body: answer };
    } catch (error) {
      reply = failure(id, new CallError('failed', reasonOf(error)));
    }
    // It counts as being served until the reply is out: what waits here is bounded too. An unwanted one is not sent.
    await this.sendWhenWritable(from, reply, isWanted).catch(() => undefined);
    this.serving.delete(key);
  }

  /** Once, and not again when it doesn't fit: whoever overloads us gets no queue here. */
  private refuse(to: NodeId, id: CallId, error: CallError): void {
    this.send(to, failure(id, error));
  }

  private send(to: NodeId, message: CallMessage): ReturnType<Transport['send']> {
    return this.transport.send(to, encodeCall(this.writer, message), this.lane);
  }

  /** Throws a `CallError` when the frame can't go. */
  private async sendWhenWritable(to: NodeId, message: CallMessage, isWanted: () => boolean): Promise<void> {
    while (isWanted()) {
      const result = this.send(to, message);
      if (result === 'queued') return;
      if (result !== 'full') throw new CallError(result, `a frame for ${to} can't go: ${result}`);
      await this.transport.writable(to, this.lane);
    }
  }

  private lose(peer: NodeId): void {
    this.calls.failPeer(peer, new CallError('lost', `the connection to ${peer} went away`));
    for (const { from, stop } of this.serving.values())
      if (from === peer) stop(new CallError('lost', `the connection to ${peer} went away`));
  }
}

const keyOf = (from: NodeId, { boot, number }: CallId): string => `${boot}/${number}/${from}`;

const failure = (id: CallId, { code, message }: CallError): CallMessage => ({
  kind: 'failure',
  id,
  code,
  reason: reasonOf(message),
});
