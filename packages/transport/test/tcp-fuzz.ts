import { Random } from '@dsys/codec/testing';
import { FrameReader, writeLength } from '../src/tcp/frames.js';

const MAX_FRAME_BYTES = 5000;

/**
 * Streams of frames, of which some are damaged in their length, their end or their place, in chunks of any size. Throws when
 * a reader hands out what is too large, or goes on after a fault; gives back how much came out.
 */
export function fuzzFrames({ frames, seed }: { frames: number; seed: number }): { handedOut: number; faults: number } {
  const random = new Random(seed);
  let handedOut = 0;
  let faults = 0;
  for (let left = frames; left > 0; ) {
    const count = Math.min(left, 1 + random.below(200));
    left -= count;
    const stream = streamOf(count, random);
    let isOver = false;
    const reader = new FrameReader(MAX_FRAME_BYTES, {
      onFrame(frame) {
        if (isOver) throw new Error(`a frame came after the end: seed ${seed}`);
        if (frame.length > MAX_FRAME_BYTES) throw new Error(`a frame of ${frame.length} bytes came out: seed ${seed}`);
        if (frame.buffer.byteLength > Math.max(4 * frame.length, 16_384))
          throw new Error(`a frame of ${frame.length} bytes pins ${frame.buffer.byteLength}: seed ${seed}`);
        handedOut++;
      },
      onGoodbye() {
        isOver = true;
      },
    });
    for (let at = 0; at < stream.length; ) {
      const size = random.below(4) === 0 ? 1 + random.below(8) : 1 + random.below(20_000);
      reader.push(new Uint8Array(stream.subarray(at, at + size)));
      at += size;
      isOver ||= reader.fault !== null;
    }
    if (reader.fault !== null) faults++;
  }
  return { handedOut, faults };
}

function streamOf(count: number, random: Random): Buffer {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const body = new Uint8Array(random.below(20) === 0 ? random.below(MAX_FRAME_BYTES + 1) : random.below(60));
    const head = new Uint8Array(4);
    writeLength(head, 0, body.length);
    const fate = random.below(300);
    if (fate === 0) head[random.below(4)]! ^= 1 << random.below(8);
    if (fate === 1) writeLength(head, 0, random.below(2 ** 31) * 2);
    if (fate === 2) writeLength(head, 0, 0xffff_ff00 + random.below(256));
    parts.push(head, fate === 3 ? body.subarray(random.below(body.length + 1)) : body);
  }
  return Buffer.concat(parts);
}
