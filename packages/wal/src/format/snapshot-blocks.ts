/**
 * A snapshot's bytes in blocks, each with a checksum of its own, so that reading can begin anywhere and is verified all
 * the same. The digest of the whole is a chain over those checksums: it needs no second pass, and no more memory.
 *
 *     0        8      12       16     24         32
 *     │ magic  │ ver. │ block  │  0   │ checksum │ 64 KiB │ sum │ 64 KiB │ sum │ the rest │ sum │ trailer (32 bytes)
 *
 *     trailer    │ magic │ bytes (u64) │ digest │ checksum │
 *
 * The checksum of block i is XXH64 of its bytes, seeded with i. The digest starts at 0; each block replaces it by XXH64
 * of that block's checksum, seeded with the digest so far; the length (u64) comes last in the same way.
 */
import { xxh64Bytes } from '@dsys/hash';
import { FORMAT_VERSION, getU64, setU64 } from './segment.js';

/** Bytes of a snapshot that share a checksum. */
export const SNAPSHOT_BLOCK_BYTES: number = 64 * 1024;
export const SNAPSHOT_HEADER_BYTES = 32;
export const SNAPSHOT_TRAILER_BYTES = 32;
const SUM_BYTES = 8;

const HEADER_MAGIC = 'dsyssnap';
const TRAILER_MAGIC = 'dsyssend';

/** Checksum of a snapshot's contents, fed piece by piece; where the pieces are cut makes no difference. */
export class SnapshotDigest {
  private readonly block: Uint8Array<ArrayBuffer> = new Uint8Array(SNAPSHOT_BLOCK_BYTES + SUM_BYTES);
  private readonly view: DataView<ArrayBuffer> = new DataView(this.block.buffer);
  private filled = 0;
  private index = 0;
  private readonly chain = new Uint32Array(2);
  private readonly scratch = new Uint8Array(8);
  /** Bytes taken so far. */
  bytes = 0;

  /**
   * Takes the next bytes. `onBlock` is given each block that they complete, with its checksum behind it, as it stands in
   * the file; a view that is valid during the call.
   */
  update(chunk: Uint8Array, onBlock?: (sealed: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(chunk.length - at, SNAPSHOT_BLOCK_BYTES - this.filled);
      this.block.set(chunk.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled === SNAPSHOT_BLOCK_BYTES) this.seal(onBlock);
    }
    this.bytes += chunk.length;
  }

  /** Ends it: gives the last block out, and the digest as 16 hexadecimal digits. */
  finish(onBlock?: (sealed: Uint8Array) => void): string {
    if (this.filled > 0) this.seal(onBlock);
    const length = new DataView(this.scratch.buffer);
    setU64(length, 0, this.bytes);
    this.mix();
    return hex(this.chain);
  }

  private seal(onBlock: ((sealed: Uint8Array) => void) | undefined): void {
    const sum = blockSum(this.block, this.filled, this.index);
    this.view.setUint32(this.filled, sum[0]!, true);
    this.view.setUint32(this.filled + 4, sum[1]!, true);
    onBlock?.(this.block.subarray(0, this.filled + SUM_BYTES));
    this.scratch.set(this.block.subarray(this.filled, this.filled + SUM_BYTES));
    this.mix();
    this.filled = 0;
    this.index++;
  }

  private mix(): void {
    xxh64Bytes(this.scratch, 0, 8, this.chain, this.chain[0]!, this.chain[1]!);
  }
}

/** The first bytes of a snapshot's file. */
export function encodeSnapshotHeader(): Uint8Array {
  const bytes = new Uint8Array(SNAPSHOT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  setText(bytes, HEADER_MAGIC);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, SNAPSHOT_BLOCK_BYTES, true);
  return sealed(bytes);
}

/** What is wrong with the first bytes of a file, in words; `null` when they begin a snapshot that we can read. */
export function snapshotHeaderFault(bytes: Uint8Array): string | null {
  if (!isSealed(bytes, SNAPSHOT_HEADER_BYTES, HEADER_MAGIC)) return 'it does not begin as a snapshot does';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint32(8, true);
  if (version > FORMAT_VERSION) return `a later release wrote it (version ${version})`;
  return view.getUint32(12, true) === SNAPSHOT_BLOCK_BYTES ? null : 'its blocks have another size';
}

/** The last bytes of a snapshot's file. */
export function encodeSnapshotTrailer(byteCount: number, checksum: string): Uint8Array {
  const bytes = new Uint8Array(SNAPSHOT_TRAILER_BYTES);
  const view = new DataView(bytes.buffer);
  setText(bytes, TRAILER_MAGIC);
  setU64(view, 8, byteCount);
  view.setUint32(16, Number.parseInt(checksum.slice(8), 16), true);
  view.setUint32(20, Number.parseInt(checksum.slice(0, 8), 16), true);
  return sealed(bytes);
}

/** Reads the last bytes of a file; `null` when they are no trailer, or one of a file of another length. */
export function decodeSnapshotTrailer(
  bytes: Uint8Array,
  fileBytes: number,
): { readonly bytes: number; readonly checksum: string } | null {
  if (!isSealed(bytes, SNAPSHOT_TRAILER_BYTES, TRAILER_MAGIC)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const byteCount = getU64(view, 8);
  if (fileBytes !== snapshotFileBytes(byteCount)) return null;
  return { bytes: byteCount, checksum: hex([view.getUint32(16, true), view.getUint32(20, true)]) };
}

/** Bytes of the file of a snapshot of so many bytes. */
export function snapshotFileBytes(byteCount: number): number {
  const blocks = Math.ceil(byteCount / SNAPSHOT_BLOCK_BYTES);
  return SNAPSHOT_HEADER_BYTES + byteCount + blocks * SUM_BYTES + SNAPSHOT_TRAILER_BYTES;
}

/** Where block `index` lies in the file of a snapshot of `byteCount` bytes: its offset, and its length with checksum. */
export function snapshotBlockAt(
  index: number,
  byteCount: number,
): { readonly offset: number; readonly length: number } {
  const offset = SNAPSHOT_HEADER_BYTES + index * (SNAPSHOT_BLOCK_BYTES + SUM_BYTES);
  const length = Math.min(SNAPSHOT_BLOCK_BYTES, byteCount - index * SNAPSHOT_BLOCK_BYTES) + SUM_BYTES;
  return { offset, length };
}

/** The bytes of a block as it stands in the file, once they are verified; `null` when they are bad. */
export function openSnapshotBlock(sealedBlock: Uint8Array, index: number): Uint8Array | null {
  const length = sealedBlock.length - SUM_BYTES;
  const sum = blockSum(sealedBlock, length, index);
  const view = new DataView(sealedBlock.buffer, sealedBlock.byteOffset + length);
  if (view.getUint32(0, true) !== sum[0] || view.getUint32(4, true) !== sum[1]) return null;
  return sealedBlock.subarray(0, length);
}

function blockSum(bytes: Uint8Array, length: number, index: number): Uint32Array {
  const sum = new Uint32Array(2);
  xxh64Bytes(bytes, 0, length, sum, index);
  return sum;
}

function sealed(bytes: Uint8Array): Uint8Array {
  const sum = new Uint32Array(2);
  xxh64Bytes(bytes, 0, 24, sum);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(24, sum[0]!, true);
  view.setUint32(28, sum[1]!, true);
  return bytes;
}

function isSealed(bytes: Uint8Array, length: number, magic: string): boolean {
  if (bytes.length !== length) return false;
  const sum = new Uint32Array(2);
  xxh64Bytes(bytes, 0, 24, sum);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let same = view.getUint32(24, true) === sum[0] && view.getUint32(28, true) === sum[1];
  for (let i = 0; i < magic.length; i++) same &&= bytes[i] === magic.charCodeAt(i);
  return same;
}

function setText(bytes: Uint8Array, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
}

const hex = (lanes: ArrayLike<number>): string =>
  lanes[1]!.toString(16).padStart(8, '0') + lanes[0]!.toString(16).padStart(8, '0');
