/** Sketches of every kind, small, always the same: what the stored forms are tried on, and what the frozen files hold. */
import { ConservativeCountMin, CountMinSketch, DyadicCountMin, TopK, WindowedCountMin } from '../src/index.js';

const keys = ['a', 'b', 'a', 'größe', '\u{1f511}', 'a'];

export const plain = (): CountMinSketch => {
  const sketch = CountMinSketch.create({ width: 5, depth: 3 });
  sketch.addMany(keys);
  sketch.add(42, 1000);
  return sketch;
};

export const decayed = (): CountMinSketch => {
  const sketch = CountMinSketch.create({ width: 4, depth: 2, counterBits: 53 });
  sketch.add('a', 2 ** 40 + 1);
  sketch.addMany(keys);
  sketch.decay(0.75);
  return sketch;
};

export const conservative = (): ConservativeCountMin => {
  const sketch = ConservativeCountMin.create({ width: 4, depth: 2 });
  sketch.addMany(keys);
  return sketch;
};

export const windowed = (): WindowedCountMin => {
  const sketch = WindowedCountMin.create({ width: 3, depth: 2, panes: 3 });
  sketch.advanceTo(28_000_000);
  sketch.addMany(keys);
  sketch.advanceTo(28_000_002);
  sketch.add('late', 2, { pane: 28_000_001 });
  return sketch;
};

export const dyadic = (): DyadicCountMin => {
  const sketch = DyadicCountMin.create({ bits: 5, width: 6, depth: 2 });
  for (const value of [0, 7, 7, 31]) sketch.add(value, 3);
  return sketch;
};

export const spaceSaving = (): TopK => {
  const top = TopK.spaceSaving({ capacity: 6 });
  top.addMany([...keys, 42, -7n, 2n ** 63n - 1n, 0.5, Uint8Array.of(0xff), 'c', 'c']);
  return top;
};

export const countMinTopK = (): TopK => {
  const top = TopK.countMin({ k: 3, width: 7, depth: 2 });
  top.addMany([...keys, 42, 42, Uint8Array.of(0xff)]);
  return top;
};

export const samples = { plain, decayed, conservative, windowed, dyadic, spaceSaving, countMinTopK } as const;
