/**
 * Whole nodes of the ping counter, drivers and all, in a run that a seed decides: frames come late or not at all, time
 * jumps, disks hang, nodes are killed with part of their last flush written, and start again.
 */
import { below, chance, pick, type Random, seededRandom, split } from '@dsys/core';
import { Driver, ManualClock } from '@dsys/core/driver';
import { memoryNetwork } from '@dsys/transport';
import { MemoryDisk, type MemoryStorage, openMemory } from '@dsys/wal';
import { PING_DEFAULTS, type PingWords, pingCounter } from '../ping-counter/protocol.js';

interface Running {
  readonly driver: Driver<PingWords>;
  readonly storage: MemoryStorage;
}

/** What happened in a run that should happen sometimes. */
export interface Sometimes {
  counted: number;
  unknown: number;
  restarts: number;
  elections: number;
  hangs: number;
}

/** Runs one seed; throws with a line that runs it again. */
export async function runSeed(seed: number, steps = 600): Promise<Sometimes> {
  try {
    return await run(seededRandom(seed), steps);
  } catch (error) {
    throw new Error(`DSYS_SEED=${seed} vitest run test/driver-seeds.test.ts`, { cause: error });
  }
}

async function run(random: Random, steps: number): Promise<Sometimes> {
  const options = { ...PING_DEFAULTS, seed: below(random, 2 ** 31) };
  const clock = new ManualClock();
  const network = memoryNetwork({ delivery: 'manual' });
  const disks = new Map(options.nodes.map((id) => [id, new MemoryDisk()]));
  const nodes = new Map<string, Running>();
  const sometimes: Sometimes = { counted: 0, unknown: 0, restarts: 0, elections: 0, hangs: 0 };
  const given = new Set<number>();
  let highest = 0;
  const faults: unknown[] = [];

  const start = async (id: string): Promise<void> => {
    const storage = openMemory(disks.get(id));
    const driver = await Driver.start<PingWords>({
      protocol: pingCounter,
      options,
      id,
      transport: network.join(id),
      storage,
      clock,
      stateMachine: {
        apply: (entries) => entries.map(() => new Uint8Array(0)),
        async *snapshot() {},
        async restore() {},
      },
    });
    driver.on('failed', (error) => faults.push(error));
    driver.on('event', () => sometimes.elections++);
    nodes.set(id, { driver, storage });
  };
  const kill = async (id: string): Promise<void> => {
    const { driver, storage } = nodes.get(id)!;
    storage.crash({ survivors: below(random, storage.disk.inFlight + 1) });
    await driver.close({ abandon: true });
    nodes.delete(id);
  };
  const ping = async ({ driver }: Running): Promise<void> => {
    const before = highest;
    const answer = await driver.propose(new Uint8Array(0));
    if (answer.outcome === 'unknown') sometimes.unknown++;
    if (answer.outcome !== 'applied') return;
    const number = answer.index;
    if (given.has(number)) throw new Error(`${number} was given out twice`);
    if (number <= before) throw new Error(`${number} was given out after ${before} had been`);
    given.add(number);
    highest = Math.max(highest, number);
    sometimes.counted++;
  };

  const actions = split(random, 'actions');
  for (const id of options.nodes) await start(id);
  for (let i = 0; i < steps; i++) {
    const id = pick(actions, options.nodes);
    const node = nodes.get(id);
    const roll = below(actions, 100);
    if (roll < 40) network.deliver({ limit: 1 + below(actions, 8) });
    else if (roll < 65) clock.advance(below(actions, 40));
    else if (roll < 80 && node !== undefined) void ping(node).catch((error: unknown) => faults.push(error));
    else if (roll < 88) network.drop({ limit: 1 + below(actions, 3) });
    else if (roll < 91) clock.stall(below(actions, 400));
    else if (roll < 94 && node === undefined) {
      await start(id);
      sometimes.restarts++;
    } else if (roll < 95 && node !== undefined) await kill(id);
    else if (roll < 97 && node !== undefined) {
      node.storage.hang();
      sometimes.hangs++;
    } else node?.storage.unhang();
    if (chance(actions, 0.6)) await clock.settle();
    if (faults.length > 0) throw faults[0];
  }
  for (const { driver } of nodes.values()) await driver.close({ abandon: true });
  await clock.settle();
  if (faults.length > 0) throw faults[0];
  return sometimes;
}
