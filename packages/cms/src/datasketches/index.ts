/**
 * `@dsys/cms/datasketches`: CountMin sketches of Apache DataSketches (Java, C++, Python, Go), read, counted on and written.
 *
 * @module
 */
export type { Count } from '../shape.js';
export { DataSketchesCountMin, type DataSketchesShape, type HashOptions } from './datasketches-count-min.js';
export type { SeedRule } from './row-seeds.js';
