import { expect, test } from 'vitest';
import { measure } from '../src/measure.js';
import { median, quantile } from '../src/numbers.js';

/** A clock that only the contenders move: `takes(2)` is a run of two seconds. */
function handClock() {
  let now = 0;
  return { read: () => now, takes: (seconds: number) => () => void (now += seconds) };
}

test('contenders run in turn, and every round has a run of each', async () => {
  const order: string[] = [];
  await measure({
    title: 't',
    unit: 'runs',
    operations: 1,
    rounds: 2,
    warmup: 1,
    contenders: ['a', 'b'].map((name) => ({ name, run: (round: number) => order.push(`${name}${round}`) })),
  });
  expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
});

test('a contender that does a tenth of the operations is not taken for ten times as fast', async () => {
  const clock = handClock();
  const measured = await measure(
    {
      title: 't',
      unit: 'loops',
      operations: 2_000,
      contenders: [
        { name: 'all', run: clock.takes(10) },
        { name: 'tenth', run: clock.takes(1), operations: 200 },
      ],
      baseline: 'tenth',
    },
    clock.read,
  );
  expect(measured.figures.map((f) => f.perSecond)).toEqual([200, 200]);
  expect(measured.figures[0]!.ratio).toBe(1);
});

test('the ratio is the median of the ratios within the rounds, so a machine that slows down changes nothing', async () => {
  const clock = handClock();
  const measured = await measure(
    {
      title: 't',
      unit: 'loops',
      operations: 1,
      rounds: 3,
      warmup: 0,
      contenders: [
        { name: 'ours', run: (round) => clock.takes(1 + 10 * round)() },
        { name: 'theirs', run: (round) => clock.takes(3 * (1 + 10 * round))() },
      ],
      baseline: 'theirs',
      atLeast: 3.5,
    },
    clock.read,
  );
  expect(measured.figures[0]!.ratio).toBeCloseTo(3, 9);
  expect(measured.target).toEqual({ atLeast: 3.5, reached: false });
});

test('an unknown baseline and two contenders of one name are mistakes', async () => {
  const one = { name: 'a', run: () => 0 };
  const base = { title: 't', unit: 'u', operations: 1, rounds: 1, warmup: 0 };
  await expect(measure({ ...base, contenders: [one], baseline: 'b' })).rejects.toThrow('no contender is named "b"');
  await expect(measure({ ...base, contenders: [one, one] })).rejects.toThrow('same name');
});

test('median and quantile interpolate between ranks', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
});
