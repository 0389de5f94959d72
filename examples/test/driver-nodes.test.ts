/** The ping counter through `@dsys/core/driver`: whole nodes, on the runtime's own clock. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateMachine } from '@dsys/core';
import { Driver } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { MemoryDisk, openMemory, type Storage } from '@dsys/wal';
import { openLog } from '@dsys/wal/file';
import { describe, expect, test } from 'vitest';
import { PING_DEFAULTS, type PingWords, pingCounter } from '../ping-counter/protocol.js';

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setImmediate(resolve));
};

const counter: StateMachine = {
  apply: (entries) => entries.map(() => new Uint8Array(0)),
  async *snapshot() {},
  async restore() {},
};

describe('three nodes of the ping counter', () => {
  const options = { ...PING_DEFAULTS, timeoutMs: 30, spreadMs: 30 };

  const startAll = async (storageOf: (id: string) => Storage | Promise<Storage>) => {
    const network = memoryNetwork({ delivery: setImmediate });
    const drivers = await Promise.all(
      options.nodes.map(async (id) =>
        Driver.start<PingWords>({
          protocol: pingCounter,
          options,
          id,
          transport: network.join(id),
          storage: await storageOf(id),
          stateMachine: counter,
        }),
      ),
    );
    let elected: Driver<PingWords> | null = null;
    for (const driver of drivers) driver.on('event', () => (elected = driver));
    const ping = async (): Promise<number> => {
      await until(() => elected !== null);
      const answer = await elected!.propose(new Uint8Array(0));
      if (answer.outcome === 'applied') return answer.index;
      await new Promise((resolve) => setImmediate(resolve));
      return ping();
    };
    return { network, drivers, ping };
  };

  test('count over memory, each number once, over restarts too', async () => {
    const disks = new Map(options.nodes.map((id) => [id, new MemoryDisk()]));
    const counted: number[] = [];
    for (let boot = 1; boot <= 3; boot++) {
      const { drivers, ping } = await startAll((id) => openMemory(disks.get(id)));
      for (let i = 0; i < 20; i++) counted.push(await ping());
      expect(drivers.map((driver) => driver.status().boot)).toEqual([boot, boot, boot]);
      await Promise.all(drivers.map((driver) => driver.close()));
    }
    expect(new Set(counted).size).toBe(60);
    expect(counted).toEqual([...counted].sort((a, b) => a - b));
  });

  test('count over files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'driver-'));
    const counted: number[] = [];
    for (let boot = 1; boot <= 2; boot++) {
      const { drivers, ping } = await startAll((id) => openLog(join(folder, id), { segmentBytes: 64 * 1024 }));
      counted.push(...(await Promise.all(Array.from({ length: 20 }, ping))));
      await Promise.all(drivers.map((driver) => driver.close()));
    }
    expect(new Set(counted).size).toBe(40);
    await rm(folder, { recursive: true });
  });
});
