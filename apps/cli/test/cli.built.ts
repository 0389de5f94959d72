/** The built command in processes of its own: pipes, signals, exit codes, memory. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dsys-built-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * A line of shell in which `dsys` is the built command, with what it printed and how it ended: badly when any part of a
 * pipe did.
 */
async function shell(line: string): Promise<{ code: number; out: string; err: string }> {
  return ended(
    spawn('bash', ['-c', `set -o pipefail\ndsys() { '${process.execPath}' '${cli}' "$@"; }\n${line}`], { cwd: folder }),
  );
}

function dsys(...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [cli, ...args], { cwd: folder });
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code: code ?? -1, out, err: signal === null ? err : `${err}ended by ${signal}` };
}

test('the file that npm links is executable and has a #! line', () => {
  expect(readFileSync(cli, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(execFileSync(cli, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a shell pipe is read without being asked for', async () => {
  const { code, out, err } = await shell('seq 1 1000 | dsys ring ownership --nodes a,b,c --json');
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out).keys).toMatchObject({ source: 'stdin', count: 1_000 });
});

test('so is a redirected file, but neither /dev/null nor a socket that a parent left open', async () => {
  writeFileSync(join(folder, 'keys.txt'), 'k1\nk2\n');
  expect(JSON.parse((await shell('dsys ring ownership --nodes a,b --json < keys.txt')).out).keys).toMatchObject({
    count: 2,
  });
  expect(JSON.parse((await shell('dsys ring ownership --nodes a,b --json < /dev/null')).out).keys).toBeNull();
  // Node gives its children such a socket; nothing is ever written to this one, and it stays open.
  const { code, out } = await ended(dsys('ring', 'ownership', '--nodes', 'a,b', '--json'));
  expect(code).toBe(0);
  expect(JSON.parse(out).keys).toBeNull();
});

test('what a command substitution makes is a file of nodes or keys', async () => {
  const { code, out } = await shell('dsys ring ownership --nodes <(printf "a\\nb 2\\n") --keys <(seq 1 50) --json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ nodes: [{ id: 'a' }, { id: 'b', weight: 2 }], keys: { count: 50 } });
});

test('exit codes reach the shell', async () => {
  const { out } = await shell(`
    dsys ring ownership --nodes a,b > /dev/null; echo $?
    dsys ring compare --a jump --b rendezvous --nodes a,b > /dev/null; echo $?
    dsys ring ownership 2> /dev/null; echo $?
    dsys ring ownership --nodes nodes.txt 2> /dev/null; echo $?`);
  expect(out).toBe('0\n1\n2\n3\n');
});

test('a million keys are read in a hundred megabytes, give or take, and each is counted', async () => {
  // A line of /usr/bin/time is not everywhere; the process tells its own peak as it ends.
  const peak = join(folder, 'peak.mjs');
  writeFileSync(peak, `process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS)));`);
  const { code, out, err } = await shell(
    `seq 1 1000000 | '${process.execPath}' --import '${peak}' '${cli}' ring ownership --nodes a,b,c --json`,
  );
  expect(code).toBe(0);
  expect(JSON.parse(out).keys.count).toBe(1_000_000);
  // In kilobytes. The keys alone, held as strings, would take more than this.
  expect(Number(err)).toBeLessThan(160_000);
});

test('a million answers go through a pipe whole', async () => {
  const { code, out } = await shell('seq 1 1000000 | dsys ring explain --nodes a,b,c --next 0 | tail -1');
  expect(code).toBe(0);
  expect(out).toMatch(/^1000000\t[abc]\n$/);
});

test('a reader that leaves early is no error, and the command does not go on for nobody', async () => {
  const { code, out, err } = await shell('(yes || true) | dsys ring explain --nodes a,b --next 0 | head -2');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^y\t[ab]\ny\t[ab]\n$/);
});

test('a full disk is said and ends with 3', async () => {
  const { code, err } = await shell('seq 1 100000 | dsys ring explain --nodes a,b > /dev/full');
  expect(code).toBe(3);
  expect(err).toContain("the output can't be written");
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while keys come in ends with %i, at once and without a stack', async (signal, expected) => {
  const child = dsys('ring', 'ownership', '--nodes', 'a,b', '--keys', '-');
  const end = ended(child);
  // The pipe is full only when the command has begun to read, so its handlers are there.
  const line = 'key\n'.repeat(10_000);
  for (let full = 0; full < 20; full++) if (!child.stdin.write(line)) await once(child.stdin, 'drain');
  child.stdin.on('error', () => undefined);
  child.kill(signal);
  const { code, out, err } = await end;
  expect([code, out]).toEqual([expected, '']);
  expect(err).toBe('dsys: interrupted; what was written so far is not complete\n');
});

test('whoever forgets the keys is told after a moment what the command is waiting for', async () => {
  const child = dsys('ring', 'ownership', '--nodes', 'a,b', '--keys', '-');
  const end = ended(child);
  await once(child.stderr, 'data');
  child.stdin.end('k1\n');
  const { code, err } = await end;
  expect(code).toBe(0);
  expect(err).toContain('waiting for keys on stdin');
});
