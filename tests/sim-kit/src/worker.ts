/** What a bundle begins with. In a worker it takes jobs, one at a time, until it is told to stop. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { CaughtSeed } from '@dsys/sim';
import { Engine, type Job, type Ran } from './engine.js';

/** To a worker. */
export type Order = { readonly type: 'run' | 'catch'; readonly job: Job };

/** From a worker: one for each order, and how far it is. */
export type Reply =
  | { readonly type: 'ran'; readonly job: Job; readonly ran: Ran }
  | { readonly type: 'caught'; readonly job: Job; readonly caught: CaughtSeed | null }
  | { readonly type: 'shrinking'; readonly actions: number; readonly replays: number }
  /** The system threw where nothing may. */
  | { readonly type: 'threw'; readonly job: Job; readonly stack: string };

/** What a worker is started with. */
export interface WorkerStart {
  /** One 32-bit word: not 0 when it should stop shrinking. A worker at work takes no messages. */
  readonly stop: SharedArrayBuffer;
}

/** For the bundle of a system: its engine, which serves if this is a worker. */
export function engineOf(exported: Readonly<Record<string, unknown>>): Engine {
  const engine = new Engine(exported);
  serveIfWorker(engine);
  return engine;
}

/** Serves, if this is a worker. */
function serveIfWorker(engine: Engine): void {
  if (isMainThread || parentPort === null) return;
  const port = parentPort;
  const stop = new Int32Array((workerData as WorkerStart).stop);
  const signal = {
    get aborted() {
      return Atomics.load(stop, 0) !== 0;
    },
  } as AbortSignal;
  port.on('message', async ({ type, job }: Order) => {
    const reply = (message: Reply) => port.postMessage(message);
    try {
      if (type === 'run') reply({ type: 'ran', job, ran: await engine.run(job) });
      else
        reply({
          type: 'caught',
          job,
          caught: await engine.catch(job, signal, (how) => reply({ type: 'shrinking', ...how })),
        });
    } catch (error) {
      reply({ type: 'threw', job, stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}
