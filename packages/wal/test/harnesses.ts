/** The same disk for the suite, once in memory and once in files (of a file system that can crash). */

import type { FileLog } from '../src/file/log.js';
import { openLogOn } from '../src/file/open.js';
import { MemoryDisk, type MemoryStorage, openMemory } from '../src/index.js';
import type { StorageHarness } from '../src/testing/index.js';
import { CrashFiles, systemError, TestMachine } from './crash-files.js';

export async function memoryHarness(): Promise<Required<StorageHarness>> {
  const disk = new MemoryDisk({ maxRecordBytes: 8192 });
  let storage: MemoryStorage | null = null;
  let flushesBefore = 0;
  return {
    async open() {
      storage = openMemory(disk);
      return storage;
    },
    async crash() {
      storage!.crash({ survivors: Math.floor(disk.inFlight / 2) });
    },
    async damage(position) {
      disk.damage(position);
    },
    async failNextFlush() {
      flushesBefore = disk.status().flushes;
      disk.failNextFlush();
    },
    flushesTried: () => 1 + disk.status().flushes - flushesBefore,
    async setFull(full) {
      disk.setFull(full);
    },
    async hang(afterFlushes) {
      storage!.hang(afterFlushes);
    },
    async damageSnapshot(name) {
      disk.snapshots.damage(name);
    },
    async dispose() {
      storage?.crash();
    },
  };
}

export async function fileHarness(): Promise<Required<StorageHarness>> {
  let files = new CrashFiles();
  let log: FileLog | null = null;
  let coin = 7;
  return {
    async open() {
      files.hangsAfter = Number.POSITIVE_INFINITY;
      log = await openLogOn(new TestMachine(files), '/log', { segmentBytes: 32768, maxRecordBytes: 8192 });
      return log;
    },
    async crash() {
      files = files.crash(() => ((coin = (coin * 48271) % 0x7fffffff) & 1) === 1);
    },
    async damage(position) {
      const path = files.paths.find((name) => name.endsWith('1.wal'))!;
      const bytes = files.bytesOf(path).slice();
      const view = new DataView(bytes.buffer);
      for (let at = 4096; at < bytes.length; at += 8)
        if (bytes[at + 23] === 1 && view.getUint32(at + 16, true) === position) bytes[at + 30]! ^= 1;
      files.setBytes(path, bytes);
    },
    async failNextFlush() {
      files.calls.length = 0;
      files.failing.set('writeDurably', systemError('EIO'));
    },
    flushesTried: () => files.calls.filter((call) => call.startsWith('writeDurably')).length,
    async setFull(full) {
      let used = 0;
      for (const path of files.paths) used += files.bytesOf(path).length;
      files.capacity = full ? used : Number.POSITIVE_INFINITY;
    },
    async hang(afterFlushes = 0) {
      files.hangsAfter = afterFlushes;
    },
    async damageSnapshot(name) {
      const path = `/log/snapshots/${name}.snap`;
      const bytes = files.bytesOf(path).slice();
      bytes[70_000]! ^= 1;
      files.setBytes(path, bytes);
    },
    async dispose() {
      await log?.close({ abandon: true });
    },
  };
}
