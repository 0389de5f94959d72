/** A node in a process of its own, for tests that stop or kill it. Its parent says whom to know. */
import { openTcp } from '../src/tcp/index.js';

async function main(): Promise<void> {
  const node = await openTcp({
    self: 'child',
    listen: '127.0.0.1:0',
    peers: new Map(),
    clusterId: 'tests',
    incarnation: 1,
    boot: 1,
    protocol: { min: 1, max: 3 },
  });
  node.receive((from, frame) => node.send(from, frame));
  process.on('message', (address: string) => node.setPeers(new Map([['parent', address]])));
  process.on('disconnect', () => process.exit(0));
  process.send!(node.address);
}

void main();
