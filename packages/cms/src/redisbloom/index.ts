/**
 * `@dsys/cms/redisbloom`: count-min sketches of RedisBloom (`CMS.*`), read from DUMP and written for RESTORE, counter for
 * counter what the server would have.
 *
 * @module
 */
export type { Count } from '../shape.js';
export { type DumpOptions, RedisBloomCountMin, type RedisBloomShape } from './redisbloom-count-min.js';
