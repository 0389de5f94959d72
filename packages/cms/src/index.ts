/**
 * `@dsys/cms`: how often keys came, from counters that many keys share.
 *
 *     CountMinSketch             add, count with bounds, remove, merge, inner product, decay
 *     ConservativeCountMin       the same stream with smaller errors, without removing and merging
 *     WindowedCountMin           the last so many minutes
 *     DyadicCountMin             ranges and quantiles of integers
 *     TopK                       the keys that came most: by SpaceSaving, or by a sketch and a heap
 *
 * Redis' and DataSketches' own bytes are read and written by `@dsys/cms/redisbloom` and `@dsys/cms/datasketches`. Start
 * reading at `table.ts`, then `rows.ts`.
 *
 * @module
 */
export type { BaseCountMin, ErrorOptions, ReadOptions, ShapeOptions, UpdateRule } from './base.js';
export { ConservativeCountMin } from './conservative.js';
export { CountMinSketch } from './count-min-sketch.js';
export { type BitsOption, DyadicCountMin, type HeavyHitter } from './dyadic.js';
export { type BadOption, CountMinError, type CountMinErrorCode } from './errors.js';
export { type CountMinMessage, type HandedOver, handOver, type Transferable, takeOver } from './hand-over.js';
export type { PlainCountMin } from './plain.js';
export type { Count, CounterBits, ShapeRule } from './shape.js';
export type { Cells, Table } from './table.js';
export type { BaseTopK, TopEntry } from './top-k/base.js';
export { CountMinTopK, type KOption } from './top-k/count-min-top-k.js';
export { SpaceSaving, type SpaceSavingOptions } from './top-k/space-saving.js';
export { TopK } from './top-k/top-k.js';
export { type PanesOption, WindowedCountMin } from './windowed.js';
