/**
 * Messages as the protocols send them, encoded and decoded, beside msgpackr and JSON. msgpackr comes twice: as it is
 * ("plain": a message says its field names, like JSON), and with the structures shared by both sides and known to both
 * ("records", its fastest), which is nearest to ours and is what the ratios are taken against. JSON has bytes as base64.
 * Every contender makes bytes that are its receiver's to keep, and decodes into an object with all fields.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { Bench, type Contender } from '@dsys/bench-kit';
import { Packr } from 'msgpackr';
import {
  type Append,
  decodeAppend,
  decodeVote,
  encodeAppend,
  encodeVote,
  makeAppend,
  makeVote,
  type Vote,
} from './messages.js';

interface Codec<T> {
  readonly name: string;
  readonly encode: (value: T) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => T;
}

const bench = new Bench('codec', { peers: ['msgpackr'], from: import.meta.url });
const sizes: Record<string, unknown>[] = [];
const TARGET = 2.5;

await measure(
  'RequestVote',
  ours(encodeVote, decodeVote),
  Array.from({ length: 1000 }, (_, i) => makeVote(i)),
  200_000,
);
for (const count of [1, 16]) {
  const messages = Array.from({ length: 200 }, (_, i) => makeAppend(i, count, 256));
  await measure(
    `AppendEntries, ${count} × 256 bytes`,
    ours(encodeAppend, decodeAppend),
    messages,
    count === 1 ? 100_000 : 20_000,
  );
}
bench.table('bytes of a message', sizes);
bench.end();

async function measure<T extends Vote | Append>(
  title: string,
  own: Codec<T>,
  messages: readonly T[],
  operations: number,
): Promise<void> {
  const codecs = [own, records<T>(), plain<T>(), json<T>()];
  const encoded = codecs.map(({ encode }) => messages.map((message) => encode(message)));
  for (const [i, { decode }] of codecs.entries())
    deepStrictEqual(normal(decode(encoded[i]![0]!)), normal(messages[0]!));
  sizes.push({ message: title, ...Object.fromEntries(codecs.map(({ name }, i) => [name, encoded[i]![0]!.length])) });

  const compare = (what: string, run: (codec: Codec<T>, i: number) => (k: number) => unknown) =>
    bench.compare({
      title: `${title}: ${what}`,
      unit: 'messages',
      operations,
      contenders: codecs.map((codec, i): Contender => {
        const once = run(codec, i);
        return {
          name: codec.name,
          run() {
            let last: unknown;
            for (let n = 0; n < operations; n++) last = once(n % messages.length);
            return last;
          },
        };
      }),
      clock: 'cpu',
      rounds: 11,
      baseline: 'msgpackr records',
      ...(what === 'encode and decode' ? { atLeast: TARGET } : {}),
    });
  await compare(
    'encode and decode',
    ({ encode, decode }) =>
      (k) =>
        decode(encode(messages[k]!)),
  );
  await compare(
    'encode',
    ({ encode }) =>
      (k) =>
        encode(messages[k]!),
  );
  await compare(
    'decode',
    ({ decode }, i) =>
      (k) =>
        decode(encoded[i]![k]!),
  );
}

function ours<T>(encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => T): Codec<T> {
  return { name: '@dsys/codec', encode, decode };
}

function records<T>(): Codec<T> {
  const packr = new Packr({ structures: [] });
  return {
    name: 'msgpackr records',
    encode: (value) => packr.pack(value),
    decode: (bytes) => packr.unpack(bytes) as T,
  };
}

function plain<T>(): Codec<T> {
  const packr = new Packr({ useRecords: false });
  return { name: 'msgpackr plain', encode: (value) => packr.pack(value), decode: (bytes) => packr.unpack(bytes) as T };
}

function json<T extends Vote | Append>(): Codec<T> {
  const replacer = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') : value;
  const reviver = (key: string, value: unknown): unknown =>
    key === 'command' ? Buffer.from(value as string, 'base64') : value;
  const encoder = new TextEncoder();
  return {
    name: 'JSON, base64',
    encode: (value) => encoder.encode(JSON.stringify(value, 'entries' in value ? replacer : undefined)),
    decode: (bytes) => {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
      return JSON.parse(text, text.includes('"entries"') ? reviver : undefined) as T;
    },
  };
}

/** The same message with its bytes as numbers: what kind of array a contender makes of them is its own business. */
function normal<T extends Vote | Append>(message: T): unknown {
  if (!('entries' in message)) return { ...message };
  return { ...message, entries: message.entries.map((entry) => ({ ...entry, command: [...entry.command] })) };
}
