/** Sessions on real nodes: three drivers on one clock, with snapshots, a crash, a leader that changes, and a client that asks twice. */
import { Driver, ManualClock } from '@dsys/core/driver';
import {
  ClientSession,
  decodeResult,
  encodeCommand,
  type RaftOptions,
  type RaftWords,
  raft,
  withSessions,
} from '@dsys/raft';
import { memoryNetwork } from '@dsys/transport';
import { MemoryDisk, openMemory } from '@dsys/wal';
import { expect, test } from 'vitest';
import { asStateMachine, bytesOf, Diary, text } from './counter.js';
import { GROUP, THREE } from './samples.js';

const IDS = ['n1', 'n2', 'n3'];

class Cluster {
  readonly clock = new ManualClock();
  readonly network = memoryNetwork();
  readonly disks = new Map(IDS.map((id) => [id, new MemoryDisk()]));
  readonly diaries = new Map<string, Diary>();
  readonly running = new Map<string, Driver<RaftWords>>();

  async start(id: string): Promise<void> {
    const diary = new Diary();
    this.diaries.set(id, diary);
    const options: RaftOptions = {
      bootstrap: THREE,
      seed: IDS.indexOf(id),
      electionTimeoutMs: { min: 50, max: 150 },
      heartbeatMs: 10,
      keepBytes: 0,
    };
    const driver = await Driver.start({
      protocol: raft(GROUP),
      options,
      id,
      transport: this.network.join(id),
      storage: openMemory(this.disks.get(id)!),
      stateMachine: withSessions(asStateMachine(diary)),
      clock: this.clock,
    });
    this.running.set(id, driver);
  }

  /** Lets time pass until this is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (let turns = 0; !isDone; turns++) {
      if (turns > 5000) throw new Error('it does not come to an end');
      await this.pass(2);
    }
    return done;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.clock.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Asks whoever leads, again and again: a client that gets no answer can't do otherwise. */
  async ask(bytes: Uint8Array): Promise<string> {
    for (;;) {
      for (const driver of this.running.values()) {
        const answer = await this.during(driver.propose(bytes));
        if (answer.outcome !== 'applied') continue;
        const result = decodeResult(answer.result);
        if (result.outcome === 'opened') return `${result.session}`;
        return result.outcome === 'applied' ? text(result.result) : result.outcome;
      }
      await this.pass(10);
    }
  }

  /** All nodes have applied the same, and this much. */
  async agree(lines: readonly string[]): Promise<void> {
    for (let turns = 0; turns < 1000; turns++) {
      if ([...this.running.keys()].every((id) => this.diaries.get(id)!.lines.length >= lines.length)) break;
      await this.pass(10);
    }
    for (const id of this.running.keys()) expect(this.diaries.get(id)!.lines, id).toEqual(lines);
  }
}

test('R44: what was applied before a snapshot, a crash and another leader is not applied again after them', async () => {
  const cluster = new Cluster();
  for (const id of IDS) await cluster.start(id);
  const client = new ClientSession(Number(await cluster.ask(encodeCommand({ type: 'open' }))));
  const commands = Array.from({ length: 6 }, (_, i) => client.command(bytesOf(`${i}`)).bytes);
  const lines = ['0', '1', '2', '3', '4', '5'];
  for (const [i, bytes] of commands.entries()) expect(await cluster.ask(bytes)).toBe(`${i + 1}`);
  await cluster.agree(lines);

  // Each in its turn lets go of its log and comes back from a snapshot, so that all have led or followed on from one.
  for (const id of IDS) {
    cluster.running.get(id)!.tell({ type: 'takeSnapshot' });
    for (let i = 0; i < 20; i++) await cluster.pass(10);
    await cluster.during(cluster.running.get(id)!.close());
    cluster.running.delete(id);
    expect(await cluster.ask(commands[0]!)).toBe('1'); // the others lead on, and remember
    await cluster.start(id);
    await cluster.agree(lines);
    for (const [i, bytes] of commands.entries()) expect(await cluster.ask(bytes)).toBe(`${i + 1}`);
  }
  expect(await cluster.ask(client.command(bytesOf('6')).bytes)).toBe('7');
  await cluster.agree([...lines, '6']);
  await cluster.during(Promise.all([...cluster.running.values()].map((driver) => driver.close())));
  for (const disk of cluster.disks.values()) expect(await openNames(disk), 'it came from a snapshot').not.toEqual([]);
});

async function openNames(disk: MemoryDisk): Promise<string[]> {
  const storage = openMemory(disk);
  const names = (await storage.snapshots.list()).map(({ name }) => name);
  await storage.close();
  return names;
}
