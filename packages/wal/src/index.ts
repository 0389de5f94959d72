/**
 * Durable records: the `Storage` that protocols write to, its format in bytes, and its twin in memory. All of it runs in
 * any runtime; the files are in `@dsys/wal/file`, the suite for storages of your own in `@dsys/wal/testing`.
 */
export { type Damage, DamagedLog, type RecordTooLarge, WalError, type WalErrorCode } from './errors.js';
export {
  bytesOnDisk,
  type Claims,
  DATA,
  MARK,
  MARK_BYTES,
  RECORD_HEADER_BYTES,
  type RecordPlace,
  RecordReader,
  writeData,
  writeMark,
} from './format/record.js';
export {
  BLOCK_BYTES,
  decodeSegmentHeader,
  encodeSegmentHeader,
  FORMAT_VERSION,
  type HeaderProblem,
  RECORDS_OFFSET,
  type Seed,
  type SegmentHeader,
  segmentSeed,
} from './format/segment.js';
export { SNAPSHOT_BLOCK_BYTES, SnapshotDigest } from './format/snapshot-blocks.js';
export {
  type Fault,
  type LogSource,
  type SegmentBytes,
  type SegmentFile,
  type WalkEnd,
  type WalkEvent,
  walkLog,
} from './format/walk.js';
export { type CrashOptions, MemoryDisk, type MemoryDiskOptions } from './memory/disk.js';
export { MemorySnapshots } from './memory/snapshots.js';
export { MemoryStorage, type MemoryStorageOptions, openMemory } from './memory/storage.js';
export type { ReadSnapshotOptions, SnapshotInfo, SnapshotStore, SnapshotWriter } from './snapshot.js';
export type {
  Appended,
  AppendOptions,
  CloseOptions,
  Position,
  Storage,
  StorageStatus,
  StoredRecord,
  TornTail,
} from './storage.js';
