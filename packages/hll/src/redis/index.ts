/**
 * The HyperLogLog of Redis and Valkey: counts what PFADD would count, register for register, and reads and writes the
 * strings that GET and SET carry.
 *
 *     const visitors = RedisHyperLogLog.fromBytes(await redis.getBuffer('visitors'));
 *     visitors.add('203.0.113.9');
 *     await redis.set('visitors', Buffer.from(visitors.toBytes()));         PFCOUNT and PFMERGE take it
 *
 * @module
 */
export type { RedisEncoding } from './hyll.js';
export { type RedisBytesOptions, RedisHyperLogLog } from './redis-hyperloglog.js';
