/** Nodes on TCP for the suite. Each dials each other through a wire of its own, which can be held or cut. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../src/index.js';
import type { Credentials, TcpOptions, TcpTransport } from '../src/tcp/index.js';
import type { TransportCapabilities, TransportHarness } from '../src/testing/index.js';
import { openImpostor } from './tcp-impostor.js';
import { eventsOf, isUp, Network, until, type Wire } from './tcp-network.js';

export const TCP: TransportCapabilities = {
  lanes: true,
  backPressure: true,
  authenticatedSender: false,
  incarnations: true,
  peers: true,
  reconnects: true,
};

export const MUTUAL_TLS: TransportCapabilities = { ...TCP, authenticatedSender: true };

/** Two hops through the system's buffers, of some megabytes each. */
const SYSTEM_BYTES = 64 << 20;

/** With credentials for each id, over TLS. */
export function tcpHarness(credentials: ((id: string) => Credentials) | null = null): TransportHarness {
  const network = new Network();
  const nodes = new Map<string, TcpTransport>();
  const boots = new Map<string, number>();
  /** By dialler and dialled. */
  const wires = new Map<string, Wire>();
  const stalled = new Set<string>();
  const limits = { maxFrameBytes: 300_000, maxQueueBytes: 1 << 20, maxQueueFrames: 20_000 };

  const between = (a: string, b: string): Wire[] => [wires.get(`${a} ${b}`)!, wires.get(`${b} ${a}`)!];
  const stallWires = (): void => {
    for (const [key, wire] of wires) {
      const [dialler, dialled] = key.split(' ');
      wire.hold('toDialler', stalled.has(dialler!));
      wire.hold('toDialled', stalled.has(dialled!));
    }
  };

  async function open(id: string, life: Pick<TcpOptions, 'incarnation' | 'boot'>): Promise<TcpTransport> {
    const tls = credentials === null ? {} : { tls: credentials(id) };
    return network.open(id, { ...life, ...limits, ...tls, silentMs: 60_000 });
  }

  async function join(node: TcpTransport, with_: Iterable<TcpTransport>): Promise<void> {
    const { self } = node;
    nodes.set(self, node);
    for (const other of with_) {
      for (const [dialler, dialled] of [
        [node, other],
        [other, node],
      ] as const)
        wires.set(`${dialler.self} ${dialled.self}`, await network.wire(dialled.address!));
    }
    for (const dialler of nodes.values()) dialler.setPeers(addressesFor(dialler.self));
  }

  const addressesFor = (dialler: string): Map<string, string> =>
    new Map(
      [...nodes.keys()]
        .filter((id) => id !== dialler && wires.has(`${dialler} ${id}`))
        .map((id) => [id, wires.get(`${dialler} ${id}`)!.address]),
    );

  return {
    async open(id) {
      const boot = (boots.get(id) ?? 0) + 1;
      boots.set(id, boot);
      nodes.delete(id);
      const node = await open(id, { incarnation: 1, boot });
      const others = [...nodes.values()];
      await join(node, others);
      await until(() => others.every((other) => isUp(other, id) && isUp(node, other.self)), `${id} did not come up`);
      return node;
    },
    pass: () => sleep(2),
    mostWaiting: { bytes: limits.maxQueueBytes + SYSTEM_BYTES, frames: limits.maxQueueFrames + SYSTEM_BYTES },
    stall(id, isStalled) {
      if (isStalled) stalled.add(id);
      else stalled.delete(id);
      stallWires();
    },
    async cut(a, b) {
      for (const wire of between(a, b)) wire.cut();
      await until(() => !isUp(nodes.get(a)!, b) && !isUp(nodes.get(b)!, a), 'the cut was not seen');
    },
    async heal(a, b) {
      for (const wire of between(a, b)) wire.mend();
      await until(() => isUp(nodes.get(a)!, b) && isUp(nodes.get(b)!, a), 'it did not heal');
    },
    // The cases call `setPeers` on `a` alone.
    addresses: () => addressesFor('a'),
    async openImpostor(claimed): Promise<Transport> {
      const a = nodes.get('a')!;
      a.setPeers(new Map([...addressesFor('a'), [claimed, '127.0.0.1:1']]));
      return openImpostor({ claimed, target: a.address!, credentials: credentials!('mallory') });
    },
    async openLife(id, life) {
      const a = nodes.get('a')!;
      const node = await open(id, life);
      const events = eventsOf(node);
      if (nodes.has(id)) {
        const wire = await network.wire(a.address!);
        node.setPeers(new Map([['a', wire.address]]));
      } else await join(node, [a]);
      await until(
        () => events.some((event) => event === 'up a' || event.includes('stale')),
        'it was neither let in nor refused',
      );
      return node;
    },
    dispose: () => network.dispose(),
  };
}
