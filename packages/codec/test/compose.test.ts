import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ByteReader,
  ByteWriter,
  type ListLimits,
  type Read,
  readBytes,
  readCount,
  readList,
  readNested,
  readNullable,
  readString,
  readU8,
  readVarint,
  type Write,
  writeList,
  writeNullable,
  writeString,
  writeU8,
  writeVarint,
} from '../src/index.js';
import { bytesOf, hex, refusal } from './support.js';

const limits: ListLimits = { maxCount: 1000, minItemBytes: 1 };
const readId: Read<string> = (reader, field) => readString(reader, field, 64);

interface Node {
  readonly id: string;
  readonly weight: number;
}
const writeNode: Write<Node> = (writer, { id, weight }) => {
  writeString(writer, id);
  writeVarint(writer, weight);
};
const readNode: Read<Node> = (reader) => ({ id: readId(reader, 'id'), weight: readVarint(reader, 'weight', 1000) });

describe('lists', () => {
  test('a list comes back in order, and any reader of one value reads the items', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { maxLength: 200 }), (items) => {
        const writer = new ByteWriter();
        writeList(writer, items, writeVarint);
        const reader = new ByteReader(writer.finish());
        expect(readList(reader, 'terms', limits, readVarint)).toEqual(items);
        reader.end();
      }),
    );
  });

  test('an error says which item, and which of its fields', () => {
    const nodes = Array.from({ length: 5 }, (_, i) => ({ id: `n${i}`, weight: i === 3 ? 70_000 : 1 }));
    const bytes = bytesOf<Node[]>((w, value) => writeList(w, value, writeNode), nodes);
    const error = refusal(() => readList(new ByteReader(bytes), 'nodes', limits, readNode));
    expect(error.field).toBe('nodes[3].weight');
    expect(error.message).toBe('nodes[3].weight at byte 16: expected at most 1000, found 70000');
  });

  test('paths go down through lists of lists, nullables and nested values, and back up again', () => {
    const reader = (text: string) => new ByteReader(hex(text));
    const readRows: Read<number[][]> = (r, field) =>
      readList(r, field, limits, (inner, itemField) => readList(inner, itemField, limits, readVarint));
    expect(refusal(() => readRows(reader('02 01 05 02 06'), 'rows')).field).toBe('rows[1]');
    expect(refusal(() => readRows(reader('02 01 05 02 06 80'), 'rows')).field).toBe('rows[1][1]');
    expect(refusal(() => readNullable(reader('01'), 'votedFor', readId)).field).toBe('votedFor');
    expect(refusal(() => readNullable(reader('01 01 61'), 'snapshot', readNode)).field).toBe('snapshot.weight');
    expect(
      refusal(() => readNullable(reader('01 02 05 80'), 'terms', (r, f) => readList(r, f, limits, readVarint))).field,
    ).toBe('terms[1]');
    expect(
      refusal(() => readNested(reader('01 80'), 'config', (r) => readList(r, 'nodes', limits, readNode))).field,
    ).toBe('config.nodes[0].id');
    const maybe: Read<(number | null)[]> = (r, field) =>
      readList(r, field, limits, (i, f) => readNullable(i, f, readVarint));
    expect(refusal(() => maybe(reader('02 00 01'), 'acks')).field).toBe('acks[1]');

    const after = reader('01 05 07');
    readList(after, 'terms', limits, readVarint);
    readNested(after, 'config', readVarint);
    expect(refusal(() => readVarint(after, 'index')).field).toBe('index');
  });

  test('a count is refused when it is above the maximum, or when its items can’t be in what is left', () => {
    const reader = (text: string) => new ByteReader(hex(text));
    let itemsRead = 0;
    const readItem: Read<number> = (r, field) => {
      itemsRead++;
      return readU8(r, field);
    };
    expect(refusal(() => readList(reader('e9 07'), 'nodes', limits, readItem)).message).toBe(
      'nodes at byte 0: expected at most 1000 items, found 1001',
    );
    expect(refusal(() => readList(reader('03 01 02'), 'nodes', limits, readItem)).message).toBe(
      'nodes at byte 0: expected 3 bytes, found 2',
    );
    const five = { maxCount: 1000, minItemBytes: 5 };
    expect(refusal(() => readList(reader('02 01 02 03 04 05 06 07 08 09'), 'nodes', five, readItem)).code).toBe(
      'decode-truncated',
    );
    for (const broken of [
      { maxCount: NaN, minItemBytes: 1 },
      { maxCount: 9, minItemBytes: NaN },
    ])
      expect(() => readList(reader('01 01'), 'nodes', broken, readItem)).toThrow();
    expect(itemsRead).toBe(0);
  });

  test('the count alone is for those who put items elsewhere than into an array', () => {
    const reader = new ByteReader(hex('03 01 02 03'));
    const registers = new Uint8Array(readCount(reader, 'registers', limits));
    for (let i = 0; i < registers.length; i++) registers[i] = readU8(reader, 'registers');
    reader.end();
    expect([...registers]).toEqual([1, 2, 3]);
  });
});

describe('nullable', () => {
  test('null and undefined are one byte, a value one more than itself', () => {
    const bytes = (value: string | null | undefined) =>
      bytesOf<typeof value>((w, v) => writeNullable(w, v, writeString), value);
    expect(bytes(null)).toEqual(hex('00'));
    expect(bytes(undefined)).toEqual(hex('00'));
    expect(bytes('')).toEqual(hex('01 00'));
    expect(bytes('n1')).toEqual(hex('01 02 6e 31'));
    for (const value of [null, '', 'n1'])
      expect(readNullable(new ByteReader(bytes(value)), 'votedFor', readId)).toBe(value);
    expect(bytesOf<number | null>((w, v) => writeNullable(w, v, writeU8), 0)).toEqual(hex('01 00'));
  });

  test('there is no third way', () => {
    expect(refusal(() => readNullable(new ByteReader(hex('02 00')), 'votedFor', readId))).toMatchObject({
      code: 'decode-invalid-value',
      field: 'votedFor',
      found: '2',
    });
  });
});

test('a view that was read stays what it was, whatever is read after it', () => {
  const input = hex('02 0a 0b 01 0c');
  const reader = new ByteReader(input);
  const first = readBytes(reader, 'first', 10);
  const second = readBytes(reader, 'second', 10);
  reader.end();
  expect([[...first], [...second]]).toEqual([[10, 11], [12]]);
});
