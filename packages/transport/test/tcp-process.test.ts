import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { TcpTransport } from '../src/tcp/index.js';
import { eventsOf, isUp, Network, until } from './tcp-network.js';

const network = new Network();
let child: ChildProcess | null = null;
afterEach(async () => {
  child?.kill('SIGKILL');
  await network.dispose();
});

async function parent(options: Parameters<Network['open']>[1]): Promise<TcpTransport> {
  child = fork(fileURLToPath(new URL('tcp-node.ts', import.meta.url)), {
    execArgv: ['--conditions=@dsys/source', '--import', 'tsx'],
  });
  const address = await new Promise<string>((resolve) => child!.once('message', (said) => resolve(said as string)));
  const node = await network.open('parent', options);
  node.setPeers(new Map([['child', address]]));
  child.send(node.address!);
  await until(() => isUp(node, 'child'), 'the child');
  return node;
}

test('a process that is stopped, and says nothing, is noticed within silentMs and a quarter of beatMs', async () => {
  const silentMs = 400;
  const node = await parent({ silentMs, beatMs: 100 });
  const events = eventsOf(node);
  const before = performance.now();
  child!.kill('SIGSTOP');
  await until(() => events.length > 0);
  const after = performance.now() - before;
  expect(events[0]).toBe('down child silent');
  // Its last beat was at most 100 ms old; a loaded machine may be late, never early.
  expect(after).toBeGreaterThan(silentMs - 100 - 25);
  child!.kill('SIGCONT');
  await until(() => isUp(node, 'child'), 'it goes on');
});

test('a process that is killed is noticed at once', async () => {
  const node = await parent({ silentMs: 60_000 });
  const events = eventsOf(node);
  child!.kill('SIGKILL');
  await until(() => events.length > 0);
  expect(events[0]).toBe('down child broken');
});
