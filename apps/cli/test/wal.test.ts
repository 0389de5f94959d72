import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@dsys/wal/file';
import { afterAll, describe, expect, test } from 'vitest';
import { dsys, file } from './dsys.js';

const root = mkdtempSync(join(tmpdir(), 'dsys-wal-'));
afterAll(() => rmSync(root, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const segment = (folder: string, number = 1): string => join(folder, `${String(number).padStart(16, '0')}.wal`);

interface Wanted {
  readonly records?: readonly string[];
  readonly snapshot?: number;
  /** As a killed process leaves it: what the last flush wrote is not recorded as durable. */
  readonly killed?: boolean;
}

/** A log with these records, each a flush of its own. */
async function logWith(name: string, { records = [], snapshot = 0, killed = false }: Wanted): Promise<string> {
  const folder = join(root, name);
  const log = await openLog(folder, { segmentBytes: 16 * 1024, idleMs: 60_000 });
  for (const record of records) await log.append([bytes(record)]);
  if (snapshot > 0) {
    const writer = await log.snapshots.create('state-4');
    await writer.write(new Uint8Array(snapshot));
    await writer.finish();
  }
  await log.close({ abandon: killed });
  return folder;
}

/** Flips a bit of the last place at which a file has this text. */
function spoil(path: string, text: string): void {
  const content = readFileSync(path);
  const at = content.lastIndexOf(text);
  expect(at).toBeGreaterThan(0);
  content[at]! ^= 1;
  writeFileSync(path, content);
}

/** Ids are drawn at random, the folder is a temporary one, and files are made ready in the background. */
const steady = (out: string): string =>
  out
    .replace(/\b[0-9a-f]{32}\b/, 'LOG-ID')
    .replace(/segments {2}\d of (.*), \d more to spare/, 'segments  N of $1, N more to spare')
    .replaceAll(root, 'ROOT');

const large = 'x'.repeat(7000);

describe('dsys wal inspect', () => {
  test('shows segments, where the log ends, and snapshots', async () => {
    const folder = await logWith('whole', { records: ['a', 'b', large, large, 'c'], snapshot: 100_000 });
    const { code, out, err } = await dsys(['wal', 'inspect', folder]);
    expect([code, err]).toEqual([0, '']);
    await expect(steady(out)).toMatchFileSnapshot('golden/wal-inspect.txt');
  });

  test('lists records in a range, with their bytes', async () => {
    const folder = await logWith('listed', { records: ['a', 'b', large, 'c'] });
    const { code, out, err } = await dsys(['wal', 'inspect', folder, '--records', '--from', '2', '--to', '3', '--hex']);
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n').slice(0, 3);
    expect(lines[0]).toMatch(/^ +2 {2}0{15}1\.wal +\d+ {2}boot 1 {2}1 B +62$/);
    expect(lines[1]).toMatch(/^ +3 .* 7\.0 kB +(78){32}…$/);
    expect(lines[2]).toBe('');
  });

  test('--json has the same for a program, records one a line before it', async () => {
    const folder = await logWith('json', { records: ['a', 'b'], snapshot: 10 });
    const { code, out } = await dsys(['wal', 'inspect', folder, '--json', '--records', '--hex']);
    expect(code).toBe(0);
    const [first, second, overview, ...rest] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(rest).toEqual([]);
    const name = '0000000000000001.wal';
    const record = { kind: 'dsys-wal-record', segment: name, boot: 1, bytes: 1 };
    expect(first).toMatchObject({ ...record, position: 1, hex: '61' });
    expect(second).toMatchObject({ ...record, position: 2, hex: '62' });
    expect(overview).toEqual({
      kind: 'dsys-wal-log',
      version: 1,
      folder,
      logId: expect.stringMatching(/^[0-9a-f]{32}$/),
      segmentBytes: 16 * 1024,
      spareSegments: expect.any(Number),
      segments: [{ name, first: 1, last: 2, records: 2, bytes: 2, boots: [1] }],
      firstPosition: 1,
      nextPosition: 3,
      recordedPosition: 2,
      boot: 1,
      torn: false,
      damage: [],
      unreadable: null,
      snapshots: [{ name: 'state-4', bytes: 10, checksum: expect.stringMatching(/^[0-9a-f]{16}$/), damaged: false }],
    });
  });

  test('of an empty log says so, and which position comes next', async () => {
    const { code, out } = await dsys(['wal', 'inspect', await logWith('empty', {})]);
    expect(code).toBe(0);
    expect(out).toContain('none; the next one gets position 1');
  });

  test('changes nothing', async () => {
    const folder = await logWith('unchanged', { records: ['a', 'marked', 'c'] });
    spoil(segment(folder), 'marked');
    const look = () => readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);
    const before = look();
    expect((await dsys(['wal', 'inspect', folder, '--records'])).code).toBe(0);
    expect(look()).toEqual(before);
  });

  test('may be called while the log is in use', async () => {
    const folder = join(root, 'in-use');
    const log = await openLog(folder, { segmentBytes: 16 * 1024 });
    await log.append([bytes('a')]);
    expect((await dsys(['wal', 'inspect', folder])).out).toContain('1, at 1..1');
    await log.append([bytes('b')]);
    await log.close();
  });

  test('refuses a range without records', async () => {
    expect(await dsys('wal inspect somewhere --from 3')).toEqual({
      code: 2,
      out: '',
      err: 'dsys: --from, --to and --hex say which records to list, and how\n      Add --records.\n',
    });
  });
});

describe('dsys wal verify', () => {
  test('says of a sound log that it is', async () => {
    const folder = await logWith('sound', { records: ['a', 'b'], snapshot: 100_000 });
    const { code, out, err } = await dsys(['wal', 'verify', folder]);
    expect([code, err]).toEqual([0, '']);
    expect(steady(out)).toBe('ROOT/sound: sound, 2 records at 1..2, 1 snapshot\n');
  });

  test('says of a damaged one where, and ends with 1', async () => {
    const folder = await logWith('damaged', { records: ['a', 'marked', 'c'] });
    spoil(segment(folder), 'marked');
    const { code, out } = await dsys(['wal', 'verify', folder]);
    expect(code).toBe(1);
    expect(out).toContain('DAMAGED, 2 records at 1..3');
    expect(out).toMatch(/record 2 is lost in 0{15}1\.wal, bytes \d+\.\.\d+/);
    const json = JSON.parse((await dsys(['wal', 'verify', folder, '--json'])).out) as object;
    expect(json).toMatchObject({
      kind: 'dsys-wal-verdict',
      sound: false,
      records: 2,
      damage: [{ first: 2, last: 2, segment: '0000000000000001.wal' }],
    });
    // What is behind the damage can still be seen.
    const { out: listed } = await dsys(['wal', 'inspect', folder, '--records', '--from', '3', '--hex']);
    expect(listed).toMatch(/^ +3 .* 63$/m);
  });

  test('takes what a crash left of the last flush for torn: no finding, but with --strict', async () => {
    const folder = await logWith('torn', { records: ['a', 'marked'], killed: true });
    spoil(segment(folder), 'marked');
    const { code, out } = await dsys(['wal', 'verify', folder]);
    expect(code).toBe(0);
    expect(out).toContain('torn tail, 1 record at 1..1');
    expect(out).toContain('It was never');
    expect((await dsys(['wal', 'verify', folder, '--strict'])).code).toBe(1);
  });

  test('reads snapshots to their last byte', async () => {
    const folder = await logWith('snapshot', { records: ['a'], snapshot: 200_000 });
    const path = join(folder, 'snapshots', 'state-4.snap');
    const content = readFileSync(path);
    content[100_000]! ^= 1;
    writeFileSync(path, content);
    expect((await dsys(['wal', 'inspect', folder])).code).toBe(0);
    const { code, out } = await dsys(['wal', 'verify', folder]);
    expect(code).toBe(1);
    expect(out).toContain('snapshot state-4:');
  });

  test('looks at several folders, and ends with 1 if one of them is damaged', async () => {
    const good = await logWith('good', { records: ['a'] });
    const bad = await logWith('bad', { records: ['marked', 'b'] });
    spoil(segment(bad), 'marked');
    const { code, out } = await dsys(['wal', 'verify', bad, good, '--json']);
    expect(code).toBe(1);
    const verdicts = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sound: boolean }).sound);
    expect(verdicts).toEqual([false, true]);
  });
});

describe('what is no log', () => {
  test('is bad input, said with what to do', async () => {
    expect(await dsys(['wal', 'verify', join(root, 'nowhere')])).toMatchObject({
      code: 3,
      out: '',
      err: `dsys: ${join(root, 'nowhere')}: there is no log in it\n      Name the folder that openLog was given.\n`,
    });
    const aFile = file('a.txt', 'text');
    expect((await dsys(['wal', 'inspect', aFile])).err).toContain('is a file, not a folder');
    const folder = await logWith('newer', { records: ['a'] });
    const manifest = join(folder, 'dsys-wal');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('dsys-wal 1 ', 'dsys-wal 2 '));
    const { code, err } = await dsys(['wal', 'inspect', folder]);
    expect(code).toBe(3);
    expect(err).toContain('a later release wrote this log');
  });
});

test('Ctrl-C ends it', async () => {
  const folder = await logWith('stopped', { records: ['a'] });
  const { code, err } = await dsys(['wal', 'verify', folder], { signal: AbortSignal.abort() });
  expect(code).toBe(130);
  expect(err).toContain('interrupted');
});

test.each(['inspect', 'verify'])(
  'wal %s --help has examples, and every example runs as far as its folders',
  async (name) => {
    const { code, out } = await dsys(`wal ${name} --help`);
    expect(code).toBe(0);
    expect(out).toContain('--json');
    const calls = out.split('\n').flatMap((line) => /^ {2}dsys (.*)$/.exec(line)?.[1] ?? []);
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      const { code, err } = await dsys(call);
      expect(code).toBe(3);
      expect(err).toMatch(/(data\/log|backup\/n1): there is no log in it/);
    }
  },
);
