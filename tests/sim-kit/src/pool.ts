/** Workers with one job each at a time. */
import { Worker } from 'node:worker_threads';
import type { CaughtSeed } from '@dsys/sim';
import type { Job, Ran, ShrinkProgress } from './engine.js';
import type { Order, Reply, WorkerStart } from './worker.js';

/** What to run, and who hears of it. */
export interface PoolOptions {
  readonly url: URL;
  readonly workers: number;
  /** The next job, or null when there is none. */
  readonly next: () => Job | null;
  /** Called for each job that was run. */
  readonly onRan: (job: Job, ran: Ran) => void;
  readonly signal: AbortSignal;
}

/** A system that throws, or a worker that ends: no fault of the run, but of what runs it. */
export class JobError extends Error {
  override readonly name: string = 'JobError';
  readonly job: Job;

  constructor(job: Job, stack: string) {
    super(`seed ${job.seed}: ${stack}`);
    this.job = job;
  }
}

/** Runs jobs until there are none, or the signal fires: then those under way are given up. Rejects with a `JobError`. */
export async function runJobs({ url, workers, next, onRan, signal }: PoolOptions): Promise<void> {
  const all: Worker[] = [];
  const end = () => Promise.all(all.map((worker) => worker.terminate()));
  const onAbort = () => void end();
  signal.addEventListener('abort', onAbort);
  try {
    const lanes = Array.from({ length: workers }, async () => {
      let job = signal.aborted ? null : next();
      if (job === null) return;
      const worker = start(url);
      all.push(worker);
      for (; job !== null && !signal.aborted; job = next()) {
        const reply = await ask(worker, { type: 'run', job }, signal);
        if (reply?.type === 'ran') onRan(job, reply.ran);
      }
    });
    await Promise.all(lanes);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await end();
  }
}

/** A short run of a seed that breaks something. When the signal fires, what is there is taken. */
export async function catchSeed(
  url: URL,
  job: Job,
  signal: AbortSignal,
  onProgress: ShrinkProgress,
): Promise<CaughtSeed | null> {
  const stop = new SharedArrayBuffer(4);
  const worker = start(url, stop);
  const onAbort = () => void Atomics.store(new Int32Array(stop), 0, 1);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    const reply = await ask(worker, { type: 'catch', job }, null, onProgress);
    return reply?.type === 'caught' ? reply.caught : null;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function start(url: URL, stop: SharedArrayBuffer = new SharedArrayBuffer(4)): Worker {
  const workerData: WorkerStart = { stop };
  return new Worker(url, { workerData, execArgv: ['--enable-source-maps'] });
}

/** Null when the signal has ended the worker. */
function ask(
  worker: Worker,
  order: Order,
  signal: AbortSignal | null,
  onProgress?: ShrinkProgress,
): Promise<Reply | null> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: Reply) => {
      if (reply.type === 'shrinking') {
        onProgress?.(reply);
        return;
      }
      done();
      if (reply.type === 'threw') reject(new JobError(order.job, reply.stack));
      else resolve(reply);
    };
    const onError = (error: Error) => {
      done();
      reject(new JobError(order.job, error.stack ?? error.message));
    };
    const onExit = (code: number) => {
      done();
      if (signal?.aborted === true) resolve(null);
      else reject(new JobError(order.job, `the worker ended with ${code}`));
    };
    const done = () => worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(order);
  });
}
