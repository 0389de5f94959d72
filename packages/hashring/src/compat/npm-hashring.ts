import { wrongType } from '../errors.js';
import { checkPointCount, type PointTable, runOf, tableOf } from '../points.js';
import { RecentAnswers } from './npm-cache.js';
import { type Digester, digesterOf, type NpmAlgorithm } from './npm-digest.js';
import { countOption, type NpmHashringOptions, replicasOf } from './npm-options.js';
import { mergeServers, type NpmServer, type NpmServers, parseServers, vnodesOf } from './npm-servers.js';
import { npmHashringDigests } from './point-count.js';

/**
 * A drop-in for npm `hashring` 3.2.0: the same constructor and methods, the same points, the same server for every key.
 *
 *     import { NpmHashring as HashRing } from '@dsys/hashring/compat';
 *     new HashRing(['10.0.0.1:11211', '10.0.0.2:11211']).get('user:42');
 *
 * - Label `server-k`, or `host-k` on the default port. Points: 4 · floor(w / W · 40 · n) in double, or 4 · vnodes.
 *   Hash: MD5, four little-endian words a digest. Search: first point at or above. Equal points: in the order of the
 *   servers (V8's sort is stable since Node 11).
 *
 * Its known faults, which are kept because they decide where keys go: w / W · n is in everybody's number of points, so
 * `add` and `remove` move keys between servers that stay; rounding takes four points from each of 7, 14, 28 … equal
 * servers; `remove` of a list removes its last server only.
 *
 * Faults that are not kept: a server object with a weight throws there; its cache writes into `Object.prototype` and
 * `Object` for the keys `__proto__` and `constructor`; `'max cache size': 0` throws on the first `get` (here it means
 * no cache, which is the quickest for keys that do not come again); its old method names print warnings.
 *
 * Migrate: `Ring.of(servers, { dialect: npmHashringDialect() })` places every key alike; from there `diff` plans changes
 * of the list, and `compare` tells what another dialect would move.
 */
export class NpmHashring {
  /** The version of npm `hashring` that this one answers like. */
  static readonly version = '3.2.0';

  /** Digests of a server of average weight. */
  readonly vnode: number;
  /** Points a digest. */
  readonly replicas: number;
  readonly algorithm: NpmAlgorithm;
  readonly defaultport: number | null;
  servers: NpmServer[];
  /** The digests that servers were given by name; 0 where the weight decides. */
  vnodes: Record<string, number | undefined>;
  /** Points on the ring. */
  size = 0;

  readonly #digester: Digester;
  readonly #recent: RecentAnswers;
  #table: PointTable | null = null;
  /** The server of each owner in the table, which `swap` renames. */
  #names: string[] = [];
  /**
   * Points made last, by number of digests and name: hashing is what a rebuild costs, and most servers keep their
   * points.
   */
  #made: ReadonlyMap<string, Uint32Array> = new Map();

  /** Throws `TypeError` or `RangeError` for servers and options that can't be read, and for more than 2^24 points. */
  constructor(servers?: NpmServers, algorithm?: NpmAlgorithm | null, options: NpmHashringOptions = {}) {
    this.vnode = countOption('vnode count', options['vnode count'] ?? 40, 2 ** 24);
    this.algorithm = algorithm || 'md5';
    this.defaultport = options['default port'] || null;
    this.replicas = replicasOf(options);
    this.#digester = digesterOf(this.algorithm);
    this.#recent = new RecentAnswers(
      countOption('max cache size', options['max cache size'] ?? 5000, Number.POSITIVE_INFINITY),
    );
    this.servers = parseServers(servers);
    this.vnodes = vnodesOf(this.servers);
    this.continuum();
  }

  /** The server of a key; undefined when there is none. */
  get(key: string): string | undefined {
    const table = this.#table;
    if (table === null) return undefined;
    const text = `${key}`;
    const recent = this.#recent.get(text);
    if (recent !== undefined) return recent;
    const server = this.#names[table.owners[table.atOrAbove(this.#digester.word(text))]!]!;
    this.#recent.set(text, server);
    return server;
  }

  /**
   * The servers of the points from the key's on: `size` of them (default: as many as there are servers), each once
   * unless `unique` is false.
   */
  range(key: string, size?: number, unique = true): string[] {
    const table = this.#table;
    if (table === null) return [];
    const wanted = size || this.servers.length;
    const first = this.find(this.hashValue(key));
    const servers = new Set<string>();
    const list: string[] = [];
    for (let step = 0; step < table.count; step++) {
      const server = this.#names[table.owners[(first + step) % table.count]!]!;
      if (unique && servers.has(server)) continue;
      servers.add(server);
      list.push(server);
      if (list.length === wanted) break;
    }
    return list;
  }

  /** Index of the first point at or above a position, 0 behind the last one. */
  find(hashValue: number): number {
    const table = this.#table;
    if (table === null || !(hashValue > 0 && hashValue < 2 ** 32)) return 0;
    const i = table.atOrAbove(Math.ceil(hashValue));
    return i === table.count ? 0 : i;
  }

  /** The digest of a key: 16 bytes with MD5. */
  digest(key: string): ArrayLike<number> {
    return this.#digester.digest(`${key}`);
  }

  /** The position of a key: the first four bytes of its digest, little-endian. */
  hashValue(key: string): number {
    return this.#digester.word(`${key}`);
  }

  /** The positions of each server's points, ascending; of all servers, or of those named. */
  points(servers?: readonly string[]): Record<string, number[]> {
    const points: Record<string, number[]> = Object.create(null);
    for (const server of Array.isArray(servers) ? servers : Object.keys(this.vnodes)) points[server] = [];
    for (const { server, value } of this.ring) points[server]?.push(value);
    return points;
  }

  /** All points in order; made anew at each call. */
  get ring(): { value: number; server: string }[] {
    const table = this.#table;
    if (table === null) return [];
    return Array.from({ length: table.count }, (_, i) => ({
      value: table.positions[i]!,
      server: this.#names[table.owners[i]!]!,
    }));
  }

  /** True when a server of this name has points. */
  has(server: string): boolean {
    return this.#table?.owners.some((owner) => this.#names[owner] === server) ?? false;
  }

  /**
   * Adds servers; those that are there already are passed over. Throws as the constructor does, and then leaves the
   * ring as it was.
   */
  add(servers: NpmServers): this {
    const all = mergeServers(this.servers, parseServers(servers));
    const vnodes = vnodesOf(all);
    this.#place(all, this.#pointsOf(all, vnodes));
    this.servers = all;
    this.vnodes = vnodes;
    return this;
  }

  /** Removes a server; of a list, the last one only, as the original does. */
  remove(server: NpmServers): this {
    const gone = parseServers(server).at(-1);
    if (gone === undefined) throw wrongType('server', 'the server to remove', server);
    delete this.vnodes[gone.string];
    this.servers = this.servers.filter(({ string }) => string !== gone.string);
    return this.continuum();
  }

  /**
   * Puts a server in another's place: it gets all its points, and no other key moves, until the ring is next rebuilt.
   */
  swap(from: string, to: string): this {
    const target = parseServers(to).at(-1);
    this.#names = this.#names.map((name) => (name === from ? to : name));
    this.#recent.clear();
    this.vnodes[to] = this.vnodes[from];
    delete this.vnodes[from];
    this.servers = this.servers.map((server) =>
      server.string === from && target !== undefined
        ? { ...server, string: to, host: target.host, port: target.port }
        : server,
    );
    return this;
  }

  /** Makes the points of `servers` anew. */
  continuum(): this {
    this.#place(this.servers, this.#pointsOf(this.servers, this.vnodes));
    return this;
  }

  /** Takes all points off the ring, but keeps the servers. */
  reset(): this {
    this.#table = null;
    this.#names = [];
    this.#recent.clear();
    this.size = 0;
    return this;
  }

  /** Takes points and servers off the ring. */
  end(): this {
    this.reset();
    this.vnodes = {};
    this.servers = [];
    return this;
  }

  /** @deprecated The original's old name of `get`. */
  getNode(key: string): string | undefined {
    return this.get(key);
  }

  /** @deprecated The original's old name of `find`. */
  getNodePosition(hashValue: number): number {
    return this.find(hashValue);
  }

  /** @deprecated The original's old name of `find`. */
  position(hashValue: number): number {
    return this.find(hashValue);
  }

  /** @deprecated The original's old name of `add`. */
  addServer(servers: NpmServers): this {
    return this.add(servers);
  }

  /** @deprecated The original's old name of `remove`. */
  removeServer(server: NpmServers): this {
    return this.remove(server);
  }

  #pointsOf(servers: readonly NpmServer[], vnodes: Record<string, number | undefined>): Uint32Array[] {
    const totalWeight = servers.reduce((sum, { weight }) => sum + weight, 0);
    const counts = servers.map(({ string, weight }) => {
      const own = vnodes[string] || this.vnode;
      const share = { weight, totalWeight, serverCount: servers.length };
      const digests = own === this.vnode ? npmHashringDigests(share, own) : own;
      return Math.max(0, Math.ceil(digests)) || 0;
    });
    checkPointCount(counts.reduce((sum, count) => sum + count, 0) * this.replicas);
    const made = new Map<string, Uint32Array>();
    const points = servers.map((server, i) => {
      const name = this.defaultport && server.port === this.defaultport ? server.host : server.string;
      const memo = `${counts[i]} ${name}`;
      const own = made.get(memo) ?? this.#made.get(memo) ?? this.#hashed(name, counts[i]!);
      made.set(memo, own);
      return own;
    });
    this.#made = made;
    return points;
  }

  #hashed(name: string, digests: number): Uint32Array {
    const points = new Uint32Array(digests * this.replicas);
    for (let k = 0; k < digests; k++) {
      this.#digester.words(`${name}-${k}`, points.subarray(k * this.replicas, (k + 1) * this.replicas));
    }
    return points;
  }

  #place(servers: readonly NpmServer[], points: readonly Uint32Array[]): void {
    const run = runOf(
      points,
      servers.map((_, i) => i),
      false,
      'first',
    );
    this.size = run.positions.length;
    this.#table = this.size === 0 ? null : tableOf(run, servers.length);
    this.#names = servers.map(({ string }) => string);
    this.#recent.clear();
  }
}

/** `new NpmHashring(…)`, for those who would rather call a function. */
export function npmHashring(
  servers?: NpmServers,
  algorithm?: NpmAlgorithm | null,
  options?: NpmHashringOptions,
): NpmHashring {
  return new NpmHashring(servers, algorithm, options);
}
