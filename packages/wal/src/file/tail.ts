/**
 * The end of the log: where records are laid out, and flushed. What is appended while a flush is under way is encoded
 * at once, into the image of the next one, so that the processor works while the disk does:
 *
 *     image in flight  │ old records │ mark │ r r r │ zeros │        image being gathered  │ r │ mark │ r r …
 *                      └ block                     block ┘                                 └ block
 *
 * An image begins and ends on a block's border. It repeats what the first block held before, which is durable and
 * comes out the same however the write is torn, and ends in at least 24 zeros, unless the segment does.
 */
import { assert } from '@dsys/codec';
import { bytesOnDisk, type Claims, MARK_BYTES, RECORD_HEADER_BYTES, writeData, writeMark } from '../format/record.js';
import { BLOCK_BYTES, RECORDS_OFFSET } from '../format/segment.js';
import type { OpenSegment } from './pool.js';

/** What is written to one segment in one flush. */
export interface Image {
  readonly segment: OpenSegment;
  /** Offset in the segment of the image's first byte. */
  readonly base: number;
  bytes: Uint8Array;
  view: DataView;
  /** Where the next record goes, within the image. */
  at: number;
  /** Where the mark goes, within the image; it is written last, since it says what is durable then. */
  readonly markAt: number;
  /** The position of the first record behind the mark. */
  readonly position: number;
}

/** Records that will be flushed together. */
export interface Flush {
  readonly images: readonly Image[];
  /** The last position that will be durable with it. */
  last: number;
  records: number;
}

interface Gathering extends Flush {
  readonly images: Image[];
}

export interface TailOptions {
  readonly segmentBytes: number;
  readonly boot: number;
  readonly nextPosition: number;
  /** Where the log goes on, and the bytes of that block up to there; `null` to begin a new segment. */
  readonly place: { readonly segment: OpenSegment; readonly offset: number; readonly block: Uint8Array } | null;
}

const IMAGE_BYTES = 64 * 1024;
const LARGEST_KEPT_IMAGE = 1024 * 1024;

export class LogTail {
  readonly boot: number;
  private readonly segmentBytes: number;
  private segment: OpenSegment | null = null;
  private offset: number;
  /** The bytes of the block that `offset` is in, up to there. */
  private readonly block: Uint8Array = new Uint8Array(BLOCK_BYTES);
  private gathering: Gathering | null = null;
  private readonly idleBuffers: Uint8Array[] = [];
  /** The position that the next record gets. */
  nextPosition: number;

  constructor({ segmentBytes, boot, nextPosition, place }: TailOptions) {
    this.segmentBytes = segmentBytes;
    this.boot = boot;
    this.nextPosition = nextPosition;
    this.offset = place?.offset ?? segmentBytes;
    this.segment = place?.segment ?? null;
    if (place !== null) this.block.set(place.block);
  }

  /** Whether a flush could begin now. */
  get isGathering(): boolean {
    return this.gathering !== null;
  }

  /** What is gathered, segment by segment. */
  get images(): readonly Image[] {
    return this.gathering?.images ?? [];
  }

  /** Where the log ends, as far as records have been laid out. */
  get end(): { readonly segment: OpenSegment | null; readonly offset: number } {
    return { segment: this.segment, offset: this.offset };
  }

  /** Makes the next record begin a new segment. */
  leaveSegment(): void {
    this.offset = this.segmentBytes;
  }

  /** Whether so many bytes of records, as they are on disk, fit into the segment, with the mark before them. */
  fits(recordBytes: number): boolean {
    const mark = this.gathering === null ? MARK_BYTES : 0;
    return this.segment !== null && this.offset + mark + recordBytes <= this.segmentBytes;
  }

  /**
   * Lays records out behind what is there; what no longer fits goes into `next`. Gives the new segment when it was
   * needed. No records at all make a flush with a mark and nothing else.
   */
  place(records: readonly Uint8Array[], next: () => OpenSegment): OpenSegment | null {
    let entered: OpenSegment | null = null;
    const enter = (): void => {
      assert(entered === null, 'what one call appends fits into one segment');
      entered = next();
      this.segment = entered;
      this.offset = RECORDS_OFFSET;
      this.begin();
    };
    if (records.length === 0 && !this.fits(0)) enter();
    if (records.length === 0 && this.gathering === null) this.begin();
    for (const record of records) {
      const bytes = bytesOnDisk(record.length);
      if (!this.fits(bytes)) enter();
      else if (this.gathering === null) this.begin();
      const image = this.imageWithRoom(bytes);
      const { segment, view, at } = image;
      const place = { boot: this.boot, position: this.nextPosition };
      image.at = writeData(image.bytes, view, at, place, record, segment.seed);
      this.offset += bytes;
      this.gathering!.last = this.nextPosition++;
      this.gathering!.records++;
    }
    return entered;
  }

  /** What has gathered, its marks and zeros written: to be sent off with `write`. */
  seal(claims: Claims): Flush {
    const flush = this.gathering!;
    assert(flush !== null, 'only what has gathered is flushed');
    for (const image of flush.images) {
      const { segment, base, markAt, position } = image;
      writeMark(image.bytes, image.view, markAt, { boot: this.boot, position }, claims, segment.seed);
      const end = image.at;
      let padded = roundUp(end);
      if (padded - end < RECORD_HEADER_BYTES && base + padded < this.segmentBytes) padded += BLOCK_BYTES;
      reserve(image, padded);
      image.bytes.fill(0, end, padded);
      image.at = padded;
      if (image === flush.images.at(-1)) {
        const from = roundDown(end);
        this.block.set(image.bytes.subarray(from, end));
      }
    }
    this.gathering = null;
    return flush;
  }

  /** Writes the images one after the other, each durable before the next begins. */
  write(flush: Flush, done: (error: Error | null) => void, from = 0): void {
    const image = flush.images[from];
    if (image === undefined) {
      for (const { bytes } of flush.images)
        if (bytes.length <= LARGEST_KEPT_IMAGE && this.idleBuffers.length < 2) this.idleBuffers.push(bytes);
      done(null);
      return;
    }
    const bytes = new Uint8Array(image.bytes.buffer, 0, image.at);
    image.segment.file.writeDurably(bytes, image.base, (error) => {
      if (error !== null) done(error);
      else this.write(flush, done, from + 1);
    });
  }

  /** Begins an image at the end of the segment, with room for the mark. */
  private begin(): void {
    const segment = this.segment!;
    const base = roundDown(this.offset);
    const kept = this.offset - base;
    const bytes = this.idleBuffers.pop() ?? new Uint8Array(IMAGE_BYTES);
    const isContinued = this.gathering === null;
    if (isContinued) bytes.set(this.block.subarray(0, kept));
    const view = new DataView(bytes.buffer);
    const position = this.nextPosition;
    this.gathering ??= { images: [], last: position - 1, records: 0 };
    this.gathering.images.push({ segment, base, bytes, view, at: kept + MARK_BYTES, markAt: kept, position });
    this.offset += MARK_BYTES;
  }

  private imageWithRoom(bytes: number): Image {
    const image = this.gathering!.images.at(-1)!;
    reserve(image, image.at + bytes);
    return image;
  }
}

/** Makes the image's memory at least so large. */
function reserve(image: Image, bytes: number): void {
  if (bytes <= image.bytes.length) return;
  const larger = new Uint8Array(Math.max(bytes, image.bytes.length * 2));
  larger.set(image.bytes.subarray(0, image.at));
  image.bytes = larger;
  image.view = new DataView(larger.buffer);
}

const roundDown = (offset: number): number => offset - (offset % BLOCK_BYTES);
const roundUp = (offset: number): number => roundDown(offset + BLOCK_BYTES - 1);
