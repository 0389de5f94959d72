import { ByteReader, ByteWriter, isDecodeError, outOfRange, readString, writeString, wrongType } from '@dsys/codec';
import { integerWithin } from './limits.js';
import { type OnFrame, Receiver } from './receiver.js';
import type { Lane, NodeId, SendResult, Transport } from './transport.js';

/** Longest name of a channel, in bytes of UTF-8. */
export const MAX_CHANNEL_NAME_BYTES = 64;

/** Bounds of a multiplexer. */
export interface MultiplexOptions {
  /** Most channels that are open at a time, 1 to 65,536. Default 64. */
  readonly maxChannels?: number;
}

/** Frames that came and went to nobody, by what was wrong with them. */
export interface MultiplexCounters {
  /** For a channel that is not open here. */
  readonly unknownChannel: number;
  /** Without a name that can be one. */
  readonly malformed: number;
  /** For a channel that nobody receives from, or from a node that is none of its peers. */
  readonly unwanted: number;
}

/**
 * Named channels over one transport, each a `Transport` of its own: a consensus group, another one, and a service share
 * the sockets of a node. Takes the transport's receiver; both sides of a transport are multiplexed, or neither.
 *
 *     frame on the wire   │ length of the name │ name │ frame of the channel │
 *
 * Queues and their bounds are the transport's, so a channel that floods a lane fills it for the others too.
 */
export function multiplex(transport: Transport, options: MultiplexOptions = {}): Multiplexer {
  return new Multiplexer(transport, options);
}

/** What `multiplex` makes. */
export class Multiplexer {
  private readonly transport: Transport;
  private readonly maxChannels: number;
  private readonly channels = new Map<string, Channel>();
  private readonly totals = { unknownChannel: 0, malformed: 0, unwanted: 0 };
  private readonly stopReceiving: () => void;
  private isClosed = false;

  constructor(transport: Transport, { maxChannels = 64 }: MultiplexOptions = {}) {
    this.transport = transport;
    this.maxChannels = integerWithin('maxChannels', maxChannels, 1, 65_536);
    this.stopReceiving = transport.receive((from, frame) => this.arrive(from, frame));
  }

  /**
   * Opens a channel; the name is 1 to 64 bytes of UTF-8, the same on all nodes. It is closed by its own `close`, which
   * leaves the transport alone. Frames for it that came before are lost. Throws when a channel of that name is open, when
   * there are too many, or when the multiplexer is closed.
   */
  channel(name: string): Transport {
    if (typeof name !== 'string') throw wrongType('name', 'a string', name);
    if (this.isClosed) throw new TypeError('the multiplexer is closed');
    if (this.channels.has(name)) throw outOfRange('name', 'that of a channel which is not open', name);
    if (this.channels.size >= this.maxChannels)
      throw new RangeError(`at most ${this.maxChannels} channels are open at a time: raise maxChannels`);
    const channel = new Channel(this.transport, headOf(name), {
      left: () => {
        this.channels.delete(name);
        if (!this.isClosed) this.updatePeers();
      },
      peersChanged: () => this.updatePeers(),
      unwanted: () => {
        this.totals.unwanted++;
      },
    });
    this.channels.set(name, channel);
    return channel;
  }

  /** Frames that came and went to nobody. */
  counters(): MultiplexCounters {
    return { ...this.totals };
  }

  /** Closes all channels, then the transport. */
  async close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.stopReceiving();
      for (const channel of [...this.channels.values()]) await channel.close();
    }
    await this.transport.close();
  }

  /** As `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private arrive(from: NodeId, bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    let name: string;
    try {
      name = readString(reader, 'channel', MAX_CHANNEL_NAME_BYTES);
    } catch (error) {
      if (!isDecodeError(error)) throw error;
      this.totals.malformed++;
      return;
    }
    const channel = this.channels.get(name);
    if (channel === undefined) {
      if (name === '') this.totals.malformed++;
      else this.totals.unknownChannel++;
      return;
    }
    channel.arrive(from, new Uint8Array(bytes.buffer, bytes.byteOffset + reader.offset, reader.remaining));
  }

  /** The transport's peers are those of all channels that named theirs; of two addresses the later channel's counts. */
  private updatePeers(): void {
    const union = new Map<NodeId, string>();
    let isNamed = false;
    for (const { peers } of this.channels.values()) {
      if (peers === null) continue;
      isNamed = true;
      for (const [id, address] of peers) union.set(id, address);
    }
    if (isNamed) this.transport.setPeers?.(union);
  }
}

/** The bytes that go before each frame of a channel. */
function headOf(name: string): Uint8Array {
  if (name === '') throw outOfRange('name', `1 to ${MAX_CHANNEL_NAME_BYTES} bytes of UTF-8`, name);
  const writer = new ByteWriter();
  writeString(writer, name, MAX_CHANNEL_NAME_BYTES);
  return writer.view().slice();
}

/** What a channel tells the multiplexer that it is of. */
interface Host {
  left(): void;
  peersChanged(): void;
  unwanted(): void;
}

class Channel implements Transport {
  readonly self: NodeId;
  readonly maxFrameBytes: number;
  /** Only where the transport has it. Peers of the transport are those of all channels together. */
  readonly setPeers?: (peers: ReadonlyMap<NodeId, string>) => void;
  /** Whom `setPeers` named; `null` until it is called. */
  peers: ReadonlyMap<NodeId, string> | null = null;
  private readonly transport: Transport;
  private readonly head: Uint8Array;
  private readonly host: Host;
  private readonly receiver = new Receiver();
  /** Those who wait to write: close lets them go. */
  private readonly waiters = new Set<() => void>();
  private isClosed = false;

  constructor(transport: Transport, head: Uint8Array, host: Host) {
    this.transport = transport;
    this.head = head;
    this.host = host;
    this.self = transport.self;
    this.maxFrameBytes = transport.maxFrameBytes - head.length;
    if (this.maxFrameBytes < 1)
      throw outOfRange('name', `shorter than the transport's maxFrameBytes, ${transport.maxFrameBytes}`, 'longer');
    if (transport.setPeers !== undefined)
      this.setPeers = (peers) => {
        if (this.isClosed) return;
        const before = this.peers;
        this.peers = new Map(peers);
        try {
          this.host.peersChanged();
        } catch (error) {
          this.peers = before; // what the transport refuses would else be refused again with each list of any channel
          throw error;
        }
      };
  }

  send(to: NodeId, frame: Uint8Array, lane?: Lane): SendResult {
    if (this.isClosed) return 'closed';
    if (this.peers?.has(to) === false) return 'unknown-peer';
    if (frame.length > this.maxFrameBytes) return 'too-large';
    const bytes = new Uint8Array(this.head.length + frame.length);
    bytes.set(this.head);
    bytes.set(frame, this.head.length);
    return this.transport.send(to, bytes, lane);
  }

  receive(onFrame: OnFrame): () => void {
    return this.receiver.set(onFrame);
  }

  writable(to: NodeId, lane?: Lane): Promise<void> {
    if (this.isClosed || this.peers?.has(to) === false) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiters.delete(done);
        resolve();
      };
      this.waiters.add(done);
      this.transport.writable(to, lane).then(done, done);
    });
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.receiver.close();
    for (const done of [...this.waiters]) done();
    this.host.left();
  }

  arrive(from: NodeId, frame: Uint8Array): void {
    const { current } = this.receiver;
    if (current === null || this.peers?.has(from) === false) this.host.unwanted();
    else current(from, frame);
  }
}
