import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { manifestLine } from '../src/file/folder.js';
import { type InspectEvent, inspectLog, openLog } from '../src/file/index.js';
import { openLogOn } from '../src/file/open.js';
import { CrashFiles, systemError, TestMachine } from './crash-files.js';

const root = mkdtempSync(join(tmpdir(), 'dsys-wal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SMALL = { segmentBytes: 16384 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function contents(log: { load(): AsyncIterable<{ bytes: Uint8Array }> }): Promise<string[]> {
  const found: string[] = [];
  for await (const { bytes: record } of log.load()) found.push(new TextDecoder().decode(record));
  return found;
}

describe('bad input is a clear error', () => {
  test('a folder of another kind, a file, a newer version, a damaged manifest', async () => {
    const other = join(root, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'photo.jpg'), 'x');
    await expect(openLog(other)).rejects.toMatchObject({
      code: 'log-other-kind',
      message: expect.stringContaining('photo.jpg'),
    });
    expect(readdirSync(other)).toEqual(['photo.jpg']);
    await expect(openLog(join(other, 'photo.jpg'))).rejects.toMatchObject({ code: 'log-other-kind' });

    const newer = join(root, 'newer');
    await (await openLog(newer, SMALL)).close();
    const line = manifestLine({ logId: new Uint8Array(16), segmentBytes: 16384 });
    writeFileSync(join(newer, 'dsys-wal'), line.replace('dsys-wal 1', 'dsys-wal 2'));
    await expect(openLog(newer)).rejects.toMatchObject({ code: 'log-newer-version' });
    writeFileSync(join(newer, 'dsys-wal'), line.replace('16384', '16385'));
    await expect(openLog(newer)).rejects.toMatchObject({ code: 'log-damaged' });
    expect(existsSync(join(newer, 'lock'))).toBe(false);
  });

  test('a log that should be there and is not, or is and should not be', async () => {
    await expect(openLog(join(root, 'absent'), { create: 'never' })).rejects.toMatchObject({ code: 'log-missing' });
    expect(existsSync(join(root, 'absent'))).toBe(false);
    const there = join(root, 'there');
    await (await openLog(there, { ...SMALL, create: 'always' })).close();
    await expect(openLog(there, { create: 'always' })).rejects.toMatchObject({ code: 'log-exists' });
    await expect(inspectLog(join(root, 'absent')).next()).rejects.toMatchObject({ code: 'log-missing' });
  });

  test('options out of range name themselves', async () => {
    for (const [option, value] of [
      ['segmentBytes', 5000],
      ['segmentBytes', 1 << 31],
      ['idleMs', -1],
      ['maxSpareSegments', 0],
      ['maxRecordBytes', 1 << 30],
    ] as const)
      await expect(openLog(join(root, 'options'), { [option]: value })).rejects.toMatchObject({
        code: 'bad-option',
        option,
      });
  });

  test('records and calls over the maximum are refused, and leave nothing', async () => {
    const log = await openLog(join(root, 'large'), SMALL);
    await expect(log.append([new Uint8Array(log.maxRecordBytes + 1)])).rejects.toMatchObject({
      code: 'record-too-large',
    });
    const many = Array.from({ length: 1000 }, () => new Uint8Array(10));
    await expect(log.append(many)).rejects.toMatchObject({ code: 'record-too-large', option: 'records' });
    await log.append([new Uint8Array(log.maxRecordBytes)]);
    await log.append(Array.from({ length: Math.floor(log.maxAppendBytes / 33) }, () => new Uint8Array(1)));
    expect(log.status().durablePosition).toBe(1 + Math.floor(log.maxAppendBytes / 33));
    await log.close();
  });
});

test('a log whose segments are gone is damaged, not new', async () => {
  const folder = join(root, 'gone');
  const log = await openLog(folder, SMALL);
  await log.append([bytes('a')]);
  await log.close();
  for (const name of readdirSync(folder)) if (/^\d+\.wal$/.test(name)) rmSync(join(folder, name));
  const damaged = await openLog(folder);
  expect(damaged.status().state).toBe('damaged');
  await expect(contents(damaged)).rejects.toMatchObject({ code: 'log-damaged' });
  await damaged.close();
});

test('a record that rots while the log is open is damage, never the end of the log (R41, R42)', async () => {
  const files = new CrashFiles();
  const log = await openLogOn(new TestMachine(files), '/log', SMALL);
  for (const text of ['a', 'b', 'c']) await log.append([bytes(text)]);
  const path = '/log/0000000000000001.wal';
  const spoilt = files.bytesOf(path).slice();
  spoilt[4096 + 40 + 72 + 40 + 24]! ^= 1;
  files.setBytes(path, spoilt);
  await expect(contents(log)).rejects.toMatchObject({ code: 'log-damaged', first: 2, resumeAt: 4 });
  await expect(log.append([bytes('d')])).rejects.toMatchObject({ code: 'log-damaged' });
  await log.compact(4, [bytes('carried')]);
  expect(await contents(log)).toEqual(['carried']);
  expect(log.status()).toMatchObject({ state: 'open', firstPosition: 4 });
});

test('a read that fails is an error, never the end of the log (R41)', async () => {
  const files = new CrashFiles();
  const log = await openLogOn(new TestMachine(files), '/log', SMALL);
  await log.append([bytes('a')]);
  files.failing.set('read', systemError('EIO'));
  await expect(contents(log)).rejects.toMatchObject({ code: 'EIO' });
});

test('an idle log records its frontier, and a tidy close does at once', async () => {
  const machine = new TestMachine();
  const log = await openLogOn(machine, '/log', SMALL);
  await log.append([bytes('a')]);
  expect(log.status().recordedPosition).toBe(0);
  machine.fire();
  await log.append([]);
  expect(log.status().recordedPosition).toBe(1);
  await log.append([bytes('b')]);
  await log.close();
  const again = await openLogOn(new TestMachine(machine.files), '/log', {});
  expect(again.status().recordedPosition).toBe(2);
});

test('freed segments are used again, and hold no ghost of what they held', async () => {
  const files = new CrashFiles();
  const log = await openLogOn(new TestMachine(files), '/log', { ...SMALL, maxSpareSegments: 2 });
  for (let n = 1; n <= 400; n++) {
    await log.append([bytes(`record ${n} ${'x'.repeat(200)}`)]);
    if (n % 50 === 0) await log.compact(log.status().durablePosition, [bytes('carried')]);
  }
  const { segments, spareSegments } = log.status();
  expect(segments + spareSegments).toBeLessThanOrEqual(6);
  const names = files.paths.filter((name) => name.endsWith('.wal'));
  expect(names.length).toBeLessThanOrEqual(6);
  const again = await openLogOn(
    new TestMachine(
      files.crash(
        () => false,
        () => false,
      ),
    ),
    '/log',
    {},
  );
  expect(again.status()).toMatchObject({ damage: null, tornTail: null });
  const found = await contents(again);
  expect(found.map((text) => text.slice(0, 10))).toEqual(['record 400', 'carried']);
});

test('appends of one turn go in one flush, and those made meanwhile in the next', async () => {
  const log = await openLogOn(new TestMachine(), '/log', SMALL);
  const before = log.status().flushes;
  const all = [log.append([bytes('a')]), log.append([bytes('b')])];
  await null;
  await null;
  all.push(log.append([bytes('c')]), log.append([bytes('d')]));
  await Promise.all(all);
  expect(log.status().flushes - before).toBe(2);
});

test('inspectLog gives what is there without touching it, also behind damage', async () => {
  const folder = join(root, 'inspected');
  const log = await openLog(folder, SMALL);
  for (const text of ['a', 'b', 'c']) await log.append([bytes(text)]);
  const writer = await log.snapshots.create('state');
  await writer.write(new Uint8Array(100_000));
  await writer.finish();
  await log.close();
  const path = join(folder, '0000000000000001.wal');
  const spoilt = readFileSync(path);
  spoilt[4096 + 40 + 72 + 40 + 24]! ^= 1;
  writeFileSync(path, spoilt);
  const before = readdirSync(folder);
  const events: InspectEvent[] = [];
  for await (const event of inspectLog(folder)) events.push(event);
  expect(readdirSync(folder)).toEqual(before);
  const positions = events.flatMap((event) => (event.type === 'record' ? [event.position] : []));
  expect(positions).toEqual([1, 3]);
  expect(events.find(({ type }) => type === 'fault')).toMatchObject({
    fault: { first: 2, last: 2, segment: '0000000000000001.wal' },
  });
  expect(events.find(({ type }) => type === 'snapshot')).toMatchObject({
    fault: null,
    snapshot: { name: 'state', bytes: 100_000 },
  });
  expect(events.at(-2)).toMatchObject({ type: 'end', end: { nextPosition: 4 } });
});

test('records keep their order when some wait for a segment and a smaller one behind them would fit (R18)', async () => {
  const log = await openLogOn(new TestMachine(), '/log', SMALL);
  for (let round = 0; round < 10; round++) {
    const sizes = [5000, 6000, 10, 7000, 10, 20];
    const given = await Promise.all(sizes.map((size) => log.append([new Uint8Array(size)])));
    const positions = given.map(({ first }) => first);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  }
});
