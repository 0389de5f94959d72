import { expect, test } from 'vitest';
import { diagramOfTrace, type TracedEvent } from '../src/index.js';

const event = (node: string, type: string, more: Partial<TracedEvent> = {}): TracedEvent => ({
  at: 1_500,
  node,
  type,
  peers: [],
  text: '',
  state: null,
  clock: null,
  ...more,
});
const send = (count: number): TracedEvent => event('a', 'send', { peers: ['b'], text: 'ping', clock: { a: count } });
const receive = (seen: number, mine: number): TracedEvent =>
  event('b', 'receive', { peers: ['a'], text: 'ping', clock: { a: seen, b: mine } });

test('an arrow ends where its message came, which the clocks say when two say the same', () => {
  const { diagram } = diagramOfTrace([send(1), send(2), receive(1, 1), receive(2, 2)]);
  expect(diagram.arrows.map(({ sentAt, endedAt }) => [sentAt, endedAt])).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

test('a copy comes from the same sending; what did not come is on its way, or lost', () => {
  const lost = event('a', 'lost', { peers: ['b'], text: 'ping' });
  const { diagram } = diagramOfTrace([send(1), receive(1, 1), receive(1, 2), send(2), lost, send(3)]);
  expect(diagram.arrows.map(({ sentAt, endedAt, isLost }) => [sentAt, endedAt, isLost])).toEqual([
    [1, 2, false],
    [1, 3, false],
    [4, 5, true],
    [6, null, false],
  ]);
});

test('a node is down from its crash to its next start; what broke is marked', () => {
  const { diagram, brokenAt, nodes } = diagramOfTrace([
    event('b', 'start'),
    event('a', 'start'),
    event('a', 'crash'),
    event('a', 'start', { state: 'waiting', clock: { a: 3 } }),
    event('b', 'broken', { text: 'one is elected: two are' }),
  ]);
  expect(nodes).toEqual(['b', 'a']);
  expect(diagram.downs).toEqual([{ node: 'a', from: 3, to: 4 }]);
  expect(brokenAt).toBe(5);
  expect(diagram.rows[3]!.title).toBe('1.500 ms: a start; now waiting; clock a:3');
});

test('a message as JSON is told by its values', () => {
  const said = event('a', 'send', { peers: ['b'], text: '{"type":"yes","tx":"t1"}' });
  const { diagram } = diagramOfTrace([event('b', 'start'), said]);
  expect(diagram.arrows[0]!.label).toBe('yes t1');
});
