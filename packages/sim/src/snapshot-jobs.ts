/** What a node does about snapshots: bytes are read, written and taken beside its log, one thing at a time. */
import type { Executor, Vocabulary, WriteSnapshot } from '@dsys/core';
import type { MemoryDisk } from '@dsys/wal';

/** Something about a snapshot that is under way. */
export type SnapshotJob =
  | { readonly type: 'read'; readonly name: string; readonly offset: number; readonly maxBytes: number }
  | { readonly type: 'write'; readonly chunk: WriteSnapshot }
  | { readonly type: 'take'; readonly name: string; readonly index: number; readonly bytes: Uint8Array };

/** Does it, and tells the executor. Only while no flush is in flight. */
export function doJob<V extends Vocabulary>(
  job: SnapshotJob,
  disk: MemoryDisk,
  executor: Executor<V>,
  now: number,
): void {
  const { snapshots } = disk;
  switch (job.type) {
    case 'read': {
      const { name, offset, maxBytes } = job;
      try {
        const bytes = snapshots.read(name, offset, maxBytes);
        const isLast = snapshots.read(name, offset + bytes.length, 1).length === 0;
        executor.snapshotRead(now, name, offset, bytes, isLast);
      } catch {
        executor.snapshotRead(now, name, offset, null, false);
      }
      break;
    }
    case 'write': {
      const { name, offset, bytes, isLast } = job.chunk;
      if (offset === 0) {
        snapshots.abort(name);
        if (snapshots.list().some((each) => each.name === name)) snapshots.remove(name);
        snapshots.begin(name);
      }
      snapshots.write(name, bytes);
      const info = isLast ? snapshots.finish(name) : null;
      if (isLast) flushSnapshots(disk);
      executor.snapshotWritten(now, name, offset + bytes.length, info);
      break;
    }
    case 'take': {
      const { name, index, bytes } = job;
      snapshots.begin(name);
      snapshots.write(name, bytes);
      const info = snapshots.finish(name);
      flushSnapshots(disk);
      executor.snapshotted(now, name, index, info);
      break;
    }
  }
}

function flushSnapshots(disk: MemoryDisk): void {
  if (disk.flush()) disk.flushed();
}
