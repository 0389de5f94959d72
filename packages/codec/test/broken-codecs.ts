/** Codecs with one fault each, and the law that must find it. All are the same sound codec but for one part. */
import {
  ByteReader,
  ByteWriter,
  DecodeError,
  openEnvelope,
  type Read,
  readBytes,
  readList,
  readString,
  readVarint,
  sealEnvelope,
  writeBytes,
  writeList,
  writeString,
  writeVarint,
} from '../src/index.js';
import { type CodecUnderTest, insideEnvelope } from '../src/testing/index.js';
import { hex } from './support.js';

export const LAW = {
  roundTrip: 'what was encoded decodes to an equal value',
  canonical: 'a value has one encoding',
  kept: 'encoded bytes are the caller’s to keep',
  inPlace: 'bytes may lie anywhere in a buffer, and are left as they were',
  cut: 'bytes cut short are refused',
  flip: 'bytes with a flipped bit are refused, or spell another value',
  padding: 'padded numbers are refused, or spell another value',
  length: 'exaggerated lengths are refused before memory is given for them',
  tail: 'bytes behind the end are refused',
  noise: 'random bytes are refused, or spell a value',
  edit: 'samples with random edits are refused, or spell a value',
} as const;

export interface Item {
  readonly flag: boolean;
  readonly name: string;
  readonly tags: ReadonlySet<string>;
  readonly data: Uint8Array;
}

const samples: readonly Item[] = [
  { flag: false, name: '', tags: new Set(), data: hex('') },
  { flag: true, name: 'größe', tags: new Set(['b', 'a']), data: hex('00 80 ff') },
  { flag: true, name: 'n1', tags: new Set(['x']), data: new Uint8Array(140) },
];

interface EncoderParts {
  readonly writer: () => ByteWriter;
  readonly order: (tags: string[]) => string[];
  readonly finish: (writer: ByteWriter) => Uint8Array;
}

function encoder(fault: Partial<EncoderParts> = {}): (item: Item) => Uint8Array {
  const {
    writer: writerFor,
    order,
    finish,
  }: EncoderParts = {
    writer: () => new ByteWriter(),
    order: (tags) => tags.sort(),
    finish: (writer) => writer.finish(),
    ...fault,
  };
  return ({ flag, name, tags, data }) => {
    const writer = writerFor();
    writeVarint(writer, flag ? 1 : 0);
    writeString(writer, name);
    writeList(writer, order([...tags]), writeString);
    writeBytes(writer, data);
    return finish(writer);
  };
}

interface DecoderParts {
  readonly reader: (bytes: Uint8Array) => ByteReader;
  readonly flag: Read<boolean>;
  readonly name: Read<string>;
  readonly tags: Read<string[]>;
  readonly data: Read<Uint8Array>;
  readonly end: (reader: ByteReader) => void;
}

function decoder(fault: Partial<DecoderParts> = {}): (bytes: Uint8Array) => Item {
  const parts: DecoderParts = {
    reader: (bytes) => new ByteReader(bytes),
    flag: (r, field) => readVarint(r, field, 1) === 1,
    name: (r, field) => readString(r, field, 100),
    tags: sortedTags,
    data: (r, field) => readBytes(r, field, 1000),
    end: (reader) => reader.end(),
    ...fault,
  };
  return (bytes) => {
    const reader = parts.reader(bytes);
    const flag = parts.flag(reader, 'flag');
    const name = parts.name(reader, 'name');
    const tags = new Set(parts.tags(reader, 'tags'));
    const data = parts.data(reader, 'data');
    parts.end(reader);
    return { flag, name, tags, data };
  };
}

const anyTags: Read<string[]> = (reader, field) =>
  readList(reader, field, { maxCount: 100, minItemBytes: 1 }, (r, f) => readString(r, f, 100));

const sortedTags: Read<string[]> = (reader, field) => {
  const tags = anyTags(reader, field);
  for (let i = 1; i < tags.length; i++)
    if (tags[i]! <= tags[i - 1]!) throw reader.invalid(field, 'each tag once, in order', tags[i]);
  return tags;
};

export const sound: CodecUnderTest<Item> = { encode: encoder(), decode: decoder(), samples };

export const looseFlag = decoder({ flag: (r, field) => readVarint(r, field) % 2 === 1 });

/** The sound decoder, with what it throws changed. */
function throwing(change: (error: DecodeError, bytes: Uint8Array) => unknown): (bytes: Uint8Array) => Item {
  return (bytes) => {
    try {
      return decoder()(bytes);
    } catch (error) {
      throw change(error as DecodeError, bytes);
    }
  };
}

const withDetails = (error: DecodeError, details: Partial<DecodeError>): DecodeError =>
  new DecodeError(error.code, { ...error, ...details });

/** Length, then data, behind a header of 32 bits: allocates by the length before it looks whether it can be true. */
export function careless(allocate: (count: number) => unknown): CodecUnderTest<Item> {
  const refused = (bytes: Uint8Array): DecodeError =>
    new DecodeError('decode-truncated', {
      offset: bytes.length,
      field: 'data',
      expected: 'the stated length',
      found: 'another',
    });
  return {
    encode({ data }) {
      const bytes = new Uint8Array(4 + data.length);
      new DataView(bytes.buffer).setUint32(0, data.length, true);
      bytes.set(data, 4);
      return bytes;
    },
    decode(bytes) {
      if (bytes.length < 4) throw refused(bytes);
      const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      allocate(count);
      if (count !== bytes.length - 4) throw refused(bytes);
      return { flag: false, name: '', tags: new Set(), data: bytes.slice(4) };
    },
    samples: [{ flag: false, name: '', tags: new Set(), data: hex('01 02 03') }],
  };
}

/** The sound codec in an envelope. */
function sealed(fault: Partial<CodecUnderTest<Item>> = {}): CodecUnderTest<Item> {
  return {
    encode: (item) => sealEnvelope({ kind: 'x-item', version: 1 }, encoder()(item)),
    decode: (bytes) => decoder()(openEnvelope(bytes, { kind: 'x-item', versions: [1], maxBytes: 2000 }).payload),
    samples,
    checksummed: true,
    inside: insideEnvelope,
    ...fault,
  };
}

const reusedWriter = new ByteWriter();
const leftoverWriter = new ByteWriter();
const noUtf8: Item = { flag: true, name: '\ud800', tags: new Set(), data: hex('') };

export const FAULTS: readonly (readonly [fault: string, codec: CodecUnderTest<Item>, law: string])[] = [
  [
    'a field is lost',
    { ...sound, decode: decoder({ name: (r, f) => readString(r, f, 100).slice(0, 4) }) },
    LAW.roundTrip,
  ],
  [
    'the decoder’s maximum is below the encoder’s',
    { ...sound, decode: decoder({ data: (r, f) => readBytes(r, f, 100) }) },
    LAW.roundTrip,
  ],
  [
    'the encoder refuses a good value',
    { ...sound, encode: encoder({ writer: () => new ByteWriter({ maxBytes: 100 }) }) },
    LAW.roundTrip,
  ],
  [
    'a set is written in the order in which it was filled',
    {
      ...sound,
      encode: encoder({ order: (tags) => tags }),
      // As a hash table of another size might: the set is the same, its order is not.
      decode: decoder({ tags: (r, f) => anyTags(r, f).reverse() }),
    },
    LAW.canonical,
  ],
  [
    'a view of a writer that goes on writing is handed out',
    {
      ...sound,
      encode: encoder({
        writer: () => {
          reusedWriter.reset();
          return reusedWriter;
        },
        finish: (writer) => writer.view(),
      }),
    },
    LAW.kept,
  ],
  [
    'what a refused value left behind is not thrown away',
    { ...sound, encode: encoder({ writer: () => leftoverWriter }), unencodable: [noUtf8] },
    LAW.kept,
  ],
  ['a value that has no encoding gets one', { ...sound, unencodable: [samples[0]!] }, LAW.kept],
  [
    'the offset of the view is forgotten',
    { ...sound, decode: decoder({ reader: (bytes) => new ByteReader(new Uint8Array(bytes.buffer, 0, bytes.length)) }) },
    LAW.inPlace,
  ],
  [
    'the input is written to',
    { ...sound, decode: (bytes) => [decoder()(bytes.slice()), bytes.fill(0)][0] as Item },
    LAW.inPlace,
  ],
  [
    'what is missing is taken for zeros',
    {
      ...sound,
      decode: decoder({
        reader: (bytes) => new ByteReader(Uint8Array.of(...bytes, ...new Uint8Array(200))),
        end: (reader) => void reader.take(1, 'end'),
      }),
    },
    LAW.cut,
  ],
  ['what is refused is a TypeError', { ...sound, decode: throwing(({ message }) => new TypeError(message)) }, LAW.cut],
  ['an error names no field', { ...sound, decode: throwing((error) => withDetails(error, { field: '' })) }, LAW.cut],
  [
    'an error names an offset behind the end',
    { ...sound, decode: throwing((error, bytes) => withDetails(error, { offset: bytes.length + 1 })) },
    LAW.cut,
  ],
  ['every odd number is true', { ...sound, decode: looseFlag }, LAW.flip],
  [
    'invalid UTF-8 is replaced',
    { ...sound, decode: decoder({ name: (r, f) => new TextDecoder().decode(readBytes(r, f, 100)) }) },
    LAW.flip,
  ],
  [
    'a byte order mark is dropped',
    {
      ...sound,
      decode: decoder({ name: (r, f) => readString(r, f, 100).replace(/^\ufeff/, '') }),
      samples: [{ ...samples[0]!, name: '\ufeffx' }],
    },
    LAW.roundTrip,
  ],
  ['the checksum is not looked at', sealed({ decode: (bytes) => decoder()(insideEnvelope.open(bytes)) }), LAW.flip],
  [
    'behind a checksum that is looked at, every odd number is true',
    sealed({
      decode: (bytes) => looseFlag(openEnvelope(bytes, { kind: 'x-item', versions: [1], maxBytes: 2000 }).payload),
    }),
    LAW.flip,
  ],
  ['an array of the stated count is made first', careless((count) => new Array(count)), LAW.length],
  ['a buffer of the stated length is made first', careless((count) => new Uint8Array(count)), LAW.length],
  ['a typed array of the stated count is made first', careless((count) => new Float64Array(count)), LAW.length],
  ['an ArrayBuffer of the stated length is made first', careless((count) => new ArrayBuffer(count)), LAW.length],
  ['Array.from makes the stated count', careless((count) => Array.from({ length: count }, () => 0)), LAW.length],
  ['a Node Buffer of the stated length is made first', careless((count) => Buffer.alloc(count)), LAW.length],
  ['a string of the stated length is made first', careless((count) => ' '.repeat(count)), LAW.length],
  ['a list grows to the stated count', careless(pushAll), LAW.length],
  ['the allocation fails and the failure is swallowed', careless(swallow), LAW.length],
  ['what is left over is ignored', { ...sound, decode: decoder({ end: () => undefined }) }, LAW.tail],
  ['a padded number is taken', { ...sound, decode: decoder({ flag: paddedFlag }) }, LAW.padding],
];

function pushAll(count: number): void {
  const items: number[] = [];
  for (let i = 0; i < count; i++) items.push(i);
}

function swallow(count: number): void {
  try {
    new Uint8Array(count);
  } catch {
    // As if nothing had happened.
  }
}

/** Takes `80 00` and `81 00` for the 0 and 1 that they would be without the padding. */
function paddedFlag(reader: ByteReader, field: string): boolean {
  if (reader.bytes[reader.offset]! > 0x81 || reader.bytes[reader.offset + 1] !== 0)
    return readVarint(reader, field, 1) === 1;
  const at = reader.take(reader.bytes[reader.offset]! > 0x7f ? 2 : 1, field);
  return reader.bytes[at]! % 2 === 1;
}
