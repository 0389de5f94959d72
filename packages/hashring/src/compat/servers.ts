/** A server as it stands in the configuration of a client or proxy. */
export interface Server {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Share relative to the others; 1 when absent. */
  readonly weight?: number | undefined;
  /** A name that the client hashes in place of the address (twemproxy, Envoy's hostname). */
  readonly name?: string | undefined;
  /** What the client knows the server by, when it is neither name nor address: HAProxy's numeric `id`. */
  readonly id?: string | number | undefined;
}

/** The server that was given, with the id that a ring needs. */
export type ServerNode<S extends Server> = Omit<S, 'id'> & { readonly id: string };

/**
 * Ring nodes from servers: each gets as its id what its client knows it by, the first that is there of `id`, `name`,
 * `host:port`, `host`.
 *
 *     { host: '10.0.0.1', port: 11211, weight: 2 }      id '10.0.0.1:11211'
 *     { host: '10.0.0.1', port: 11211, name: 'a' }      id 'a'
 *     { host: '10.0.0.1', port: 80, id: 7 }             id '7'
 *     { host: 'fe80::1', port: 11211 }                  id '[fe80::1]:11211'
 *
 * The nodes are copies, their other fields as given. A list of ids (`['10.0.0.1:11211']`) needs none of this. Throws
 * `TypeError` for a server that has nothing to be known by.
 */
export function nodesOf<S extends Server>(servers: Iterable<S>): ServerNode<S>[] {
  return Array.from(servers, (server) => ({ ...server, id: idOf(server) }));
}

function idOf({ id, name, host, port }: Server): string {
  if (id !== undefined) return String(id);
  if (name !== undefined) return name;
  if (typeof host !== 'string' || host === '') throw new TypeError('a server needs an id, a name or a host');
  if (port === undefined || host.startsWith('/')) return host;
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}
