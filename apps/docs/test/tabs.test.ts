/** Who introduces the tabs to each other, without a browser. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { type FromTab, Introducer, type ToTab } from '../demos/tabs/introducer.js';

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** A tab as the introducer sees it; what it was told is in `told`. */
function join(introducer: Introducer) {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const told: ToTab[] = [];
  port2.on('message', (message: ToTab) => told.push(message));
  introducer.join(port1 as never);
  const say = (message: FromTab): void => port2.postMessage(message);
  const types = (): string => told.map(({ type }) => type).join();
  return { port: port1, told, say, types };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(isSo()).toBe(true);
}

const ports = (told: readonly ToTab[]): string[] =>
  told.flatMap((message) => (message.type === 'port' ? [`${message.node} > ${message.peer}`] : []));

test('the first tab gets the first seat and the worker; each two are given both ends of a channel', async () => {
  const introducer = new Introducer();
  const a = join(introducer);
  a.say({ type: 'hello' });
  await until(() => a.types() === 'seat,host');
  a.say({ type: 'started' });
  await until(() => a.types() === 'seat,host,worker-disk,port,port');
  const b = join(introducer);
  b.say({ type: 'hello' });
  await until(() => b.types() === 'seat,port,port' && a.told.length === 7);
  expect(ports(a.told).sort()).toEqual(['tab 1 > tab 2', 'tab 1 > worker', 'worker > tab 1', 'worker > tab 2']);
  expect(ports(b.told).sort()).toEqual(['tab 2 > tab 1', 'tab 2 > worker']);
});

test('a seat that becomes free goes to who waits, with what was on its disk; the worker moves to another tab', async () => {
  const introducer = new Introducer();
  const [a, b, c] = [join(introducer), join(introducer), join(introducer)];
  for (const tab of [a, b, c]) tab.say({ type: 'hello' });
  await until(() => c.types() === 'full' && a.types().startsWith('seat'));
  a.say({ type: 'started' });
  const seat = a.told.find((message) => message.type === 'seat')!;
  const disk = seat.disk.port as unknown as MessagePort;
  open.push(disk);
  const acknowledged: number[] = [];
  disk.on('message', (id: number) => acknowledged.push(id));
  disk.postMessage({ id: 1, bytes: Uint8Array.of(7) });
  await until(() => acknowledged.length === 1);
  introducer.leave(a.port as never);
  introducer.leave(a.port as never);
  await until(() => c.types().startsWith('full,seat') && b.types().includes('gone') && b.types().endsWith('host'));
  const taken = c.told.find((message) => message.type === 'seat')!;
  expect([taken.id, ...taken.disk.saved!]).toEqual(['tab 1', 7]);
  // Whoever had the disk before writes to it no more.
  disk.postMessage({ id: 2, bytes: Uint8Array.of(8) });
  c.say({ type: 'bye' });
  await until(() => b.told.filter(({ type }) => type === 'gone').length >= 3);
  const d = join(introducer);
  d.say({ type: 'hello' });
  await until(() => d.told.length > 0);
  expect([...d.told.find((message) => message.type === 'seat')!.disk.saved!]).toEqual([7]);
});

test('a deed goes to the tab that hosts the worker, whoever did it', async () => {
  const introducer = new Introducer();
  const [a, b] = [join(introducer), join(introducer)];
  a.say({ type: 'hello' });
  await until(() => a.types() === 'seat,host');
  b.say({ type: 'hello' });
  b.say({ type: 'deed', deed: 'kill' });
  await until(() => a.types().includes('deed'));
  a.say({ type: 'killed' });
  await until(() => b.types().endsWith('gone'));
  expect(b.types()).not.toContain('deed');
});
