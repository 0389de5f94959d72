import type { Storage } from '../storage.js';
import { holds, record, rejection } from './harness.js';
import type { CaseDraft } from './suite.js';

async function write(storage: Storage, name: string, chunks: readonly Uint8Array[]): Promise<string> {
  const writer = await storage.snapshots.create(name);
  for (const chunk of chunks) await writer.write(chunk);
  return (await writer.finish()).checksum;
}

async function read(storage: Storage, name: string, from = 0): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of storage.snapshots.read(name, { from })) for (const byte of chunk) bytes.push(byte);
  return bytes;
}

const names = async (storage: Storage): Promise<string> => (await storage.snapshots.list()).map((s) => s.name).join();

/** What every `SnapshotStore` keeps. */
export const snapshotCases: readonly CaseDraft[] = [
  {
    name: 'a snapshot comes back byte for byte, from any offset, after a restart',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      const whole = record(1, 200_000);
      const sum = await write(storage, 'state-1', [
        whole.subarray(0, 10),
        whole.subarray(10, 150_000),
        whole.subarray(150_000),
      ]);
      await storage.close();
      const again = await harness.open();
      const [info] = await again.snapshots.list();
      holds(
        info?.name === 'state-1' && info.bytes === 200_000 && info.checksum === sum,
        'a finished snapshot is listed',
      );
      for (const from of [0, 1, 65_535, 65_536, 199_999, 200_000]) {
        const bytes = await read(again, 'state-1', from);
        holds(
          bytes.length === whole.length - from && bytes.every((byte, i) => byte === whole[from + i]),
          'reading begins at the offset',
        );
      }
      holds((await write(again, 'state-2', [whole])) === sum, 'the checksum is of the bytes, however they were cut');
      await again.close();
    },
  },
  {
    name: 'of a snapshot that was not finished nothing is left; the old one is there until it is removed',
    needs: ['crash'],
    async run(harness) {
      const storage = await harness.open();
      await write(storage, 'old', [record(1)]);
      const unfinished = await storage.snapshots.create('new');
      await unfinished.write(record(2));
      await harness.crash!();
      const again = await harness.open();
      holds((await names(again)) === 'old', 'only what was finished survives');
      await write(again, 'new', []);
      holds((await names(again)) === 'new,old', 'its name is free again');
      await again.snapshots.remove('old');
      await harness.crash!();
      const third = await harness.open();
      holds((await names(third)) === 'new', 'a removed snapshot stays away, an empty one is one');
      await third.close();
    },
  },
  {
    name: 'names are checked, taken ones refused, missing ones reported',
    needs: [],
    async run(harness) {
      const storage = await harness.open();
      for (const name of ['', '../x', 'a/b', '.hidden', 'x'.repeat(101)])
        holds((await rejection(storage.snapshots.create(name))) === 'bad-option', `"${name}" is no name`);
      const writer = await storage.snapshots.create('a');
      holds((await rejection(storage.snapshots.create('a'))) === 'snapshot-exists', 'one writer a name');
      await writer.abort();
      await write(storage, 'a', [record(1)]);
      holds((await rejection(storage.snapshots.create('a'))) === 'snapshot-exists', 'a snapshot is never overwritten');
      holds((await rejection(read(storage, 'b'))) === 'snapshot-missing', 'a missing one is an error');
      holds((await rejection(storage.snapshots.remove('b'))) === 'snapshot-missing', 'also when it is removed');
      await storage.close();
    },
  },
  {
    name: 'a damaged snapshot is an error, never a shorter one',
    needs: ['damageSnapshot'],
    async run(harness) {
      const storage = await harness.open();
      await write(storage, 'a', [record(1, 100_000)]);
      await harness.damageSnapshot!('a');
      holds((await rejection(read(storage, 'a'))) === 'snapshot-damaged', 'reading verifies');
      await storage.close();
    },
  },
];
