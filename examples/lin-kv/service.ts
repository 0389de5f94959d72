/**
 * One node of the service. Whoever is asked finds the leader and answers itself:
 *
 *     client ──► any node ──► the leader, by a message of type `forward` ──► log ──► `forwarded` ──► client
 *
 * Attempts are repeated until the answer is there: requests are applied once (`store.ts`). A definite error is only given
 * for what was never handed on; after that there is silence, which the client has to take for "unknown".
 */
import { RaftNode } from '@dsys/raft/driver';
import { openMemory } from '@dsys/wal';
import { openLog } from '@dsys/wal/file';
import { LineTransport, type Message, say } from './lines.js';
import { decode, encode, type Operation, type Request, type Result, Store } from './store.js';

/** So long a node tries; so long it waits for the leader it has forwarded to, and between attempts, ms. */
const TRY_MS = 2000;
const FORWARD_MS = 300;
const PAUSE_MS = 20;

export class Service {
  private readonly id: string;
  private readonly node: RaftNode;
  private readonly store: Store;
  private readonly transport: LineTransport;
  private readonly forwarded = new Map<string, (result: Result | null) => void>();

  /** `members` begin the cluster where the disk is empty; without a folder nothing outlives the process. */
  static async start(id: string, members: readonly string[], folder: string | undefined): Promise<Service> {
    const storage = folder === undefined ? openMemory() : await openLog(folder);
    const transport = new LineTransport(id);
    const store = new Store();
    const parts = { cluster: 'lin-kv', id, transport, storage, stateMachine: store, snapshotAfterBytes: 8 << 20 };
    // Maelstrom starts all nodes alike, and never wipes a disk: so here, and only so, an empty one is a new node's.
    const node = await RaftNode.restart(parts).catch((error: { code?: string }) => {
      if (error.code !== 'raft-not-begun') throw error;
      return RaftNode.bootstrap({ ...parts, members: members.map((member) => ({ id: member })) });
    });
    return new Service(node, store, transport);
  }

  private constructor(node: RaftNode, store: Store, transport: LineTransport) {
    this.id = node.id;
    this.node = node;
    this.store = store;
    this.transport = transport;
  }

  /** Takes a message; what comes of it is said on stdout. */
  async take(message: Message): Promise<void> {
    const { src, body } = message;
    switch (body['type']) {
      case 'raft':
        return this.transport.arrive(message);
      case 'forward':
        return this.onForward(src, body['request'] as Request);
      case 'forwarded':
        return this.forwarded.get(body['request'] as string)?.(body['result'] as Result | null);
      case 'read':
        return this.onRead(src, body);
      case 'write':
      case 'cas':
        return this.onChange(src, body);
      default:
        this.reply(src, body, { type: 'error', code: 10, text: `no requests of type ${String(body['type'])} here` });
    }
  }

  close(): Promise<void> {
    return this.node.close();
  }

  private async onRead(client: string, body: Message['body']): Promise<void> {
    const key = JSON.stringify(body['key']);
    if (key === undefined) return this.reply(client, body, { type: 'error', code: 12, text: 'key is missing' });
    const until = Date.now() + TRY_MS;
    while (Date.now() < until) {
      const { outcome } = await this.node.read({ signal: AbortSignal.timeout(FORWARD_MS) });
      if (outcome === 'readable') {
        const found = this.store.get(key);
        const missing = { type: 'error', code: 20, text: 'key does not exist' };
        return this.reply(client, body, found === null ? missing : { type: 'read_ok', value: found.value });
      }
      await pause();
    }
    // A read that did not take place can't have changed anything.
    this.reply(client, body, { type: 'error', code: 11, text: 'no leader' });
  }

  private async onChange(client: string, body: Message['body']): Promise<void> {
    const operation = operationOf(body);
    if (operation === null)
      return this.reply(client, body, { type: 'error', code: 12, text: 'key, value or msg_id is missing' });
    const request: Request = { request: `${client} ${String(body['msg_id'])}`, operation };
    let isHandedOn = false;
    const until = Date.now() + TRY_MS;
    while (Date.now() < until) {
      const leader = this.node.status().leader;
      if (leader !== null) {
        isHandedOn = true;
        const result = await (leader === this.id ? this.propose(request) : this.forward(leader, request));
        if (result?.type === 'done') return this.reply(client, body, { type: `${operation.type}_ok` });
        if (result?.type === 'error') return this.reply(client, body, result);
      }
      await pause();
    }
    if (!isHandedOn) this.reply(client, body, { type: 'error', code: 11, text: 'no leader' });
  }

  /** Null where nothing is known of it. */
  private async propose(request: Request): Promise<Result | null> {
    const proposed = await this.node.propose(encode(request), { signal: AbortSignal.timeout(TRY_MS) });
    return proposed.outcome === 'applied' ? (decode(proposed.answer) as Result) : null;
  }

  private async forward(leader: string, request: Request): Promise<Result | null> {
    const name = request.request;
    say(this.id, leader, { type: 'forward', request });
    const result = await new Promise<Result | null>((resolve) => {
      this.forwarded.set(name, resolve);
      setTimeout(() => resolve(null), FORWARD_MS);
    });
    this.forwarded.delete(name);
    return result;
  }

  private async onForward(from: string, request: Request): Promise<void> {
    const result = await this.propose(request);
    say(this.id, from, { type: 'forwarded', request: request.request, result });
  }

  private reply(client: string, { msg_id }: Message['body'], body: Message['body']): void {
    say(this.id, client, { ...body, in_reply_to: msg_id });
  }
}

function operationOf(body: Message['body']): Operation | null {
  const key = JSON.stringify(body['key']);
  if (key === undefined || body['msg_id'] === undefined) return null;
  if (body['type'] === 'write') return 'value' in body ? { type: 'write', key, value: body['value'] } : null;
  if (!('from' in body && 'to' in body)) return null;
  return { type: 'cas', key, from: body['from'], to: body['to'], create: body['create_if_not_exists'] === true };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
