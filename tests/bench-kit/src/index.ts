/**
 * The benchmark kit. A benchmark is a program that says what it measures and lets contenders run in turn:
 *
 *     const bench = new Bench('hashring', { peers: ['hashring'], from: import.meta.url });
 *     await bench.compare({ title, unit, contenders: [ours, theirs], baseline: theirs.name, atLeast: 50 });
 *     bench.end();
 *
 * `native('bloom')` compiles and runs the C++ that the sketches are measured beside.
 */
export { Bench, type BenchOptions } from './bench.js';
export { type Comparison, type Contender, type Figure, type Measured, measure } from './measure.js';
export {
  besideNative,
  type Native,
  type NativeFigure,
  type NativeKeys,
  type NativeOptions,
  native,
  nativeKeys,
} from './native.js';
export { heapOf, median, quantile } from './numbers.js';
