/**
 * Bytes in, bytes out. A codec is a pair of functions, one that takes a `ByteWriter` and a value, one that takes a
 * `ByteReader` and the name of a field; the ones here are for numbers, bytes, text and what is made of them, and yours
 * look just like them:
 *
 *     const writeVote: Write<Vote> = (writer, vote) => {
 *       writeVarint(writer, vote.term);
 *       writeNullable(writer, vote.votedFor, writeString);
 *     };
 *
 * Readers take untrusted bytes: whatever is cut short, too large, or spelled another way than the writer would have, is
 * refused with a `DecodeError` that says where, and before anything is allocated for it. What is stored goes into an
 * envelope. `@dsys/codec/testing` attacks your codec.
 *
 * @module
 */

export { assert, InvariantViolation, unreachable } from './assert.js';
export { type BadOption, mustBe, outOfRange, wrongType } from './bad-option.js';
export {
  readBytes,
  readBytesCopy,
  readFixedBytes,
  readString,
  writeBytes,
  writeFixedBytes,
  writeString,
} from './bytes.js';
export {
  type ListLimits,
  readCount,
  readList,
  readNested,
  readNullable,
  writeList,
  writeNullable,
} from './compose.js';
export {
  type Envelope,
  type EnvelopeHead,
  type EnvelopeKind,
  type OpenEnvelopeOptions,
  openEnvelope,
  peekEnvelope,
  sealEnvelope,
} from './envelope.js';
export {
  type DecodeCode,
  DecodeError,
  type DecodeErrorDetails,
  type EncodeCode,
  EncodeError,
  isDecodeError,
} from './errors.js';
export {
  readBool,
  readF64,
  readI32,
  readU8,
  readU16,
  readU32,
  readU64,
  readU64Lanes,
  readU64Number,
  writeBool,
  writeF64,
  writeI32,
  writeU8,
  writeU16,
  writeU32,
  writeU64,
  writeU64Lanes,
  writeU64Number,
} from './fixed.js';
export { ByteReader, type Read, type Scope } from './reader.js';
export { readVarint, readVarint64, readZigzag, writeVarint, writeVarint64, writeZigzag } from './varint.js';
export { ByteWriter, type ByteWriterOptions, type Write } from './writer.js';
