/**
 * RedisBloom's filters: `RedisBloomFilter.fromChunks` reads what `BF.SCANDUMP` answered, `chunks()` is what `BF.LOADCHUNK` takes.
 *
 * @module
 */
export { BloomError, type BloomErrorCode } from '../errors.js';
export {
  type RedisBloomChunk,
  RedisBloomFilter,
  type RedisKey,
  type ReserveOptions,
} from './redis-bloom-filter.js';
