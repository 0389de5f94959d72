/** Bytes that nobody sent, against the decoders: mutated and spliced good ones, good ones of others, and noise. */
import { isDecodeError } from '@dsys/codec';
import { Random } from '@dsys/codec/testing';
import {
  decodeConfiguration,
  decodeMessage,
  decodeRecord,
  encodeConfiguration,
  encodeMessage,
  encodeRecords,
} from '@dsys/raft';
import { GROUP, JOINT, MESSAGES, RECORDS, THREE } from './samples.js';

const DECODERS: readonly {
  readonly name: string;
  readonly good: readonly Uint8Array[];
  decode(bytes: Uint8Array): Uint8Array;
}[] = [
  {
    name: 'message',
    good: Object.values(MESSAGES).map((message) => encodeMessage(GROUP, message).slice()),
    decode: (bytes) => encodeMessage(GROUP, decodeMessage(GROUP, bytes)),
  },
  {
    name: 'record',
    good: Object.values(RECORDS)
      .flatMap((record) => encodeRecords([record]))
      .map((bytes) => bytes.slice()),
    decode: (bytes) => encodeRecords([decodeRecord(bytes)])[0]!,
  },
  {
    name: 'configuration',
    good: [THREE, JOINT].map((configuration) => encodeConfiguration(configuration)),
    decode: (bytes) => encodeConfiguration(decodeConfiguration(bytes)),
  },
];

export interface Fuzzed {
  /** Bytes that were tried. */
  readonly count: number;
  /** Of them, those that were a message or a record. */
  readonly taken: number;
}

/**
 * Tries so many byte strings. Each is refused by a `DecodeError`, or is exactly what encoding gives for what it says; else
 * this throws, with the seed and the bytes.
 */
export function fuzz(count: number, seed: number): Fuzzed {
  const random = new Random(seed);
  let taken = 0;
  for (let i = 0; i < count; i++) {
    const { name, good, decode } = DECODERS[random.below(DECODERS.length)]!;
    const bytes = drawn(random, good);
    try {
      const again = decode(bytes);
      if (Buffer.compare(again, bytes) !== 0) throw new Error('it is encoded otherwise');
      taken++;
    } catch (error) {
      if (isDecodeError(error)) continue;
      const shown = Buffer.from(bytes).toString('hex');
      throw new Error(`a ${name}, seed ${seed}, number ${i}: ${shown}`, { cause: error });
    }
  }
  return { count, taken };
}

function drawn(random: Random, good: readonly Uint8Array[]): Uint8Array {
  const one = good[random.below(good.length)]!;
  if (random.below(20) === 0) return random.bytes(random.below(80));
  let bytes = one.slice();
  if (random.below(4) === 0) {
    // The beginning of one and the end of another.
    const other = good[random.below(good.length)]!;
    bytes = new Uint8Array([
      ...one.slice(0, random.below(one.length + 1)),
      ...other.slice(random.below(other.length + 1)),
    ]);
  }
  for (let edits = random.below(4); edits > 0 && bytes.length > 0; edits--) {
    const at = random.below(bytes.length);
    switch (random.below(4)) {
      case 0:
        bytes[at]! ^= 1 << random.below(8);
        break;
      case 1:
        bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)]!;
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      default:
        bytes = new Uint8Array([...bytes.slice(0, at), ...random.bytes(1 + random.below(9)), ...bytes.slice(at)]);
    }
  }
  return bytes;
}
