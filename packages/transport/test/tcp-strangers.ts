/** What is said to a node by hand, byte for byte. */
import { writeLength } from '../src/tcp/frames.js';
import { encodeGreeting, type Greeting, GreetingReader, type Hello } from '../src/tcp/hello.js';
import type { TcpTransport } from '../src/tcp/index.js';
import { eventsOf, HandClock, type Network, type Stranger } from './tcp-network.js';

/** What an honest n2 would say to n1. */
export const honest: Hello = {
  protocol: { min: 1, max: 3 },
  clusterId: 'tests',
  from: 'n2',
  to: 'n1',
  lane: 'control',
  incarnation: 1,
  boot: 1,
  session: 77,
  serial: 1,
  maxFrameBytes: 1 << 20,
  silentMs: 2000,
};

export const said = (hello: Partial<Hello> = {}): Uint8Array =>
  encodeGreeting({ kind: 'hello', hello: { ...honest, ...hello } });

/** The first thing that the node answered. */
export function answer(stranger: Stranger): Greeting | null {
  const step = new GreetingReader().push(stranger.heard);
  return step !== 'more' && 'greeting' in step ? step.greeting : null;
}

export const reasonTold = (stranger: Stranger): string => {
  const told = answer(stranger);
  return told === null ? 'nothing' : told.kind === 'refusal' ? told.reason : told.kind;
};

export const framed = (body: Uint8Array): Buffer => {
  const head = new Uint8Array(4);
  writeLength(head, 0, body.length);
  return Buffer.concat([head, body]);
};

/** A node that knows n2, which is nowhere: so all that happens is what strangers do. */
export async function lonelyNode(
  network: Network,
  options: Parameters<Network['open']>[1] = {},
  clock = new HandClock(),
): Promise<{ n1: TcpTransport; events: string[]; clock: HandClock }> {
  const n1 = await network.open('n1', { maxFrameBytes: 10_000, ...options }, clock);
  const events = eventsOf(n1);
  // Port 1 refuses; the clock stands still, so it is tried once.
  n1.setPeers(new Map([['n2', '127.0.0.1:1']]));
  return { n1, events, clock };
}
