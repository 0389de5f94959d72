/** Nodes on a broker, a client each. What a stalled node is sent waits in the broker. */
import { type NatsTransport, openNats } from '../src/nats/index.js';
import type { TransportCapabilities, TransportHarness } from '../src/testing/index.js';
import { LIMITS } from './memory-harness.js';
import { moment } from './message-port-harness.js';
import type { Broker } from './nats-broker.js';

export const NATS: TransportCapabilities = {
  lanes: false,
  backPressure: true,
  // Only where the broker's permissions bind a user to the subjects of one node.
  authenticatedSender: false,
  incarnations: false,
  peers: true,
  reconnects: true,
};

const WINDOW_BYTES = 256 * 1024;

/** `impostor`: how somebody connects who has the permissions of another node. */
export function natsHarness(
  broker: () => Broker,
  { silentMs, isGuarded = false }: { silentMs: number; isGuarded?: boolean },
): TransportHarness {
  const own = broker();
  const nodes = new Map<string, NatsTransport>();
  const ups = new Set<string>();
  const isUp = (a: string, b: string): boolean => ups.has(`${a}>${b}`) && ups.has(`${b}>${a}`);

  const openAs = (self: string, user: string): Promise<NatsTransport> =>
    openNats({
      self,
      ...LIMITS,
      windowBytes: WINDOW_BYTES,
      silentMs,
      helloMs: 500,
      connection: () => own.connect(user),
      peers: new Map([...nodes.keys()].map((id) => [id, ''])),
    });

  return {
    async open(id) {
      const node = await openAs(id, id);
      node.on('up', ({ peer }) => ups.add(`${id}>${peer}`));
      node.on('down', ({ peer }) => ups.delete(`${id}>${peer}`));
      for (const other of nodes.values()) other.setPeers(new Map([...nodes.keys(), id].map((one) => [one, ''])));
      const others = [...nodes.keys()];
      nodes.set(id, node);
      for (const other of others) while (!isUp(other, id)) await moment();
      return node;
    },
    pass: moment,
    mostWaiting: { bytes: LIMITS.maxQueueBytes, frames: LIMITS.maxQueueFrames },
    stall: (id, isStalled) => own.stall(id, isStalled),
    async cut(a, b) {
      own.cut(b);
      while (ups.has(`${a}>${b}`) || ups.has(`${b}>${a}`)) await moment();
    },
    async heal(a, b) {
      own.mend(b);
      while (!isUp(a, b)) await moment();
    },
    addresses: () => new Map([...nodes.keys()].map((id) => [id, ''])),
    ...(isGuarded && {
      async openImpostor(claimed: string) {
        nodes.get('a')!.setPeers(new Map([[claimed, '']]));
        const impostor = await openAs(claimed, 'mallory');
        const refused = new Promise<void>((resolve) => impostor.on('rejected', () => resolve()));
        await refused;
        return impostor;
      },
    }),
    async dispose() {
      for (const node of nodes.values()) await node.close();
      await own.close();
    },
  };
}
