import { RedisHyperLogLog } from '@dsys/hll/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith, pathOf, REDIS } from './programs.js';
import { RedisServer } from './redis-server.js';

const keys = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `visitor:${from + i}`);
const of = (elements: readonly string[]): RedisHyperLogLog => {
  const sketch = RedisHyperLogLog.create();
  sketch.addMany(elements);
  return sketch;
};

describeWith([REDIS], 'Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start(pathOf(REDIS));
  });
  afterAll(() => redis?.stop());

  const pfadd = async (key: string, elements: readonly string[]): Promise<void> => {
    await redis.call('DEL', key);
    for (let i = 0; i === 0 || i < elements.length; i += 1000)
      await redis.call('PFADD', key, ...elements.slice(i, i + 1000));
  };
  const got = async (key: string): Promise<RedisHyperLogLog> =>
    RedisHyperLogLog.fromBytes((await redis.call('GET', key)) as Buffer);

  test.each([0, 1, 7, 100, 1000, 1500, 3000, 50_000])(
    '%i elements: PFCOUNT of our bytes, our count of theirs',
    async (n) => {
      const ours = of(keys(0, n));
      await pfadd('theirs', keys(0, n));
      const theirs = await got('theirs');
      expect(theirs.registers()).toEqual(ours.registers());
      const counted = await redis.call('PFCOUNT', 'theirs');
      expect(Number(theirs.pfcount())).toBe(counted);
      // With the count that we cached, without it, and in either form.
      await redis.call('SET', 'ours', ours.toBytes());
      expect(await redis.call('PFCOUNT', 'ours')).toBe(counted);
      await redis.call('SET', 'ours', ours.toBytes({ cacheCount: false }));
      expect(await redis.call('PFCOUNT', 'ours')).toBe(counted);
      await redis.call('SET', 'ours', ours.toBytes({ encoding: 'dense', cacheCount: false }));
      expect(await redis.call('PFCOUNT', 'ours')).toBe(counted);
      await redis.call('SET', 'ours', ours.toBytes({ encoding: 'sparse', cacheCount: false }));
      expect(await redis.call('PFCOUNT', 'ours')).toBe(counted);
    },
  );

  test('elements go on being added to our bytes by PFADD', async () => {
    await redis.call('SET', 'mixed', of(keys(0, 900)).toBytes());
    expect(await redis.call('PFADD', 'mixed', ...keys(0, 900))).toBe(0);
    for (let i = 900; i < 4000; i += 500) await redis.call('PFADD', 'mixed', ...keys(i, Math.min(i + 500, 4000)));
    expect((await got('mixed')).registers()).toEqual(of(keys(0, 4000)).registers());
  });

  test.each([
    [500, 800],
    [500, 20_000],
    [20_000, 30_000],
  ])('PFMERGE of our %i and their %i, and ours of both', async (n, k) => {
    const ours = of(keys(0, n));
    await redis.call('SET', 'ours', ours.toBytes());
    await pfadd('theirs', keys(n / 2, k));
    await redis.call('DEL', 'both');
    await redis.call('PFMERGE', 'both', 'ours', 'theirs');
    const merged = ours.copy().merge(await got('theirs'));
    expect((await got('both')).registers()).toEqual(merged.registers());
    expect(await redis.call('PFCOUNT', 'both')).toBe(Number(merged.pfcount()));
    expect(await redis.call('PFCOUNT', 'ours', 'theirs')).toBe(Number(merged.pfcount()));
  });

  test('Redis calls invalid what we refuse', async () => {
    const bytes = of(keys(0, 10)).toBytes();
    await redis.call('SET', 'cut', bytes.subarray(0, bytes.length - 1));
    await redis.call(
      'SET',
      'cut',
      Buffer.concat([bytes.subarray(0, 8), Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]), bytes.subarray(16, -1)]),
    );
    await expect(redis.call('PFCOUNT', 'cut')).rejects.toThrow(/INVALIDOBJ/);
    expect(() => RedisHyperLogLog.fromBytes(bytes.subarray(0, bytes.length - 1))).toThrow(/run/);
  });
});
