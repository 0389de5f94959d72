import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Driver } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { MemoryDisk, openMemory } from '@dsys/wal';
import { expect, test } from 'vitest';
import type { Protocol } from '../src/index.js';
import { bytes, Notebook, text } from './puppet.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the lines that the README shows of the ping counter are its own', () => {
  const worked = read('../../../examples/ping-counter/core.ts');
  const fragments = [...read('../README.md').matchAll(/^```ts fragment: .* in core\.ts\n([\s\S]*?)^```/gm)];
  expect(fragments.length).toBe(1);
  for (const [, lines] of fragments)
    for (const line of lines!.trimEnd().split('\n')) expect(worked).toContain(`${line}\n`);
});

/** The program of the README up to where it has its protocol. */
async function logOfReadme(): Promise<Protocol<never>> {
  const program = /^```ts\n([\s\S]*?class OneNodeLog[\s\S]*?)^const stateMachine/m.exec(read('../README.md'))![1]!;
  const lines = program.split('\n').filter((line) => !/^import (?!type)/.test(line));
  const file = new URL('../.results/readme-log.ts', import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\nexport { log };\n`);
  return ((await import(/* @vite-ignore */ file.pathname)) as { log: Protocol<never> }).log;
}

test('the log of the README acknowledges nothing that a full disk refused, and comes back whole', async () => {
  const protocol = await logOfReadme();
  const disk = new MemoryDisk();
  const start = async () => {
    const stateMachine = new Notebook();
    const transport = memoryNetwork().join('n1');
    const node = await Driver.start({
      protocol,
      options: {} as never,
      id: 'n1',
      transport,
      storage: openMemory(disk),
      stateMachine,
    });
    return { node, stateMachine };
  };
  const first = await start();
  disk.setFull(true);
  expect(await first.node.propose(bytes('a'))).toEqual({ outcome: 'unknown' });
  disk.setFull(false);
  expect(await first.node.propose(bytes('b'))).toMatchObject({ outcome: 'applied', index: 1 });
  expect(disk.inspect().map((record) => text(record.bytes))).toEqual(first.stateMachine.notes);
  await first.node.close();
  const again = await start();
  expect(await again.node.propose(bytes('c'))).toMatchObject({ outcome: 'applied', index: 2 });
  expect(again.stateMachine.notes).toEqual(['b', 'c']);
  await again.node.close();
});
