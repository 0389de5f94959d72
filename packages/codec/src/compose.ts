/** Values made of values. What they take is a `Write` or a `Read`: one of ours as it is, or your own. */
import { readBool, writeBool } from './fixed.js';
import { atMost, type ByteReader, type Read, type Scope } from './reader.js';
import { readVarint, writeVarint } from './varint.js';
import type { ByteWriter, Write } from './writer.js';

/** What bounds a list before any of it is read. */
export interface ListLimits {
  readonly maxCount: number;
  /** Fewest bytes that an item takes, at least 1: a count that the bytes left can't hold is refused at once. */
  readonly minItemBytes: number;
}

/** A count as varint, then the items. */
export function writeList<T>(writer: ByteWriter, items: readonly T[], write: Write<T>): void {
  writeVarint(writer, items.length);
  for (let i = 0; i < items.length; i++) write(writer, items[i]!);
}

/** In the path of an error, an item is `field[index]`. */
export function readList<T>(reader: ByteReader, field: string, limits: ListLimits, read: Read<T>): T[] {
  const count = readCount(reader, field, limits);
  const outer = reader.scope;
  const scope = new Inside(outer, field, 0);
  reader.scope = scope;
  // Grown by what is really there: an array of `count` up front would give a liar 8 bytes for each one that he sends.
  const items: T[] = [];
  for (; scope.index < count; scope.index++) items.push(read(reader, ''));
  reader.scope = outer;
  return items;
}

/** The count alone, for a caller that puts the items elsewhere than into an array. */
export function readCount(reader: ByteReader, field: string, { maxCount, minItemBytes }: ListLimits): number {
  const count = atMost(reader, field, maxCount, readVarint(reader, field), ' items');
  if (!(count * minItemBytes <= reader.remaining)) throw reader.truncated(field, count * minItemBytes);
  return count;
}

/** One byte, 0 for `null` and `undefined`; else 1, then the value. */
export function writeNullable<T>(writer: ByteWriter, value: T | null | undefined, write: Write<T>): void {
  const there = value !== null && value !== undefined;
  writeBool(writer, there);
  if (there) write(writer, value);
}

/** Refuses every first byte but 0 and 1. In the path of an error the value is `field`, its own fields follow with a dot. */
export function readNullable<T>(reader: ByteReader, field: string, read: Read<T>): T | null {
  return readBool(reader, field) ? readNested(reader, field, read) : null;
}

/** A value with fields of its own: in the path of an error they follow `field` and a dot. Takes no byte more. */
export function readNested<T>(reader: ByteReader, field: string, read: Read<T>): T {
  const outer = reader.scope;
  reader.scope = new Inside(outer, field, -1);
  const value = read(reader, '');
  reader.scope = outer;
  return value;
}

/** An item of a list, or, with index −1, a nested value. */
class Inside implements Scope {
  readonly #outer: Scope | null;
  readonly #field: string;
  index: number;

  constructor(outer: Scope | null, field: string, index: number) {
    this.#outer = outer;
    this.#field = field;
    this.index = index;
  }

  path(field: string): string {
    const place = this.index < 0 ? this.#field : `${this.#field}[${this.index}]`;
    const path = place + (place === '' || field === '' || field[0] === '[' ? '' : '.') + field;
    return this.#outer?.path(path) ?? path;
  }
}
