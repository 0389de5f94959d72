import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Driver } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { openLog } from '@dsys/wal/file';
import { expect, test } from 'vitest';
import { bytes, logged, Notebook, Puppet, type PuppetWords, text } from './puppet.js';

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setImmediate(resolve));
};

test('snapshots and records go through files and come back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driver-'));
  const start = async () => {
    const puppet = new Puppet();
    puppet.play = logged();
    const stateMachine = new Notebook();
    const driver = await Driver.start<PuppetWords>({
      protocol: puppet.protocol,
      options: { play: () => [] },
      id: 'a',
      transport: memoryNetwork().join('a'),
      storage: await openLog(folder, { segmentBytes: 64 * 1024 }),
      stateMachine,
    });
    const perform = (outputs: Extract<PuppetWords['input'], { type: 'do' }>['outputs'], until: string) => {
      driver.tell({ type: 'do', outputs });
      return seen(puppet, until);
    };
    return { puppet, stateMachine, driver, perform };
  };
  const seen = (puppet: Puppet, what: string) => until(() => puppet.seen.at(-1) === what);

  const first = await start();
  const answers = await Promise.all(['x', 'y', 'z'].map((command) => first.driver.propose(bytes(command))));
  expect(answers.map((answer) => answer.outcome)).toEqual(['applied', 'applied', 'applied']);
  await first.perform([{ type: 'snapshot', index: 3, name: 's3' }], 'snapshotted');
  await first.perform([{ type: 'readSnapshot', name: 's3', offset: 2, maxBytes: 3 }], 'snapshotRead');
  expect(first.puppet.steps.at(-1)!.input).toMatchObject({ bytes: bytes('y;z'), isLast: false });
  await first.driver.close();

  const again = await start();
  expect(again.puppet.records.map((record) => text(record.bytes))).toEqual(['x', 'y', 'z']);
  expect(again.puppet.recovery).toMatchObject({ boot: 2, nextPosition: 4, snapshots: ['s3'] });
  await again.perform([{ type: 'install', index: 3, name: 's3' }], 'applied 3');
  expect(again.stateMachine.notes).toEqual(['x', 'y', 'z']);
  await again.driver.close();
  await rm(folder, { recursive: true });
});

test('a process ends by itself once its node is closed, though the core was to be woken in a year', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'driver-'));
  const child = spawn(
    process.execPath,
    [
      '--conditions=@dsys/source',
      '--import',
      'tsx',
      fileURLToPath(new URL('driver-child.ts', import.meta.url)),
      folder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number];
  expect({ code, said }).toEqual({ code: 0, said: 'applied\nrunning, woken in a year\nclosed\n' });
  await rm(folder, { recursive: true });
});
