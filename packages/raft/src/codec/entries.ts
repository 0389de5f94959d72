/**
 * Entries, alike in messages and in records: those of a list follow each other, so that neither their indices nor most of
 * their terms and times need be said.
 *
 *     count │ kind │ term − term before │ timeMs − timeMs before │ length │ bytes │ kind │ …
 *
 * A list with a gap, or one whose terms or times fall, can't be spelled. Before the first one stand the term that the
 * message or record says, and time 0.
 */
import {
  assert,
  type ByteReader,
  type ByteWriter,
  DecodeError,
  type ListLimits,
  readCount,
  readU8,
  readVarint,
  writeBytes,
  writeU8,
  writeVarint,
} from '@dsys/codec';
import type { EntryKind, LogEntry } from '../entry.js';
import { decodeConfiguration } from './configuration.js';
import { keepFrom } from './kept-bytes.js';
import { MAX_ENTRIES, MAX_ENTRY_BYTES } from './limits.js';

/** The bytes' numbers count from 1. */
const KINDS: readonly EntryKind[] = ['command', 'noop', 'configuration'];
const LIMITS: ListLimits = { maxCount: MAX_ENTRIES, minItemBytes: 4 };

/** `from` up to, and without, `to`: their indices follow `previousIndex`, and their terms are `previousTerm` or later. */
export function writeEntries(
  writer: ByteWriter,
  entries: readonly LogEntry[],
  previousIndex: number,
  previousTerm: number,
  from = 0,
  to: number = entries.length,
): void {
  assert(to - from <= MAX_ENTRIES, 'a list of entries is at most 65,536 long');
  writeVarint(writer, to - from);
  let index = previousIndex;
  let term = previousTerm;
  let timeMs = 0;
  for (let i = from; i < to; i++) {
    const entry = entries[i]!;
    assert(entry.index === ++index, 'entries follow each other');
    writeU8(writer, entry.kind === 'command' ? 1 : KINDS.indexOf(entry.kind) + 1);
    writeVarint(writer, entry.term - term);
    writeVarint(writer, entry.timeMs - timeMs);
    writeBytes(writer, entry.bytes, MAX_ENTRY_BYTES);
    term = entry.term;
    timeMs = entry.timeMs;
  }
}

/** The last field of a message or a record. No entry may be of a later term than `maxTerm`. */
export function readEntries(
  reader: ByteReader,
  previousIndex: number,
  previousTerm: number,
  maxTerm: number,
): LogEntry[] {
  const count = readCount(reader, 'entries', LIMITS);
  if (previousIndex + count > Number.MAX_SAFE_INTEGER)
    throw reader.invalid('entries', 'indices up to 2^53-1', `${count} behind ${previousIndex}`, 'decode-too-large');
  if (count === 0) return [];
  const { buffer, shift } = keepFrom(reader.bytes, reader.offset);
  // Grown by what is really there, not by what was said.
  const entries: LogEntry[] = [];
  let term = previousTerm;
  let timeMs = 0;
  for (let index = previousIndex + 1; index <= previousIndex + count; index++) {
    const kind = KINDS[readU8(reader, 'entries.kind') - 1];
    if (kind === undefined) throw reader.invalid('entries.kind', '1..3', reader.bytes[reader.fieldOffset]);
    term += readVarint(reader, 'entries.term', maxTerm - term);
    if (term === 0) throw reader.invalid('entries.term', 'a term from 1', 0);
    timeMs += readVarint(reader, 'entries.timeMs', Number.MAX_SAFE_INTEGER - timeMs);
    const length = readVarint(reader, 'entries.bytes', MAX_ENTRY_BYTES);
    const bytes = new Uint8Array(buffer, shift + reader.take(length, 'entries.bytes'), length);
    if (kind !== 'command') checkBytes(reader, kind, bytes);
    entries.push({ index, term, kind, timeMs, bytes });
  }
  return entries;
}

/** A noop has none, and a configuration is refused here and not when a core takes it up. */
function checkBytes(reader: ByteReader, kind: EntryKind, bytes: Uint8Array): void {
  if (kind === 'noop') {
    if (bytes.length > 0) throw reader.invalid('entries.bytes', 'none in a noop', `${bytes.length}`);
    return;
  }
  try {
    decodeConfiguration(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw reader.invalid('entries.bytes', 'a configuration', error.message);
    throw error;
  }
}
