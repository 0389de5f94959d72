import { expect, test } from 'vitest';
import { Ring, type RingChanged, RingManager } from '../src/index.js';

const manager = () => new RingManager(Ring.of(['a', 'b', 'c']));

test('each change is a new ring, a new epoch and one event', () => {
  const held = manager();
  const first = held.ring;
  const events: RingChanged<string>[] = [];
  held.on('change', (change) => events.push(change));
  held.add('d');
  held.remove('a');
  held.reweight('b', 2);
  held.apply({ remove: ['b'], add: ['e', 'f'] });
  held.replaceAll(['x', 'y']);
  expect(held.epoch).toBe(5);
  expect(events.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
  expect(events.map(({ after }) => after.nodes)).toEqual([
    ['a', 'b', 'c', 'd'],
    ['b', 'c', 'd'],
    ['b', 'c', 'd'],
    ['c', 'd', 'e', 'f'],
    ['x', 'y'],
  ]);
  expect(events[0]!.before).toBe(first);
  for (const [i, { before }] of events.slice(1).entries()) expect(before).toBe(events[i]!.after);
  expect(held.ring).toBe(events[4]!.after);
  expect(first.nodes).toEqual(['a', 'b', 'c']);
});

test('the event offers the migration plan, with the options that one asks for', () => {
  const held = manager();
  let change: RingChanged<string> | undefined;
  held.on('change', (told) => {
    change = told;
  });
  held.add('d');
  expect(change!.plan().moved).toBe(held.ring.ownership().nodes[3]!.share);
  expect(change!.plan({ replicas: 2 }).moved).toBeGreaterThan(change!.plan().moved);
});

test('it answers from the ring in force', () => {
  const held = manager();
  held.remove('a');
  expect(held.owner('key')).toBe(held.ring.owner('key'));
  expect(held.owners('key', { n: 2 })).toEqual(held.ring.owners('key', { n: 2 }));
  expect(held.preview({ remove: ['b'] })).toEqual(held.ring.preview({ remove: ['b'] }));
});

test('a change that fails leaves ring and epoch as they were, and tells nobody', () => {
  const held = manager();
  const { ring } = held;
  held.on('change', () => expect.unreachable());
  const attempts = [
    () => held.add('a'),
    () => held.remove('x'),
    () => held.reweight('a', 0),
    () => held.apply({ remove: ['a'], add: ['b'] }),
    () => held.apply({ remove: ['a', 'b', 'c'] }),
    () => held.replaceAll(['x', 'x']),
    () => held.replaceAll([]),
  ];
  for (const attempt of attempts) expect(attempt).toThrow();
  expect(held.ring).toBe(ring);
  expect(held.epoch).toBe(0);
});

test('a listener sees the ring already swapped, and may change it: the others hear of both changes in order', () => {
  const held = manager();
  const heard: string[] = [];
  held.on('change', ({ epoch, after }) => {
    expect(held.ring.size).toBeGreaterThanOrEqual(after.size);
    heard.push(`first ${epoch}`);
    if (epoch === 1) held.add('e');
  });
  held.on('change', ({ epoch }) => heard.push(`second ${epoch}`));
  held.add('d');
  expect(heard).toEqual(['first 1', 'second 1', 'first 2', 'second 2']);
  expect(held.ring.nodes).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a listener that throws keeps no other from being told, and the change stands', () => {
  const held = manager();
  const heard: number[] = [];
  const broken = new Error('broken listener');
  const stop = held.on('change', () => {
    throw broken;
  });
  held.on('change', ({ epoch }) => heard.push(epoch));
  expect(() => held.add('d')).toThrow(broken);
  held.on('change', () => {
    throw new Error('another');
  });
  expect(() => held.add('e')).toThrow(AggregateError);
  stop();
  stop();
  expect(() => held.add('f')).toThrow('another');
  expect(heard).toEqual([1, 2, 3]);
  expect(held.ring.size).toBe(6);
});
