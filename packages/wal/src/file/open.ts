/**
 * Opening a log: lock the folder, create or survey the log, make what was read certain, cut a torn tail. In this order,
 * so that a crash at any moment leaves a log that opens the same way again:
 *
 *     1  segments behind the end (of a flush that was never completed) become spares
 *     2  the flushes that the log does not record as durable are written once more, as they were read. After a process
 *        died, or an fdatasync failed, they may stand in the system's memory and not on the disk, where no sync would
 *        put them any more: the pages count as clean
 *     3  a mark with a boot of our own ends the old log: what lies behind it in the segment never comes back
 */
import { dirname, join, resolve } from 'node:path';
import { outOfRange } from '@dsys/codec';
import { integerWithin, WalError } from '../errors.js';
import { MARK_BYTES, MAX_BOOT, RECORD_HEADER_BYTES } from '../format/record.js';
import {
  BLOCK_BYTES,
  LOG_ID_BYTES,
  MAX_SEGMENT_BYTES,
  MIN_SEGMENT_BYTES,
  RECORDS_OFFSET,
  segmentSeed,
} from '../format/segment.js';
import { type FileSystem, readWhole, removeIfThere } from './filesystem.js';
import { DRAFT, type FolderContents, MANIFEST, type Manifest, manifestLine, readFolder, SNAPSHOTS } from './folder.js';
import { FileLog } from './log.js';
import { type Machine, thisMachine } from './machine.js';
import { durably, SegmentPool } from './pool.js';
import { FileSnapshots } from './snapshots.js';
import { type Survey, sourceOf, surveyLog } from './survey.js';
import { LogTail, type TailOptions } from './tail.js';

/** How a log is opened; the sizes are those of a new one. */
export interface OpenLogOptions {
  /**
   * Whether to create the log: `if-missing` (default), `never` (a missing one is `log-missing`: for a node that is known
   * to have had one), or `always` (an existing one is `log-exists`).
   */
  readonly create?: 'if-missing' | 'never' | 'always';
  /** Bytes of a segment of a new log: a multiple of 4096 from 16 KiB to 1 GiB. Default 16 MiB. An existing log keeps its own. */
  readonly segmentBytes?: number;
  /** Default 4 MiB, or what fits into a segment. */
  readonly maxRecordBytes?: number;
  /** How many freed segments are kept to be used again; others are removed. Default 4. */
  readonly maxSpareSegments?: number;
  /** The frontier is recorded when nothing was flushed for so long, in milliseconds. Default 10. */
  readonly idleMs?: number;
  /** Take over a lock whose holder can't be seen from here (another container). Only when it surely has ended. Default false. */
  readonly takeOverLock?: boolean;
}

/** What a call may append at most, in segments of a size. */
function appendLimit(segmentBytes: number): number {
  return segmentBytes - RECORDS_OFFSET - MARK_BYTES - RECORD_HEADER_BYTES;
}

/**
 * Opens the log in a folder, and makes one there if there is none. Rejects with a `WalError`: `log-in-use`,
 * `log-other-kind`, `log-newer-version`, `log-missing`, `log-exists`, `log-full` (a new log found no room). A damaged log
 * opens: `status().damage` says so.
 */
export function openLog(folder: string, options: OpenLogOptions = {}): Promise<FileLog> {
  return openLogOn(thisMachine, folder, options);
}

/** The same on any machine. */
export async function openLogOn(machine: Machine, folder: string, options: OpenLogOptions): Promise<FileLog> {
  const {
    segmentBytes = 16 << 20,
    maxSpareSegments = 4,
    idleMs = 10,
    create = 'if-missing',
    takeOverLock = false,
  } = options;
  integerWithin('segmentBytes', segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
  if (segmentBytes % BLOCK_BYTES !== 0) throw outOfRange('segmentBytes', `a multiple of ${BLOCK_BYTES}`, segmentBytes);
  integerWithin('maxSpareSegments', maxSpareSegments, 1, 1000);
  integerWithin('idleMs', idleMs, 0, 60_000);
  if (!['if-missing', 'never', 'always'].includes(create))
    throw outOfRange('create', "'if-missing', 'never' or 'always'", create);

  const { files } = machine;
  const path = resolve(folder);
  const before = await readFolder(files, path);
  const exists = before?.manifest != null;
  if (create === 'never' && !exists) throw new WalError('log-missing', `there is no log in ${path}`);
  if (create === 'always' && exists) throw new WalError('log-exists', `there is a log in ${path} already`);
  if (before === null) await makeFolder(files, path);
  const lock = await machine.lock(path, { takeOver: takeOverLock });
  try {
    const contents = (await readFolder(files, path))!;
    for (const name of contents.unfinished) if (name !== DRAFT) await removeIfThere(files, join(path, name));
    const manifest = contents.manifest ?? (await draft(machine, path, segmentBytes));
    const limit = appendLimit(manifest.segmentBytes);
    const maxRecordBytes = options.maxRecordBytes ?? Math.min(4 << 20, limit - 32);
    integerWithin('maxRecordBytes', maxRecordBytes, 1, limit - 32);
    const settings = { maxRecordBytes, maxAppendBytes: limit, idleMs, maxSpareSegments };
    const site = { machine, folder: path, manifest, settings, lock };
    if (contents.manifest === null) return await createLog(site, contents);
    return await reopenLog(site, contents);
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/** Where a log is, and what it was asked to be like. */
export interface Site {
  readonly machine: Machine;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly settings: {
    readonly maxRecordBytes: number;
    readonly maxAppendBytes: number;
    readonly idleMs: number;
    readonly maxSpareSegments: number;
  };
  readonly lock: { release(): Promise<void> };
}

async function makeFolder(files: FileSystem, path: string): Promise<void> {
  await files.makeFolder(path);
  await files.syncFolder(dirname(path));
}

/** Until the manifest has its name nothing in the folder counts: a crash before leaves a log that was never there. */
async function draft(machine: Machine, folder: string, segmentBytes: number): Promise<Manifest> {
  const { files } = machine;
  const manifest = { logId: machine.random(LOG_ID_BYTES), segmentBytes };
  await removeIfThere(files, join(folder, DRAFT));
  const file = await files.open(join(folder, DRAFT), 'create');
  try {
    await file.write(new TextEncoder().encode(manifestLine(manifest)), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.syncFolder(folder);
  return manifest;
}

async function createLog(site: Site, contents: FolderContents): Promise<FileLog> {
  const { machine, folder, manifest } = site;
  const { files } = machine;
  for (const name of [...contents.segments.map((segment) => segment.name), ...contents.spares])
    await removeIfThere(files, join(folder, name));
  const pool = newPool(site, { nextNumber: 1, spares: [] });
  await makeFolder(files, join(folder, SNAPSHOTS));
  // One segment to write to, one in reserve; the third is made while the log is in use.
  await pool.provide();
  if (pool.ready < 2) {
    await pool.close();
    throw new WalError('log-full', `${folder} has no room for two segments of ${manifest.segmentBytes} bytes`);
  }
  const tail = new LogTail({ segmentBytes: manifest.segmentBytes, boot: 1, nextPosition: 1, place: null });
  const log = await started(site, pool, tail, null);
  await files.rename(join(folder, DRAFT), join(folder, MANIFEST));
  await files.syncFolder(folder);
  return log;
}

async function reopenLog(site: Site, contents: FolderContents): Promise<FileLog> {
  const { machine, folder, manifest } = site;
  const { files } = machine;
  const { segmentBytes, logId } = manifest;
  await removeIfThere(files, join(folder, DRAFT));
  await makeFolder(files, join(folder, SNAPSHOTS));
  const survey = await surveyLog(sourceOf(files, folder, manifest, contents.segments));
  const { end, damage } = survey;
  if (end.boot >= MAX_BOOT)
    throw new WalError('log-failed', 'the log has been opened 2^32 times: compact it into a new one');
  const boot = end.boot + 1;
  const highest = contents.segments.at(-1)?.number ?? 0;
  if (damage !== null) {
    // Nothing is written before the caller has said what the log shall go on with.
    const pool = newPool(site, { nextNumber: highest + 1, spares: contents.spares });
    const tail = new LogTail({ segmentBytes, boot, nextPosition: damage.resumeAt, place: null });
    return new FileLog({ ...site, pool, tail, survey, snapshots: await snapshotsOf(site) });
  }
  const last = survey.segments.at(-1)!;
  const pool = newPool(site, { nextNumber: last.number + 1, spares: contents.spares });
  const dead = contents.segments.filter(({ number }) => number > last.number);
  const compacted = contents.segments.filter(({ number }) => !survey.segments.some((used) => used.number === number));
  for (const segment of new Set([...dead, ...compacted])) await pool.free(segment);
  if (dead.length + compacted.length > 0) await files.syncFolder(folder);
  await writeAgain(site, survey);
  const { name, number } = last;
  const file = await files.open(join(folder, name), 'write');
  const block = new Uint8Array(last.end % BLOCK_BYTES);
  await file.read(block, last.end - block.length);
  const segment = { name, number, file, seed: segmentSeed(logId, number) };
  const place = { segment, offset: last.end, block } satisfies TailOptions['place'];
  const tail = new LogTail({ segmentBytes, boot, nextPosition: end.nextPosition, place });
  return started(site, pool, tail, survey);
}

/** The log is ready once its first mark is durable. */
async function started(site: Site, pool: SegmentPool, tail: LogTail, survey: Survey | null): Promise<FileLog> {
  const log = new FileLog({ ...site, pool, tail, survey, snapshots: await snapshotsOf(site) });
  try {
    await log.begin();
  } catch (error) {
    await log.close().catch(() => undefined);
    throw error;
  }
  return log;
}

function newPool(
  { machine, folder, manifest, settings }: Site,
  { nextNumber, spares }: { readonly nextNumber: number; readonly spares: readonly string[] },
): SegmentPool {
  const { maxSpareSegments: maxSpares } = settings;
  return new SegmentPool({ files: machine.files, folder, ...manifest, maxSpares, nextNumber, spares });
}

function snapshotsOf({ machine, folder }: Site): Promise<FileSnapshots> {
  return FileSnapshots.open(machine.files, join(folder, SNAPSHOTS));
}

/** Step 2. Writing what is there anyway changes nothing, however it is torn. */
async function writeAgain({ machine, folder }: Site, { segments, unsettledFrom }: Survey): Promise<void> {
  if (unsettledFrom === null) return;
  for (const { name, number, end } of segments) {
    if (number < unsettledFrom.segment.number) continue;
    const path = join(folder, name);
    const bytes = await readWhole(machine.files, path);
    const offset = number === unsettledFrom.segment.number ? unsettledFrom.offset : RECORDS_OFFSET;
    const from = offset - (offset % BLOCK_BYTES);
    const to = Math.min(bytes.length, end + BLOCK_BYTES - (end % BLOCK_BYTES));
    const file = await machine.files.open(path, 'write');
    try {
      await durably(file, bytes.subarray(from, to), from);
    } finally {
      await file.close();
    }
  }
}
