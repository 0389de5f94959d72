/** What a tab does, and a worker too: shown beside the demo. */
export const code = `import { Driver } from '@dsys/core/driver';
import { openMessagePorts } from '@dsys/transport/message-port';
import { openMemory } from '@dsys/wal';
import * as ping from './ping-counter/protocol.js';

const nodes = ['tab 1', 'worker', 'tab 2'];
// In a tab, or in a worker: the same lines.
const transport = openMessagePorts({ self: 'tab 1' });
const node = await Driver.start({
  protocol: ping.pingCounter,
  options: { ...ping.PING_DEFAULTS, nodes },
  id: 'tab 1',
  transport,
  storage: openMemory(),
  stateMachine,
});

// Whoever introduces two nodes gives each an end of a channel.
const { port1, port2 } = new MessageChannel();
worker.postMessage({ peer: 'tab 1', port: port2 }, [port2]);
transport.connect(port1, { expected: 'worker' });

await node.propose(new Uint8Array());
// { outcome: 'applied', index: 1 }`;
