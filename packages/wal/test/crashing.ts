/** What the crash tests share: a log on files that can crash, and what a crash left of it. */
import { expect } from 'vitest';
import type { FileLog } from '../src/file/log.js';
import { openLogOn } from '../src/file/open.js';
import { CrashFiles, TestMachine } from './crash-files.js';

const FOLDER = '/log';
export const SEGMENT = '/log/0000000000000001.wal';

export const record = (n: number, bytes = 20): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => (n * 31 + i * 7) & 0xff);
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function open(files: CrashFiles, machine = new TestMachine(files)): Promise<FileLog> {
  return openLogOn(machine, FOLDER, { segmentBytes: 16384 });
}

export interface Contents {
  readonly records: Map<number, string>;
  readonly damage: string | null;
  readonly torn: number | null;
  readonly log: FileLog;
}

/** Opens what a crash left, and reads all of it. */
export async function reopen(files: CrashFiles): Promise<Contents> {
  const log = await open(files);
  const records = new Map<number, string>();
  let damage: string | null = null;
  try {
    for await (const { position, bytes } of log.load()) records.set(position, Buffer.from(bytes).toString('hex'));
  } catch (error) {
    expect((error as { code: string }).code).toBe('log-damaged');
    damage = (error as Error).message;
  }
  return { records, damage, torn: log.status().tornTail?.position ?? null, log };
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A log with `count` flushes of one record, and one more of `last` records that hangs. */
export async function withHangingFlush(count: number, last: readonly Uint8Array[]): Promise<CrashFiles> {
  const files = new CrashFiles();
  const log = await open(files);
  for (let n = 1; n <= count; n++) await log.append([record(n)]);
  files.hangsAfter = 0;
  log.append(last).catch(() => undefined);
  await turn();
  return files;
}

/** Every subset of `n` things, or `samples` of them, as questions to be asked in order. */
export function* subsets(n: number, samples: number): Generator<() => boolean> {
  const all = n <= 8;
  const count = all ? 2 ** n : samples;
  let seed = 12345;
  for (let index = 0; index < count; index++) {
    let asked = 0;
    yield () => {
      if (all) return ((index >> asked++) & 1) === 1;
      seed = (seed * 48271) % 0x7fffffff;
      return (seed & 64) !== 0;
    };
  }
}
