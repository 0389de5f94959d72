/**
 * What npm `hashring` accepts as servers, and what it makes of them (its dependency connection-parse 0.0.7): a list of
 * strings or objects, one string, or an object from server to weight. Every quirk that decides where keys go is kept.
 *
 *     ['10.0.0.1:11211', '10.0.0.2:11211']
 *     { '10.0.0.1:11211': 200, '10.0.0.2:11211': { weight: 100, vnodes: 50 } }
 *     [{ host: '10.0.0.1', port: 11211 }]
 */
export type NpmServers =
  | string
  | readonly (string | NpmServerObject)[]
  | Readonly<Record<string, number | string | NpmServerOptions>>;

/** A server as npm `hashring` takes it in an array. */
export interface NpmServerObject extends NpmServerOptions {
  /** Name or address. */
  readonly host: string;
  /** Left out of what is hashed when it is the default port. */
  readonly port: number | string;
}

/** What npm `hashring` takes beside a server's name. */
export interface NpmServerOptions {
  /** Share relative to the others; 1 when absent, 0 or no number. */
  readonly weight?: number | string | undefined;
  /** Digests for this server, whatever its weight; absent or 0: as its weight says. */
  readonly vnodes?: number | string | undefined;
}

/** A server as the ring keeps it: `string` names it and is what is hashed. */
export interface NpmServer {
  string: string;
  host: string;
  port: number | string;
  readonly weight: number;
  readonly vnodes: number;
}

export function parseServers(servers: NpmServers | undefined): NpmServer[] {
  if (Array.isArray(servers)) return servers.map((server: string | NpmServerObject) => parseServer(server));
  if (typeof servers === 'object') {
    if (servers === null) throw new TypeError('servers must be a string, an array or an object, got null');
    return Object.entries(servers as Record<string, unknown>).map(([server, value]) => parseServer(server, value));
  }
  return servers ? [parseServer(servers as string)] : [];
}

function parseServer(server: string | NpmServerObject, value?: unknown): NpmServer {
  if (typeof server !== 'string') {
    if (typeof server !== 'object' || server === null)
      throw new TypeError(`a server must be a string or an object, got ${server}`);
    // npm hashring throws a TypeError when an object has a weight, and writes into an object that has none; here the weight counts.
    return {
      string: `${server.host}:${server.port}`,
      host: server.host,
      port: server.port,
      weight: Number(server.weight) || 1,
      vnodes: Number(server.vnodes) || 0,
    };
  }
  const [host, port] = server.split(':');
  const options = typeof value === 'object' && value !== null ? (value as NpmServerOptions) : { weight: value };
  return {
    string: server,
    host: host!,
    port: Number(port),
    weight: Number(options.weight) || 1,
    vnodes: Array.isArray(value) ? 0 : Number((options as NpmServerOptions).vnodes) || 0,
  };
}

/**
 * The servers that `add` rebuilds the ring from: those that are there and the new ones, once each, in the order of an
 * object's keys.
 */
export function mergeServers(present: readonly NpmServer[], added: readonly NpmServer[]): NpmServer[] {
  const byString: Record<string, NpmServer> = Object.create(null);
  for (const server of present) byString[server.string] = server;
  for (const server of added) byString[server.string] ??= server;
  // Host and port are read from the text again, as connection-parse does here.
  return Object.values(byString).map((server) => parseServer(server.string, server));
}

/** The digests that servers were given by name. */
export function vnodesOf(servers: readonly NpmServer[]): Record<string, number | undefined> {
  const vnodes: Record<string, number | undefined> = Object.create(null);
  for (const { string, vnodes: own } of servers) vnodes[string] = own;
  return vnodes;
}
