import { memoryNetwork } from '@dsys/transport';
import type { SnapshotStore } from '@dsys/wal';
import { describe, expect, test } from 'vitest';
import { stage } from './puppet.js';

describe('a node that is closed', () => {
  test('lets go of a snapshot that was just being read', async () => {
    const one = await stage();
    const { snapshots } = one.storage;
    const writer = await snapshots.create('s1');
    await writer.write(new Uint8Array(200_000));
    await writer.finish();
    const read = snapshots.read.bind(snapshots);
    let openCount = 0;
    let release: () => void = () => undefined;
    snapshots.read = async function* (...given: Parameters<SnapshotStore['read']>) {
      openCount++;
      try {
        await new Promise<void>((resolve) => (release = resolve));
        yield* read(...given);
      } finally {
        openCount--;
      }
    };
    one.driver.tell({ type: 'do', outputs: [{ type: 'readSnapshot', name: 's1', offset: 0, maxBytes: 10 }] });
    await one.clock.settle();
    expect(openCount).toBe(1);
    const closed = one.driver.close();
    await one.clock.settle();
    release();
    await closed;
    await one.clock.settle();
    expect(openCount).toBe(0);
  });

  test('is closed, though its storage could not be', async () => {
    const one = await stage();
    one.storage.close = () => Promise.reject(new Error('no disk'));
    await expect(one.driver.close()).rejects.toThrow('no disk');
    expect(one.driver.status().state).toBe('closed');
  });

  test.each([false, true])(
    'gives the storage’s lock back, though the transport could not be closed (abandon: %s)',
    async (abandon) => {
      const transport = memoryNetwork({ delivery: 'manual' }).join('a');
      transport.close = () => {
        throw new Error('no socket');
      };
      const one = await stage({ transport });
      await expect(one.driver.close({ abandon })).rejects.toThrow('no socket');
      expect(one.storage.status().state).toBe('closed');
      expect(one.driver.status().state).toBe('closed');
    },
  );
});
