/** The service as a system to be run in a world: who takes part, what clients ask, what must hold. */
import type { ServiceInvariant, ServiceSystem, SimulateOptions } from '@dsys/sim';
import { PATIENCE_MS, startServer, Worker } from './service.js';

type Service = Worker | null;

/** Nobody writes with a token that is older than one that was given out. */
const onlyTheHolder: ServiceInvariant<Service, number> = {
  name: 'only who holds the lock writes',
  init: 0,
  sometimes: ['a write is taken'],
  observe(newest, event, report) {
    if (event.type !== 'noted') return newest;
    const token = event.value as number;
    if (event.what === 'granted') return token;
    report.sometimes('a write is taken');
    if (token < newest) report.broken(`token ${token} wrote when ${newest} had the lock`);
    return newest;
  },
};

export const leaseLock = (fenced: boolean): ServiceSystem<Service, string> => ({
  name: fenced ? 'lease-lock' : 'lease-lock-unfenced',
  nodes: ['server', 'a', 'b'],
  async start(env) {
    if (env.id !== 'server') return new Worker(env);
    await startServer(env, { fenced });
    return null;
  },
  invariants: [onlyTheHolder],
  workload: {
    next: (_random, client, count) => `line ${count} of ${client}`,
    describe: (text) => ({ f: 'write', value: text }),
    async ask(service, text) {
      if (service === null) return { type: 'fail' }; // The server is not for clients.
      const outcome = await service.write(text);
      return { type: outcome === 'written' ? 'ok' : 'fail' };
    },
  },
});

/** For `npm run sim -- lease-lock`. */
export const system: ServiceSystem<Service, string> = leaseLock(true);

export const variants: Record<string, ServiceSystem<Service, string>> = { unfenced: leaseLock(false) };

/** As long as a worker waits for an answer. */
export const options: Omit<SimulateOptions, 'seed'> = { scaleUs: PATIENCE_MS * 1000, clients: 3 };
