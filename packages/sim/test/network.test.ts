import { describe, expect, test } from 'vitest';
import { digestOf, Network } from '../src/index.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('frames in a bag', () => {
  test('are there once each, under names that say link and bytes, and delivery takes them out', () => {
    const network = new Network('bag');
    const first = network.send('a', 'b', bytes(1), 'control')!;
    const second = network.send('a', 'b', bytes(1), 'control')!;
    const other = network.send('b', 'a', bytes(1), 'bulk')!;
    expect(first.id).toMatch(/^a>b:[0-9a-f]{8}$/);
    expect(second.id).toBe(`${first.id}.1`);
    expect(other.lane).toBe('bulk');
    expect(network.inOrder()).toEqual([first, second, other]);
    expect(network.take(first.id)).toBe(first);
    expect(network.get(first.id)).toBeUndefined();
    expect(network.inOrder()).toEqual([second, other]);
  });

  test('keep their names whatever happened to earlier ones', () => {
    const network = new Network('bag');
    const first = network.send('a', 'b', bytes(1), 'control')!;
    network.drop(first.id);
    expect(network.send('a', 'b', bytes(1), 'control')!.id).toBe(`${first.id}.1`);
  });
});

describe('frames in a set', () => {
  test('are there for ever, and once', () => {
    const network = new Network('set');
    const frame = network.send('a', 'b', bytes(1), 'control')!;
    expect(network.send('a', 'b', bytes(1), 'control')).toBeNull();
    expect(network.take(frame.id)).toBe(frame);
    expect(network.get(frame.id)).toBe(frame);
  });

  test('with one digest and other bytes are two', () => {
    // Found by trying.
    const [one, other] = [bytes(7, 225, 87, 1, 3, 1, 2), bytes(7, 119, 15, 1, 3, 1, 2)];
    expect(digestOf(one)).toBe(digestOf(other));
    const network = new Network('set');
    const frame = network.send('a', 'b', one, 'control')!;
    const second = network.send('a', 'b', other, 'control')!;
    expect(second.id).toBe(`${frame.id}.1`);
    expect(network.send('a', 'b', other, 'control')).toBeNull();
  });
});

test('a frame without a name is its sender’s to hold', () => {
  const network = new Network('unnamed');
  expect(network.send('a', 'b', bytes(1), 'control')).toMatchObject({ id: '', from: 'a', to: 'b' });
  expect(network.inOrder()).toEqual([]);
});

test('links are cut one way, and a copy of the network has its own', () => {
  const network = new Network('bag');
  network.cut('a', 'b');
  const copy = network.clone();
  network.send('a', 'b', bytes(1), 'control');
  copy.heal('a', 'b');
  copy.cut('b', 'a');
  expect([network.isCut('a', 'b'), network.isCut('b', 'a'), network.cutLinks()]).toEqual([true, false, ['a>b']]);
  expect([copy.isCut('a', 'b'), copy.isCut('b', 'a'), copy.inOrder()]).toEqual([false, true, []]);
});
