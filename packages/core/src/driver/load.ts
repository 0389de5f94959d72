import type { NodeId } from '@dsys/transport';
import type { DamagedLog, Storage, StoredRecord } from '@dsys/wal';
import type { Recovery } from '../protocol.js';
import type { StateMachine } from '../state-machine.js';

/** What a disk remembers of a node. */
export interface Loaded {
  readonly records: readonly StoredRecord[];
  readonly damage: (Recovery['damage'] & Pick<DamagedLog, 'first' | 'last' | 'reason'>) | null;
  readonly snapshots: readonly string[];
}

/** What reading it is watched with. */
export interface LoadOptions {
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
  /** So many records so far; every other second. */
  readonly onProgress: (records: number) => void;
}

const PROGRESS_MS = 2000;

/** Reads all there is. Damage is no error here: the core is told, and takes no part until its peers have helped it. */
export async function loadStorage(storage: Storage, { signal, now, onProgress }: LoadOptions): Promise<Loaded> {
  const records: StoredRecord[] = [];
  let damage: Loaded['damage'] = null;
  let toldAt = now();
  try {
    for await (const record of storage.load()) {
      signal?.throwIfAborted();
      records.push(record);
      if (records.length % 1024 !== 0 || now() - toldAt < PROGRESS_MS) continue;
      toldAt = now();
      onProgress(records.length);
    }
  } catch (error) {
    if (!isDamagedLog(error)) throw error;
    const { first, last, resumeAt, reason } = error;
    damage = { first, last, resumeAt, reason };
  }
  const listed = await storage.snapshots.list();
  signal?.throwIfAborted();
  return { records, damage, snapshots: listed.filter(({ damaged }) => !damaged).map(({ name }) => name) };
}

/** What `recover` is told of it. */
export function recoveryOf(
  id: NodeId,
  storage: Storage,
  stateMachine: Pick<StateMachine, 'appliedIndex'>,
  { damage, snapshots }: Loaded,
): Recovery {
  return {
    id,
    boot: storage.boot,
    appliedIndex: stateMachine.appliedIndex?.() ?? 0,
    nextPosition: storage.status().nextPosition,
    snapshots,
    damage: damage === null ? null : { resumeAt: damage.resumeAt },
  };
}

/** By code: two installed copies break `instanceof`. */
const isDamagedLog = (error: unknown): error is DamagedLog => codeOf(error) === 'log-damaged';

/** The stable code of an error, as all of ours have one. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code;
}
