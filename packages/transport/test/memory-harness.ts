/** Nodes in one process for the suite: by hand, so that a node can be made to read nothing, or in microtasks. */
import { memoryNetwork, multiplex, type Transport, type TransportLimits } from '../src/index.js';
import type { TransportCapabilities, TransportHarness } from '../src/testing/index.js';

export const LIMITS: Required<TransportLimits> = {
  maxFrameBytes: 300_000,
  maxQueueBytes: 1 << 20,
  maxQueueFrames: 1000,
};

export const MEMORY: TransportCapabilities = {
  lanes: true,
  backPressure: true,
  authenticatedSender: false,
  incarnations: false,
  peers: true,
  reconnects: true,
};

type Opened = (transport: Transport) => Transport;

export function memoryHarness(opened: Opened = (transport) => transport): TransportHarness {
  const network = memoryNetwork({ ...LIMITS, delivery: 'manual' });
  const stalled = new Set<string>();
  return {
    async open(id) {
      return opened(network.join(id));
    },
    async pass() {
      for (const id of network.ids) if (!stalled.has(id)) network.deliver({ to: id });
      for (let i = 0; i < 5; i++) await null;
    },
    mostWaiting: { bytes: LIMITS.maxQueueBytes, frames: LIMITS.maxQueueFrames },
    stall(id, isStalled) {
      if (isStalled) stalled.add(id);
      else stalled.delete(id);
    },
    cut: (a, b) => network.cut(a, b),
    heal: (a, b) => network.heal(a, b),
    addresses: () => new Map(network.ids.map((id) => [id, ''])),
  };
}

/** Channels of a multiplexer, beside another channel that is busy too. */
export function channelHarness(): TransportHarness {
  return memoryHarness((transport) => {
    const multiplexer = multiplex(transport);
    multiplexer.channel('another').receive(() => undefined);
    return multiplexer.channel('raft/1');
  });
}

export function microtaskHarness(): TransportHarness {
  const network = memoryNetwork(LIMITS);
  return {
    async open(id) {
      return network.join(id);
    },
    async pass() {
      for (let i = 0; i < 5; i++) await null;
    },
    mostWaiting: { bytes: LIMITS.maxQueueBytes, frames: LIMITS.maxQueueFrames },
    cut: (a, b) => network.cut(a, b),
    heal: (a, b) => network.heal(a, b),
    addresses: () => new Map(network.ids.map((id) => [id, ''])),
  };
}
