import { type CodecUnderTest, insideEnvelope } from '@dsys/codec/testing';
import { ConservativeCountMin, CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '../src/index.js';
import { hexOf } from './laws.js';
import * as made from './samples.js';

/** What has a stored form. */
export interface Stored {
  toBytes(): Uint8Array;
}

const codec = (decode: (bytes: Uint8Array) => Stored, samples: readonly Stored[]): CodecUnderTest<Stored> => ({
  encode: (sketch) => sketch.toBytes(),
  decode,
  samples,
  equal: (a, b) => hexOf(a.toBytes()) === hexOf(b.toBytes()),
  checksummed: true,
  inside: insideEnvelope,
});

/** The codec of each kind, ready to be attacked. */
export const codecs: Readonly<Record<string, CodecUnderTest<Stored>>> = {
  'a plain sketch': codec(CountMinSketch.fromBytes, [
    CountMinSketch.create({ width: 1, depth: 1 }),
    made.plain(),
    made.decayed(),
  ]),
  'a conservative sketch': codec(ConservativeCountMin.fromBytes, [made.conservative()]),
  'a window': codec(WindowedCountMin.fromBytes, [
    WindowedCountMin.create({ width: 3, depth: 2, panes: 1 }),
    made.windowed(),
  ]),
  'a dyadic sketch': codec(DyadicCountMin.fromBytes, [
    DyadicCountMin.create({ bits: 1, width: 1, depth: 1 }),
    made.dyadic(),
  ]),
  'a top-k list': codec(TopK.fromBytes, [TopK.spaceSaving({ capacity: 1 }), made.spaceSaving(), made.countMinTopK()]),
};
