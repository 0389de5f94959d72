/** A run of `examples/lin-kv` in real processes: clients all the time, and faults one after the other. */
import { fileURLToPath } from 'node:url';
import { below, seededRandom, split } from '@dsys/core';
import { type Faults, judge, MaelstromNetwork, Processes, RegisterClients, sourceCommand } from '../src/index.js';

const PROGRAM = fileURLToPath(new URL('../../../examples/lin-kv/main.ts', import.meta.url));
const BAD: Faults = { lossRate: 0.05, copyRate: 0.1, delayMs: 30 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export type Fault = 'kill' | 'kill all' | 'pause' | 'one way' | 'isolate' | 'bad network';

export interface Outcome {
  readonly verdict: ReturnType<typeof judge>;
  readonly history: RegisterClients['history'];
  /** Requests that were answered: in all, and by the end of the time in which nothing was wrong any more. */
  readonly answered: number;
  readonly answeredInPeace: number;
}

export async function runLinKv(options: {
  readonly nodes: number;
  readonly seed: number;
  readonly values: 'few' | 'unique';
  readonly faults: readonly Fault[];
}): Promise<Outcome> {
  const { nodes, seed, values, faults } = options;
  const ids = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
  const processes = await Processes.create(
    sourceCommand(PROGRAM, (_id, folder) => ({ env: { NODE_DATA_DIR: folder } })),
  );
  try {
    const network = new MaelstromNetwork(processes, ids, seed);
    await Promise.all(ids.map((id) => network.start(id)));
    const clients = new RegisterClients(network, { nodes: ids, clients: 8, keys: 4, values, seed, timeoutMs: 2500 });
    const random = split(seededRandom(seed), 'faults');
    for (const fault of faults) {
      const victim = ids[below(random, nodes)]!;
      await sleep(300);
      await inflict(fault, victim, { ids, processes, network });
    }
    network.heal();
    await sleep(2000);
    const before = clients.answered;
    await sleep(500);
    const after = clients.answered;
    await clients.stop();
    const { history } = clients;
    return { verdict: judge(history), history, answered: clients.answered, answeredInPeace: after - before };
  } finally {
    await processes.close();
  }
}

async function inflict(
  fault: Fault,
  victim: string,
  { ids, processes, network }: { ids: readonly string[]; processes: Processes; network: MaelstromNetwork },
): Promise<void> {
  switch (fault) {
    case 'kill':
      await processes.kill(victim);
      return network.start(victim);
    case 'kill all':
      await Promise.all(ids.map((id) => processes.kill(id)));
      await Promise.all(ids.map((id) => network.start(id)));
      return;
    case 'pause':
      processes.pause(victim);
      await sleep(800);
      return processes.resume(victim);
    case 'one way':
      for (const id of ids) if (id !== victim) network.cut(id, victim);
      break;
    case 'isolate':
      for (const id of ids)
        if (id !== victim)
          for (const [a, b] of [
            [id, victim],
            [victim, id],
          ])
            network.cut(a!, b!);
      break;
    case 'bad network':
      network.faults = BAD;
  }
  await sleep(1200);
  network.heal();
}
