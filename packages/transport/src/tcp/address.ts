import { outOfRange, wrongType } from '@dsys/codec';

/** Where a node listens, or is reached. */
export interface Address {
  /** A name or an IP address, without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
}

const SHAPE = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:[\]]+)):(\d{1,5})$/;

/** Reads `host:port` or `[v6]:port`. Throws a `RangeError` that names the option. */
export function parseAddress(option: string, text: string, { lowestPort }: { readonly lowestPort: 0 | 1 }): Address {
  if (typeof text !== 'string') throw wrongType(option, 'a string host:port', text);
  const parts = SHAPE.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port < lowestPort || port > 65535)
    throw outOfRange(option, `host:port or [v6]:port, the port ${lowestPort}..65535`, text);
  return { host: parts[1] ?? parts[2]!, port };
}

/** The same as text. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * What counts as one address to the limits: of IPv4 all of it, also where it comes mapped into IPv6; of IPv6 the first 64
 * bits, since whoever has one address of such a network has them all.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [left = '', right] = address.replace(/%.*$/, '').split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? [] : new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
