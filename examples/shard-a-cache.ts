/**
 * A cache client that shards over three servers, and goes on when one of them dies.
 *
 *     npx tsx shard-a-cache.ts
 *
 * The servers speak a few words of memcached's text protocol over TCP, so the client below would work with real ones.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Ring } from '@dsys/hashring';

/** What the ring holds: `owner` gives back these very objects, with whatever the client needs to talk to them. */
interface CacheServer {
  /** Decides where keys go. A name, not an address: the server can move to another machine and keep its keys. */
  readonly id: string;
  readonly connection: Connection;
}

class CacheClient {
  readonly #ring: Ring<CacheServer>;
  /** Servers that failed. They are passed over, and nothing else changes: keys of the others stay where they are. */
  readonly down = new Set<string>();

  constructor(servers: readonly CacheServer[]) {
    this.#ring = Ring.of(servers);
  }

  serverOf(key: string): CacheServer {
    const [server] = this.#ring.owners(key, { n: 1, skip: this.down });
    if (server === undefined) throw new Error('every cache server is down');
    return server;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#ask(key, async ({ connection }) => {
      const answer = await connection.request(`get ${key}`, 'END');
      return answer.length > 1 ? answer[1] : undefined;
    });
  }

  async set(key: string, value: string): Promise<void> {
    await this.#ask(key, ({ connection }) =>
      connection.request(`set ${key} 0 0 ${Buffer.byteLength(value)}\r\n${value}`, 'STORED'),
    );
  }

  /** Asks the key's server; when that fails it is marked down, and the next one on the ring is asked. */
  async #ask<T>(key: string, ask: (server: CacheServer) => Promise<T>): Promise<T> {
    for (;;) {
      const server = this.serverOf(key);
      try {
        return await ask(server);
      } catch {
        this.down.add(server.id);
      }
    }
  }
}

/** One connection, one request at a time. */
class Connection {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  constructor(socket: Socket) {
    this.#socket = socket.on('error', () => socket.destroy());
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** Sends a request and resolves with the lines of the answer, up to the one that ends it. */
  async request(text: string, end: string): Promise<string[]> {
    if (this.#socket.destroyed) throw new Error('no connection');
    this.#socket.write(`${text}\r\n`);
    const lines: string[] = [];
    while (lines.at(-1) !== end) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('the connection was closed');
      lines.push(value);
    }
    return lines;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A cache server of a few lines: `get` and `set`, values in memory. */
class FakeCache {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #values = new Map<string, string>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket.on('error', () => socket.destroy()));
      void this.#serve(socket);
    });
  }

  static async start(): Promise<FakeCache> {
    const cache = new FakeCache();
    cache.#server.listen(0, '127.0.0.1');
    await once(cache.#server, 'listening');
    return cache;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async #serve(socket: Socket): Promise<void> {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      const [command, key = ''] = line.value.split(' ');
      if (command === 'set') {
        this.#values.set(key, (await lines.next()).value ?? '');
        socket.write('STORED\r\n');
      } else {
        const value = this.#values.get(key);
        socket.write(
          value === undefined ? 'END\r\n' : `VALUE ${key} 0 ${Buffer.byteLength(value)}\r\n${value}\r\nEND\r\n`,
        );
      }
    }
  }

  /** Dies at once, connections and all. */
  die(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

// Three servers, and a client that knows them.
const ids = ['cache-1', 'cache-2', 'cache-3'];
const caches = await Promise.all(ids.map(() => FakeCache.start()));
const servers = ids.map(
  (id, i): CacheServer => ({ id, connection: new Connection(connect(caches[i]!.port, '127.0.0.1')) }),
);
const client = new CacheClient(servers);

const keys = Array.from({ length: 3_000 }, (_, i) => `user:${i}`);
for (const key of keys) await client.set(key, `profile of ${key}`);
console.log(`3 servers up:    ${await shares()}`);

// One dies. Its keys go to the next server on the ring, each to its own, so that both others share the load; nobody
// else's keys move.
const before = new Map(keys.map((key) => [key, client.serverOf(key).id]));
caches[1]!.die();
console.log(`cache-2 died:    ${await shares()}`);
const moved = keys.filter((key) => client.serverOf(key).id !== before.get(key));
console.log(
  `keys that moved: ${moved.length}, all of them from ${[...new Set(moved.map((key) => before.get(key)))].join(', ')}`,
);

// What was lost is fetched anew and cached where it belongs now.
for (const key of moved) await client.set(key, `profile of ${key}`);
console.log(`filled again:    ${await shares()}`);

for (const { connection } of servers) connection.close();
for (const cache of caches) cache.die();

/** Reads every key and counts, for each server, its keys and how many of all keys were found. */
async function shares(): Promise<string> {
  let hits = 0;
  const counts = new Map(ids.map((id) => [id, 0]));
  for (const key of keys) {
    if ((await client.get(key)) === `profile of ${key}`) hits++;
    const { id } = client.serverOf(key);
    counts.set(id, counts.get(id)! + 1);
  }
  const up = [...counts].filter(([id]) => !client.down.has(id));
  return `${up.map(([id, count]) => `${id} ${count}`).join(', ')}; ${hits} of ${keys.length} found`;
}
