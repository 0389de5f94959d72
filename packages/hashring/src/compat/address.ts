/**
 * The addresses by which memcached clients know their servers. They hash the host and the port as text, so two ways of
 * writing one server are two places on the ring.
 *
 *     10.0.0.1:11212      host 10.0.0.1, port 11212
 *     10.0.0.1            host 10.0.0.1, port 11211, the default of memcached
 *     [fe80::1]:11212     host fe80::1, port 11212
 *     fe80::1             host fe80::1, port 11211: with two colons or more and no brackets, all of it is the host
 *     /run/mc.sock        a Unix socket, port 0
 */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The port that memcached clients leave out of their labels. */
export const MEMCACHED_PORT = 11_211;

export function addressOf(id: string): Address {
  if (id.startsWith('/')) return { host: id, port: 0 };
  const [, bracketed, bracketedPort] = /^\[(.*)\](?::(\d{1,5}))?$/.exec(id) ?? [];
  if (bracketed !== undefined) return { host: bracketed, port: Number(bracketedPort ?? MEMCACHED_PORT) };
  const [, host, port] = /^([^:]*):(\d{1,5})$/.exec(id) ?? [];
  return host === undefined ? { host: id, port: MEMCACHED_PORT } : { host, port: Number(port) };
}

/** `host`, or `host:port` when the port is not 11211: how libmemcached and twemproxy begin a label. */
export function shortAddress(id: string): string {
  const { host, port } = addressOf(id);
  return port === MEMCACHED_PORT ? host : `${host}:${port}`;
}

/** `host:port`, always. */
export function fullAddress(id: string): string {
  const { host, port } = addressOf(id);
  return `${host}:${port}`;
}
