/**
 * What is in a log's folder:
 *
 *     dsys-wal                 one line: kind, version, id, size of a segment, checksum. There since the log was complete
 *     0000000000000007.wal     segments, by number
 *     spare-3.wal              preallocated files that are no segment now
 *     snapshots/               finished snapshots, NAME.snap
 *     lock                     who has the log open
 *     *.tmp                    unfinished: removed when the log is opened
 */
import { join } from 'node:path';
import { xxh64Bytes } from '@dsys/hash';
import { WalError } from '../errors.js';
import { FORMAT_VERSION, LOG_ID_BYTES } from '../format/segment.js';
import type { SegmentFile } from '../format/walk.js';
import { errorCode, type FileSystem, readWhole } from './filesystem.js';

export const MANIFEST = 'dsys-wal';
export const DRAFT = 'dsys-wal.tmp';
export const SNAPSHOTS = 'snapshots';

/** What the line says. */
export interface Manifest {
  readonly logId: Uint8Array;
  readonly segmentBytes: number;
}

export interface FolderContents {
  /** `null` when there is no log, or one whose creation was cut short. */
  readonly manifest: Manifest | null;
  /** By number, rising. */
  readonly segments: readonly SegmentFile[];
  readonly spares: readonly string[];
  /** Drafts of files that were never finished. */
  readonly unfinished: readonly string[];
}

/** The name of a segment's file. */
export function segmentName(number: number): string {
  return `${String(number).padStart(16, '0')}.wal`;
}

/** Looks at a folder; `null` when there is none. Rejects with `log-other-kind` or `log-newer-version`. */
export async function readFolder(files: FileSystem, folder: string): Promise<FolderContents | null> {
  let names: string[];
  try {
    names = await files.list(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (errorCode(error) === 'ENOTDIR') throw new WalError('log-other-kind', `${folder} is a file, not a folder`);
    throw error;
  }
  const segments: SegmentFile[] = [];
  const spares: string[] = [];
  const unfinished: string[] = [];
  const foreign: string[] = [];
  for (const name of names.sort()) {
    if (/^\d{16}\.wal$/.test(name)) segments.push({ name, number: Number(name.slice(0, 16)) });
    else if (/^spare-\d+\.wal$/.test(name)) spares.push(name);
    else if (/^(?:spare-\d+|lock-[0-9a-f]{16}|dsys-wal)\.tmp$/.test(name)) unfinished.push(name);
    else if (!/^(?:dsys-wal|snapshots|lock|lock-after-[0-9a-f]{16}|lost\+found)$/.test(name)) foreign.push(name);
  }
  const isOurs = names.includes(MANIFEST) || names.includes(DRAFT);
  const strange = foreign[0] ?? segments[0]?.name ?? spares[0];
  if (!isOurs && strange !== undefined)
    throw new WalError('log-other-kind', `${folder} holds something else (${strange}): a log wants an empty folder`);
  const manifest = names.includes(MANIFEST)
    ? parseManifest(new TextDecoder().decode(await readWhole(files, join(folder, MANIFEST))), folder)
    : null;
  return { manifest, segments, spares, unfinished };
}

/** The line, as it is on disk. */
export function manifestLine({ logId, segmentBytes }: Manifest): string {
  const id = [...logId].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const line = `dsys-wal ${FORMAT_VERSION} ${id} ${segmentBytes}`;
  return `${line} ${checksum(line)}\n`;
}

/** Reads the line. */
export function parseManifest(text: string, folder: string): Manifest {
  const [, line, version, id, segmentBytes, sum] =
    /^(dsys-wal (\d{1,9}) ([0-9a-f]{32}) (\d{1,10})) ([0-9a-f]{16})\n$/.exec(text) ?? [];
  if (/^dsys-wal \d+ /.test(text) && Number(text.split(' ')[1]) > FORMAT_VERSION)
    throw new WalError('log-newer-version', `a later release wrote the log in ${folder}: upgrade @dsys/wal to open it`);
  if (line === undefined || sum !== checksum(line)) {
    const damaged = text.startsWith('dsys-wal');
    throw new WalError(
      damaged ? 'log-damaged' : 'log-other-kind',
      `${join(folder, MANIFEST)} is ${damaged ? 'damaged' : 'not what a log has there'}`,
    );
  }
  const logId = new Uint8Array(LOG_ID_BYTES);
  for (let i = 0; i < LOG_ID_BYTES; i++) logId[i] = Number.parseInt(id!.slice(2 * i, 2 * i + 2), 16);
  if (version !== String(FORMAT_VERSION)) throw new WalError('log-other-kind', `version ${version} of a log never was`);
  return { logId, segmentBytes: Number(segmentBytes) };
}

function checksum(line: string): string {
  const bytes = new TextEncoder().encode(line);
  const sum = new Uint32Array(2);
  xxh64Bytes(bytes, 0, bytes.length, sum);
  return sum[1]!.toString(16).padStart(8, '0') + sum[0]!.toString(16).padStart(8, '0');
}
