/** One node of the ping counter. The same in a tab and in a worker: what differs is who holds its message ports. */
import { Driver } from '@dsys/core/driver';
import type { PingCounter } from '@dsys/examples/ping-counter/core.js';
import { PING_DEFAULTS, type PingOptions, type PingWords, pingCounter } from '@dsys/examples/ping-counter/protocol.js';
import { multiplex, type RequestReply, requestReply } from '@dsys/transport';
import { type MessagePortTransport, openMessagePorts } from '@dsys/transport/message-port';
import { MemoryDisk, MemoryStorage } from '@dsys/wal';
import { type Disk, NODES } from './introducer.js';

/** Patient enough for a hidden tab, whose timers run once a second. */
const OPTIONS: PingOptions = { ...PING_DEFAULTS, nodes: NODES, timeoutMs: 1500, spreadMs: 900 };
const REPEAT_MS = 500;
const ASK_MS = 1000;

/** What a node says of itself to the others, so that each can show all. */
export interface Status {
  readonly id: string;
  readonly role: 'waiting' | 'asking' | 'elected';
  readonly elected: string | null;
  readonly term: number;
  /** On its disk. */
  readonly count: number;
  readonly peers: readonly string[];
}

/** What became of a ping. */
export type Counted =
  | { readonly number: number; readonly by: string }
  | { readonly number: null; readonly why: string };

export class Node {
  readonly id: string;
  private readonly transport: MessagePortTransport;
  private readonly driver: Driver<PingWords>;
  private readonly calls: RequestReply;
  private readonly stops: (() => void)[] = [];

  private constructor(id: string, transport: MessagePortTransport, driver: Driver<PingWords>, calls: RequestReply) {
    this.id = id;
    this.transport = transport;
    this.driver = driver;
    this.calls = calls;
  }

  /** `onStatus` is told of this node and of those that it hears. */
  static async start(id: string, disk: Disk, onStatus: (status: Status) => void): Promise<Node> {
    const transport = openMessagePorts({ self: id, clusterId: 'tabs' });
    const channels = multiplex(transport);
    const says = channels.channel('status');
    const peers = new Set<string>();
    let node: Node | null = null;
    let isDue = false;
    const tell = (): void => {
      if (isDue || node === null) return;
      isDue = true;
      queueMicrotask(() => {
        isDue = false;
        const status = node!.status([...peers]);
        onStatus(status);
        const frame = new TextEncoder().encode(JSON.stringify(status));
        for (const peer of peers) says.send(peer, frame);
      });
    };
    says.receive((_from, frame) => onStatus(JSON.parse(new TextDecoder().decode(frame)) as Status));
    transport.on('up', ({ peer }) => {
      peers.add(peer);
      tell();
    });
    transport.on('down', ({ peer }) => {
      peers.delete(peer);
      tell();
    });

    const storage = await openDisk(disk);
    const driver = await Driver.start({
      protocol: pingCounter,
      options: OPTIONS,
      id,
      transport: channels.channel('ping'),
      storage,
      // The count is all there is; a service would keep something here.
      stateMachine: {
        apply: (entries) => entries.map(() => new Uint8Array()),
        async *snapshot() {},
        async restore() {},
      },
      trace: tell,
    });
    const calls = requestReply(channels.channel('ask'), {
      boot: Date.now(),
      watch: transport,
      onRequest: async () => new TextEncoder().encode(JSON.stringify(await node!.countHere())),
    });
    node = new Node(id, transport, driver, calls);
    const timer = setInterval(tell, REPEAT_MS);
    node.stops.push(() => clearInterval(timer));
    tell();
    return node;
  }

  connect(peer: string, port: MessagePort): void {
    this.transport.connect(port, { expected: peer });
  }

  /** Has a ping counted, by whoever is elected. */
  async count(): Promise<Counted> {
    const { elected } = this.core.state;
    if (elected === this.id) return this.countHere();
    if (elected === null) return { number: null, why: 'nobody is elected' };
    try {
      const reply = await this.calls.request(elected, new Uint8Array(), { signal: AbortSignal.timeout(ASK_MS) });
      return JSON.parse(new TextDecoder().decode(reply)) as Counted;
    } catch {
      return { number: null, why: `${elected} did not answer, so it may have been counted or not` };
    }
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    await this.driver.close({ abandon: true });
    await this.transport.close();
  }

  private async countHere(): Promise<Counted> {
    const answer = await this.driver.propose(new Uint8Array(), { signal: AbortSignal.timeout(ASK_MS) });
    if (answer.outcome === 'applied') return { number: answer.index, by: this.id };
    const why =
      answer.outcome === 'not-elected'
        ? `${this.id} is not elected any more`
        : 'no majority has it on disk, so it may yet be counted';
    return { number: null, why };
  }

  private get core(): PingCounter {
    return this.driver.core as PingCounter;
  }

  private status(peers: string[]): Status {
    const { role, elected, saved, durable } = this.core.state;
    return { id: this.id, role, elected, term: saved.term, count: durable.count, peers };
  }
}

/** A log that says a record is durable once the introducer has it. Each record says everything, so the last is enough. */
class KeptStorage extends MemoryStorage {
  private readonly port: MessagePort;
  private readonly waiting = new Map<number, () => void>();
  private lastId = 0;

  constructor(memory: MemoryDisk, port: MessagePort) {
    super(memory);
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<number>) => {
      this.waiting.get(data)?.();
      this.waiting.delete(data);
    };
  }

  override async append(...args: Parameters<MemoryStorage['append']>): ReturnType<MemoryStorage['append']> {
    const appended = await super.append(...args);
    await this.keep(args[0]);
    return appended;
  }

  override async compact(...args: Parameters<MemoryStorage['compact']>): ReturnType<MemoryStorage['compact']> {
    const carried = await super.compact(...args);
    await this.keep(args[1]);
    return carried;
  }

  private async keep(records: readonly Uint8Array[]): Promise<void> {
    const bytes = records.at(-1);
    if (bytes === undefined) return;
    const id = ++this.lastId;
    await new Promise<void>((resolve) => {
      this.waiting.set(id, resolve);
      this.port.postMessage({ id, bytes: bytes.slice() });
    });
  }
}

async function openDisk({ port, saved }: Disk): Promise<KeptStorage> {
  const memory = new MemoryDisk();
  memory.open();
  const storage = new KeptStorage(memory, port);
  if (saved !== null) await storage.append([saved]);
  return storage;
}
