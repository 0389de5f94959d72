/** The bytes are a promise: what this release writes is what the frozen files of version 1 hold, and those are read for good. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openLogOn } from '../src/file/open.js';
import { FileSnapshots } from '../src/file/snapshots.js';
import { decodeSegmentHeader, encodeSegmentHeader } from '../src/index.js';
import { type CrashFiles, TestMachine } from './crash-files.js';

const frozen = (name: string): string => fileURLToPath(new URL(`vectors/v1/${name}`, import.meta.url));
const record = (n: number): Uint8Array => Uint8Array.from({ length: n * 5 }, (_, i) => (n + i) & 0xff);

/** Two boots, a compaction, a snapshot; everything that is random is drawn from a seed. */
async function written(): Promise<CrashFiles> {
  const machine = new TestMachine();
  const log = await openLogOn(machine, '/log', { segmentBytes: 16384 });
  await log.append([record(1), record(2)]);
  await log.append([record(3)]);
  await log.close();
  const again = await openLogOn(new TestMachine(machine.files), '/log', {});
  await again.append([record(4)]);
  await again.compact(2, [record(5)]);
  const writer = await again.snapshots.create('state');
  await writer.write(record(40));
  await writer.finish();
  await again.close();
  return machine.files;
}

const NAMES = ['dsys-wal', '0000000000000001.wal', 'snapshots/state.snap'];

test.each(NAMES)('%s is written as it was frozen', async (name) => {
  const bytes = (await written()).bytesOf(`/log/${name}`);
  const used = name.endsWith('.wal') ? bytes.subarray(0, 5000) : bytes;
  const file = frozen(name.replace('/', '-'));
  if (process.env['DSYS_FREEZE'] === '1' && !existsSync(file)) writeFileSync(file, used);
  expect(Buffer.from(used).toString('hex')).toBe(readFileSync(file).toString('hex'));
});

test('a frozen log is read', async () => {
  const files = await written();
  files.setBytes('/log/dsys-wal', new Uint8Array(readFileSync(frozen('dsys-wal'))));
  const segment = new Uint8Array(16384);
  segment.set(readFileSync(frozen('0000000000000001.wal')));
  files.setBytes('/log/0000000000000001.wal', segment);
  files.setBytes('/log/snapshots/state.snap', new Uint8Array(readFileSync(frozen('snapshots-state.snap'))));
  const log = await openLogOn(new TestMachine(files), '/log', {});
  expect(log.boot).toBe(3);
  const found: [number, Uint8Array][] = [];
  for await (const { position, bytes } of log.load()) found.push([position, new Uint8Array(bytes)]);
  expect(found).toEqual([2, 3, 4, 5].map((n) => [n, record(n)]));
  const snapshots = FileSnapshots.inspect(files, '/log/snapshots');
  expect(await snapshots.list()).toMatchObject([{ name: 'state', bytes: 200, damaged: false }]);
});

test('a segment header is refused when it is another’s, newer, or altered', () => {
  const header = encodeSegmentHeader({ logId: new Uint8Array(16).fill(3), number: 7, segmentBytes: 16384 });
  expect(decodeSegmentHeader(header)).toMatchObject({ number: 7, segmentBytes: 16384, version: 1 });
  for (let bit = 0; bit < 48 * 8; bit++) {
    const altered = header.slice();
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(decodeSegmentHeader(altered)).toBe('bad');
  }
  expect(decodeSegmentHeader(header.subarray(0, 47))).toBe('bad');
});
