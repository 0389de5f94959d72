import { below, seededRandom } from '@dsys/core';
import { expect, test } from 'vitest';
import { Agenda } from '../src/agenda.js';

test('what is due comes in the order of a sorted list, equals in the order in which they were entered', () => {
  const random = seededRandom(3);
  const agenda = new Agenda<number>();
  const list: { at: number; item: number }[] = [];
  for (let item = 0; item < 3_000; item++) {
    if (list.length > 0 && below(random, 5) < 2) {
      expect(agenda.nextAt).toBe(list[0]!.at);
      expect(agenda.take()).toBe(list.shift()!.item);
    } else {
      const at = below(random, 40);
      agenda.add(at, item);
      const place = list.findIndex((each) => each.at > at);
      list.splice(place === -1 ? list.length : place, 0, { at, item });
    }
    expect(agenda.size).toBe(list.length);
  }
  while (list.length > 0) expect(agenda.take()).toBe(list.shift()!.item);
  expect(agenda.nextAt).toBe(Number.POSITIVE_INFINITY);
});
