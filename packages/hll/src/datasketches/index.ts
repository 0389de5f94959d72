/**
 * HLL sketches of Apache DataSketches (Java, C++, Go, Python; Druid, Hive, Spark, BigQuery): made, joined, read and written
 * as its own libraries would.
 *
 *     const sketch = DataSketchesHyperLogLog.fromBytes(cell);      list, set or HLL_4, HLL_6, HLL_8; compact or not
 *     sketch.add('203.0.113.9');
 *     sketch.toBytes({ type: 'HLL_8' });
 *
 * @module
 */
export { DataSketchesHyperLogLog, type DataSketchesOptions } from './datasketches-hyperloglog.js';
export type { DataSketchesType } from './serialized.js';
