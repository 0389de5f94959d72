/**
 * Where the filters of a Parquet file are, read from its footer:
 *
 *     … │ FileMetaData, Thrift │ its length, u32 │ "PAR1"
 *
 * So the end of a file is enough: a reader fetches some kilobytes, asks this file where the filters are, and fetches those
 * of the column that it wants. Numbers of fields are those of `parquet.thrift`.
 */
import { ByteReader, readFixedBytes, readU32, readZigzag } from '@dsys/codec';
import { BINARY, I32, I64, LIST, readBinary, readItems, readStruct, STRUCT } from './thrift.js';
import { PARQUET_TYPES, type ParquetType } from './value.js';

/** A column chunk that has a filter. */
export interface ParquetBloomFilterPlace {
  /** Number of the row group, from 0. */
  readonly rowGroup: number;
  /** The column's path in the schema: `['address', 'city']`. */
  readonly path: readonly string[];
  /** By which its values are keys: see `parquetKey`. */
  readonly type: ParquetType;
  /** Where the filter begins in the file: give `readParquetBloomFilter` the bytes from here on. */
  readonly offset: number;
  /** How many bytes it takes with its header, where the writer said so. */
  readonly length: number | null;
}

const FOOTER_BYTES = 8;
const MAGIC = 'PAR1';
const MAGIC_ENCRYPTED = 'PARE';

/**
 * Every filter of a file, in the order of its row groups and columns; none when it has no filters. `end` is the end of the
 * file, or all of it. Throws `DecodeError` for what is no Parquet, for an encrypted footer, and (`decode-truncated`, with
 * the number of bytes that are wanted) for an end that begins behind the footer.
 */
export function findParquetBloomFilters(end: Uint8Array): ParquetBloomFilterPlace[] {
  const reader = new ByteReader(end);
  reader.take(Math.max(0, end.length - FOOTER_BYTES), 'file');
  const metadataBytes = readU32(reader, 'metadata length');
  const magic = String.fromCharCode(...readFixedBytes(reader, 'magic', 4));
  if (magic === MAGIC_ENCRYPTED) throw reader.invalid('magic', `${MAGIC}, a footer in plain text`, magic);
  if (magic !== MAGIC) throw reader.invalid('magic', MAGIC, magic);
  const start = end.length - FOOTER_BYTES - metadataBytes;
  if (start < 0) throw reader.truncated('metadata', metadataBytes + FOOTER_BYTES);
  return readFileMetadata(new ByteReader(end.subarray(start, end.length - FOOTER_BYTES)));
}

function readFileMetadata(reader: ByteReader): ParquetBloomFilterPlace[] {
  const places: ParquetBloomFilterPlace[] = [];
  let rowGroup = 0;
  readStruct(reader, 'FileMetaData', (id, type) => {
    if (id !== 4 || type !== LIST) return false;
    readItems(reader, 'row_groups', STRUCT, () => {
      readRowGroup(reader, rowGroup++, places);
    });
    return true;
  });
  return places;
}

function readRowGroup(reader: ByteReader, rowGroup: number, places: ParquetBloomFilterPlace[]): void {
  readStruct(reader, 'row_group', (id, type) => {
    if (id !== 1 || type !== LIST) return false;
    readItems(reader, 'columns', STRUCT, () => {
      readStruct(reader, 'column', (field, fieldType) => {
        if (field !== 3 || fieldType !== STRUCT) return false;
        const place = readColumn(reader, rowGroup);
        if (place !== null) places.push(place);
        return true;
      });
    });
    return true;
  });
}

function readColumn(reader: ByteReader, rowGroup: number): ParquetBloomFilterPlace | null {
  let type: ParquetType | undefined;
  const path: string[] = [];
  let offset = -1;
  let length: number | null = null;
  readStruct(reader, 'meta_data', (id, fieldType) => {
    if (id === 1 && fieldType === I32) {
      const number = readZigzag(reader, 'type');
      type = PARQUET_TYPES[number];
      if (type === undefined) throw reader.invalid('type', `a physical type, 0..${PARQUET_TYPES.length - 1}`, number);
    } else if (id === 3 && fieldType === LIST) {
      readItems(reader, 'path_in_schema', BINARY, () => path.push(readText(reader)));
    } else if (id === 14 && fieldType === I64) {
      offset = readZigzag(reader, 'bloom_filter_offset');
      if (offset < 0) throw reader.invalid('bloom_filter_offset', 'a position in the file', offset);
    } else if (id === 15 && fieldType === I32) {
      length = readZigzag(reader, 'bloom_filter_length');
      if (length < 0) throw reader.invalid('bloom_filter_length', 'a number of bytes', length);
    } else {
      return false;
    }
    return true;
  });
  if (offset < 0) return null;
  if (type === undefined) throw reader.invalid('meta_data', 'type', 'none');
  return { rowGroup, path, type, offset, length };
}

function readText(reader: ByteReader): string {
  const bytes = readBinary(reader, 'path_in_schema');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw reader.invalid('path_in_schema', 'UTF-8', 'other bytes', 'decode-invalid-utf8');
  }
}
