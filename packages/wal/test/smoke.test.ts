import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../src/file/index.js';
import { openLogOn } from '../src/file/open.js';
import { CrashFiles, TestMachine } from './crash-files.js';

const text = (s: string) => new TextEncoder().encode(s);
test('smoke real', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'wal-'));
  const t0 = performance.now();
  const log = await openLog(dir, { segmentBytes: 65536 });
  console.log('open', performance.now() - t0, log.status());
  console.log(await Promise.all([log.append([text('a')]), log.append([text('b'), text('c')])]));
  for (let i = 0; i < 1000; i++) await log.append([new Uint8Array(250).fill(i)]);
  await log.compact(900, [text('carry')]);
  console.log(log.status());
  await log.close();
  const again = await openLog(dir);
  let n = 0;
  for await (const r of again.load()) n++;
  console.log(n, again.status());
  expect(n).toBe(1005 - 900);
  await again.close();
});
test('smoke fake', async () => {
  const machine = new TestMachine();
  const log = await openLogOn(machine, '/log', { segmentBytes: 16384 });
  await log.append([text('a')]);
  await log.close();
  console.log(machine.files.paths);
  const again = await openLogOn(new TestMachine(machine.files.kill()), '/log', {});
  const out = [];
  for await (const r of again.load()) out.push(r.position);
  expect(out).toEqual([1]);
});
