/** Real processes on a real disk: killed, starved of space, failed and hung. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openLog } from '../src/file/index.js';
import { killAgainAndAgain, startChild } from './kill.js';

const root = mkdtempSync(join(tmpdir(), 'dsys-wal-'));
const demanded = process.env['DSYS_DEMAND'] === '1';
let mounted: string | null = null;
afterAll(() => {
  if (mounted !== null) spawnSync('umount', [mounted]);
  rmSync(root, { recursive: true, force: true });
});

test('a process that is killed at 10 random moments under load loses nothing that it had said', async () => {
  const { durable } = await killAgainAndAgain(join(root, 'killed'), 10, 4);
  expect(durable).toBeGreaterThan(100);
}, 60_000);

test('a folder that is open is refused, to this process and to another; a killed one gives it back', async () => {
  const folder = join(root, 'locked');
  const child = startChild(folder, ['65536', 'commands']);
  await child.hears('open 1');
  await expect(openLog(folder)).rejects.toMatchObject({ code: 'log-in-use' });
  child.process.kill('SIGKILL');
  await child.ended;
  const log = await openLog(folder);
  expect(log.boot).toBe(2);
  await expect(openLog(folder)).rejects.toMatchObject({ code: 'log-in-use' });
  await log.close();
});

const gcc = spawnSync('gcc', ['--version']).status === 0 && process.platform === 'linux';
if (!gcc && demanded) throw new Error('gcc is demanded, to build the shim that fails and hangs the disk');

function shim(): string {
  const library = join(root, 'faulty.so');
  const source = fileURLToPath(new URL('shim/faulty.c', import.meta.url));
  if (!existsSync(library)) execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  return library;
}

function faultyChild(name: string): {
  child: ReturnType<typeof startChild>;
  setMode(mode: string): void;
  tried(): number;
} {
  const mode = join(root, `${name}.mode`);
  const tally = join(root, `${name}.tally`);
  writeFileSync(mode, 'ok');
  const env = { LD_PRELOAD: shim(), FAULTY_MODE: mode, FAULTY_TALLY: tally };
  const child = startChild(join(root, name), ['65536', 'commands'], env);
  const tried = (): number => (existsSync(tally) ? readFileSync(tally).length : 0);
  return { child, setMode: (text) => writeFileSync(mode, text), tried };
}

test.skipIf(!gcc)('EIO ends the log, and is never tried again', async () => {
  // without gcc there is no shim
  const { child, setMode, tried } = faultyChild('eio');
  await child.hears('open');
  child.say('append');
  await child.hears('durable 1');
  setMode('eio');
  child.say('append');
  await child.hears('rejected log-failed');
  const before = child.lines.length;
  child.say('append');
  await child.hears('rejected log-failed', before);
  child.say('status');
  expect(await child.hears('status')).toContain('"state":"failed"');
  expect(tried()).toBe(1);
  child.process.kill('SIGKILL');
  await child.ended;
  const log = await openLog(join(root, 'eio'));
  const positions: number[] = [];
  for await (const { position } of log.load()) positions.push(position);
  expect(positions[0]).toBe(1);
  await log.close();
});

test.skipIf(!gcc)(
  'a hung disk is visible, close({ abandon }) does not wait for it, and SIGKILL ends the process',
  async () => {
    // without gcc there is no shim
    const { child, setMode, tried } = faultyChild('hung');
    await child.hears('open');
    child.say('append');
    await child.hears('durable 1');
    setMode('hang');
    child.say('start');
    while (tried() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.say('status');
    const status = JSON.parse((await child.hears('status')).slice(7)) as {
      flushingMs: number;
      durablePosition: number;
    };
    expect(status.flushingMs).toBeGreaterThan(0);
    expect(status.durablePosition).toBe(1);
    child.say('abandon');
    await child.hears('abandoned');
    await child.hears('rejected log-closed');
    expect(tried()).toBe(1);
    child.say('die');
    await child.ended;
  },
);

/** A file system of 1 MiB, where we may mount one. */
function smallDisk(): string | null {
  const folder = join(root, 'small');
  mkdirSync(folder);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status !== 0) return null;
  mounted = folder;
  return folder;
}

const small = smallDisk();
if (small === null && demanded) throw new Error('a tmpfs is demanded, to fill it: run as root');

test.skipIf(small === null)(
  'a full disk is log-full: essential records go in, compaction makes room, nothing is lost',
  async () => {
    // only root mounts a tmpfs
    const folder = join(small!, 'log');
    const log = await openLog(folder, { segmentBytes: 128 * 1024 });
    let taken = 0;
    let code: string | null = null;
    while (code === null) {
      code = await log.append([new Uint8Array(4000).fill(taken)]).then(
        () => null,
        (error: { code: string }) => error.code,
      );
      if (code === null) taken++;
    }
    expect(code).toBe('log-full');
    expect(log.status()).toMatchObject({ full: true, state: 'open' });
    expect(taken).toBeGreaterThan(100);
    for (let vote = 0; vote < 50; vote++) await log.append([new Uint8Array(50)], { essential: true });
    await expect(log.append([new Uint8Array(4000)])).rejects.toMatchObject({ code: 'log-full' });
    await log.compact(taken - 10, [new Uint8Array(50)]);
    await log.append([new Uint8Array(4000)]);
    expect(log.status().full).toBe(false);
    await log.close();
    const again = await openLog(folder);
    let count = 0;
    for await (const _ of again.load()) count++;
    expect(count).toBe(11 + 50 + 1 + 1);
    await again.close();
  },
);
