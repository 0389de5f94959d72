import { thisMachine } from '../driver/this-machine.js';
import type { Machine } from '../piped/machine.js';
import { parseAddress } from './address.js';
import { Carrier } from './carrier.js';
import { settingsOf, type TcpOptions } from './settings.js';
import type { TcpTransport } from './tcp-transport.js';

/**
 * Opens a transport over TCP: listens, dials its peers, and goes on dialling those that it has no connection to. Resolves
 * when it listens; peers may be up later. Throws a `RangeError` or `TypeError` with `code: 'bad-option'` for options that
 * make no sense, and the system's error when it can't listen (`EADDRINUSE` …).
 */
export function openTcp(options: TcpOptions): Promise<TcpTransport> {
  return openTcpOn(thisMachine, options);
}

/**
 * The same with another clock and other randomness, for tests.
 *
 * @internal
 */
export async function openTcpOn(machine: Machine, options: TcpOptions): Promise<TcpTransport> {
  const settings = settingsOf(options);
  const { listen, tls, peers } = options;
  const address = listen === null ? null : parseAddress('listen', listen, { lowestPort: 0 });
  const transport = new Carrier(settings, machine, { tls, listens: address !== null });
  try {
    await transport.begin(address, peers);
  } catch (error) {
    await transport.close().catch(() => undefined);
    throw error;
  }
  return transport;
}
