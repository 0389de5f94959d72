import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecentAnswers } from '../../src/compat/npm-cache.js';

describe('the recent answers', () => {
  test('are what was set, and never more than may be kept', () => {
    const asked = fc.array(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), asked, (size, keys) => {
        const recent = new RecentAnswers(size);
        for (const key of keys) {
          expect([undefined, `answer ${key}`]).toContain(recent.get(key));
          recent.set(key, `answer ${key}`);
          expect(recent.count).toBeLessThanOrEqual(size);
        }
      }),
    );
  });

  test('keep what is asked again and again through any number of other keys', () => {
    const recent = new RecentAnswers(10);
    recent.set('often', 'a');
    for (let i = 0; i < 1000; i++) {
      recent.set(`once ${i}`, 'b');
      expect(recent.get('often')).toBe('a');
    }
  });

  test('are those of the last half of the size at least', () => {
    const recent = new RecentAnswers(10);
    for (let i = 0; i < 100; i++) {
      recent.set(`${i}`, `${i}`);
      for (let j = Math.max(0, i - 4); j <= i; j++) expect(recent.get(`${j}`)).toBe(`${j}`);
    }
  });

  test('are none with a size of 0, and none after clear', () => {
    const none = new RecentAnswers(0);
    none.set('a', 'b');
    expect([none.get('a'), none.count]).toEqual([undefined, 0]);
    const some = new RecentAnswers(Number.POSITIVE_INFINITY);
    some.set('__proto__', 'b');
    expect(some.get('__proto__')).toBe('b');
    some.clear();
    expect([some.get('__proto__'), some.count]).toEqual([undefined, 0]);
  });
});
