import { join } from 'node:path';
import { DATA, RecordReader } from '../format/record.js';
import { RECORDS_OFFSET, segmentSeed } from '../format/segment.js';
import type { Fault } from '../format/walk.js';
import type { Position, StoredRecord } from '../storage.js';
import type { FileSystem } from './filesystem.js';
import type { Manifest } from './folder.js';
import type { UsedSegment } from './survey.js';

/**
 * The records `start..upTo` of a log that was found good. Whatever is bad now was good then: it is damage, and returned
 * as such; a read that fails throws.
 */
export async function* readRecords(
  files: FileSystem,
  folder: string,
  { logId }: Manifest,
  segments: readonly UsedSegment[],
  { start, upTo }: { readonly start: Position; readonly upTo: Position },
): AsyncGenerator<StoredRecord, Fault | null> {
  let position = segments[0]?.first ?? 1;
  for (const { name, number, first, end } of segments) {
    if (position > upTo) return null;
    if (first > position)
      return {
        segment: name,
        offset: RECORDS_OFFSET,
        endOffset: RECORDS_OFFSET,
        first: position,
        last: first - 1,
        reason: 'records before it are missing',
      };
    const bytes = new Uint8Array(end);
    const file = await files.open(join(folder, name), 'read');
    let count: number;
    try {
      count = await file.read(bytes, 0);
    } finally {
      await file.close();
    }
    const reader = new RecordReader(bytes.subarray(0, count), segmentSeed(logId, number));
    for (let at = RECORDS_OFFSET; at < end && position <= upTo; at = reader.end) {
      if (!reader.read(at) || reader.position !== position)
        return {
          segment: name,
          offset: at,
          endOffset: end,
          first: position,
          last: Math.max(position, upTo),
          reason: 'the bytes are not those that were written',
        };
      if (reader.type !== DATA) continue;
      position++;
      if (reader.position >= start) yield { position: reader.position, bytes: reader.payload() };
    }
  }
  if (position > upTo) return null;
  const place = { segment: segments.at(-1)?.name ?? null, offset: 0, endOffset: 0 };
  return { ...place, first: position, last: upTo, reason: 'records that were durable are not there' };
}
