/**
 * States of hash4j, Dynatrace's sketches for Java: `UltraLogLog.getState()` and `HyperLogLog.getState()`, read and
 * written. A state has no header; its length tells the precision. Which function hashed the items it doesn't tell: the
 * sketches here continue one if that was XXH64 with seed 0 (`Hashing.xxh64()`), over a key's bytes.
 *
 * @module
 */
export { type Hash4jOptions, hash4jState, hyperLogLogOfHash4j, ultraLogLogOfHash4j } from './states.js';
