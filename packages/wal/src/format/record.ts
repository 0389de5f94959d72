/**
 * A record within a segment, padded with zeros to a multiple of 8:
 *
 *     0          8        12     16              23    24
 *     │ checksum │ length │ boot │ position, 56b │type │ payload …           │ zeros │
 *                └──────────────────── covered by the checksum ──────────────────────┘
 *
 * The checksum is XXH64, seeded with the segment's seed. `boot` counts the openings of the log: whoever opens it writes
 * a mark with a higher one before anything else, and a record belongs to the log only if its boot is that of the mark
 * before it. That is what keeps a record behind a cut from coming back to life:
 *
 *     ┌ mark 4 ┬ A ┬ torn ┬ C (boot 4, whole) │     as the crash left it: C was never acknowledged, and is cut with it
 *     ┌ mark 4 ┬ A ┬ mark 5 ┬ B ┬ C (boot 4)  │     later: C follows B, fits exactly, has the right position, and is
 *                                                   refused: 4 is not 5
 *
 * A **mark** (40 bytes) begins each flush and each segment. It says two things that were true before it was written:
 * all up to `frontier` is durable, and nothing before `start` is needed. Both stay true for ever, so a mark that
 * verifies is believed wherever it lies, also behind a hole. Its position is that of the next record.
 */
import { xxh64Bytes } from '@dsys/hash';
import { getU64, type Seed, setU64 } from './segment.js';

/** What stands in front of a payload. */
export const RECORD_HEADER_BYTES = 24;

/** The type of a record of the caller's. */
export const DATA = 1;
/** The type of a mark, which is the log's own. */
export const MARK = 2;

/** The payload of a mark: frontier and start, a u64 each. */
export const MARK_PAYLOAD_BYTES = 16;
/** A whole mark, as it is on disk. */
export const MARK_BYTES: number = RECORD_HEADER_BYTES + MARK_PAYLOAD_BYTES;

/** 2^53 − 1, as positions are JavaScript's safe integers. */
export const MAX_POSITION: number = Number.MAX_SAFE_INTEGER;

/** A log can be opened for writing so often: eleven years, ten times a second. */
export const MAX_BOOT = 0xffff_ffff;

/** Bytes that a record takes in a segment. */
export function bytesOnDisk(payloadBytes: number): number {
  return (RECORD_HEADER_BYTES + payloadBytes + 7) & ~7;
}

/** Which record it is. */
export interface RecordPlace {
  readonly boot: number;
  readonly position: number;
}

const sum = /* @__PURE__ */ new Uint32Array(2);

/** Writes a record of the caller's at `at` and returns where it ends. The bytes there need not be zero before. */
export function writeData(
  target: Uint8Array,
  view: DataView,
  at: number,
  { boot, position }: RecordPlace,
  payload: Uint8Array,
  seed: Seed,
): number {
  const payloadEnd = at + RECORD_HEADER_BYTES + payload.length;
  const end = at + bytesOnDisk(payload.length);
  target.set(payload, at + RECORD_HEADER_BYTES);
  for (let i = payloadEnd; i < end; i++) target[i] = 0;
  writeHeader(target, view, at, payload.length, boot, position, DATA);
  seal(target, view, at, end, seed);
  return end;
}

/** What a mark claims. */
export interface Claims {
  /** All up to this position is durable. */
  readonly frontier: number;
  /** No record before this position is needed. */
  readonly start: number;
}

/** Writes a mark at `at` and returns where it ends. */
export function writeMark(
  target: Uint8Array,
  view: DataView,
  at: number,
  { boot, position }: RecordPlace,
  { frontier, start }: Claims,
  seed: Seed,
): number {
  setU64(view, at + RECORD_HEADER_BYTES, frontier);
  setU64(view, at + RECORD_HEADER_BYTES + 8, start);
  writeHeader(target, view, at, MARK_PAYLOAD_BYTES, boot, position, MARK);
  seal(target, view, at, at + MARK_BYTES, seed);
  return at + MARK_BYTES;
}

function writeHeader(
  target: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  boot: number,
  position: number,
  type: number,
): void {
  view.setUint32(at + 8, length, true);
  view.setUint32(at + 12, boot, true);
  setU64(view, at + 16, position);
  target[at + 23] = type; // positions have 53 bits, so the last of their eight bytes is free
}

function seal(target: Uint8Array, view: DataView, at: number, end: number, seed: Seed): void {
  xxh64Bytes(target, at + 8, end, sum, seed[0]!, seed[1]!);
  view.setUint32(at, sum[0]!, true);
  view.setUint32(at + 4, sum[1]!, true);
}

/**
 * Reads records where it is told to. `read` fills the fields below; a record that does not verify leaves them undefined
 * in meaning. One reader serves a whole segment, so that reading allocates nothing.
 */
export class RecordReader {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly seed: Seed;
  type = 0;
  boot = 0;
  position = 0;
  length = 0;
  /** Where the next record begins. */
  end = 0;

  constructor(bytes: Uint8Array, seed: Seed) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.seed = seed;
  }

  /** Whether an intact record begins at `at`. */
  read(at: number): boolean {
    const { bytes, view, seed } = this;
    if (at + RECORD_HEADER_BYTES > bytes.length) return false;
    const type = bytes[at + 23]!;
    if (type !== DATA && type !== MARK) return false;
    const length = view.getUint32(at + 8, true);
    if (length > bytes.length - at - RECORD_HEADER_BYTES) return false;
    const end = at + bytesOnDisk(length);
    if (end > bytes.length || (type === MARK && length !== MARK_PAYLOAD_BYTES)) return false;
    xxh64Bytes(bytes, at + 8, end, sum, seed[0]!, seed[1]!);
    if (view.getUint32(at, true) !== sum[0] || view.getUint32(at + 4, true) !== sum[1]) return false;
    this.type = type;
    this.length = length;
    this.boot = view.getUint32(at + 12, true);
    this.position = view.getUint32(at + 16, true) + (view.getUint32(at + 20, true) & 0xff_ffff) * 0x1_0000_0000;
    this.end = end;
    return this.position >= 1 && this.position <= MAX_POSITION;
  }

  /** The payload of the record that was read last: a view. */
  payload(): Uint8Array {
    const start = this.end - bytesOnDisk(this.length) + RECORD_HEADER_BYTES;
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, this.length);
  }

  /** What the mark that was read last claims. */
  claims(): Claims {
    const at = this.end - MARK_PAYLOAD_BYTES;
    return { frontier: getU64(this.view, at), start: getU64(this.view, at + 8) };
  }

  /**
   * Whether nothing begins at `at`. Each flush ends in at least 24 zeros (or with the segment), so what is not zero
   * there is the beginning of a flush that was not completed, or damage.
   */
  isBlank(at: number): boolean {
    const { bytes } = this;
    const end = Math.min(at + RECORD_HEADER_BYTES, bytes.length);
    for (let i = at; i < end; i++) if (bytes[i] !== 0) return false;
    return true;
  }
}
