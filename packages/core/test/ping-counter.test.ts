import { codecLaws } from '@dsys/codec/testing';
import { describe, expect, test } from 'vitest';
import { decodeMessage, decodeSaved, encodeMessage, encodeSaved } from '../../../examples/ping-counter/bytes.js';
import type { PingMessage, Saved } from '../../../examples/ping-counter/core.js';
import { PING_DEFAULTS, pingCounter } from '../../../examples/ping-counter/protocol.js';

const options = { ...PING_DEFAULTS, timeoutMs: 100, spreadMs: 0 };
const recovery = { boot: 1, appliedIndex: 0, nextPosition: 1, snapshots: [], damage: null };
const begin = (id: string) => pingCounter.recover(options, { ...recovery, id }, [], 0).core;

describe('messages', () => {
  const samples: PingMessage[] = [
    { type: 'ask', term: 1, count: 0 },
    { type: 'pong', term: Number.MAX_SAFE_INTEGER, count: 300 },
  ];
  for (const { name, check } of codecLaws({ encode: encodeMessage, decode: decodeMessage, samples })) test(name, check);
});

describe('records', () => {
  const samples: Saved[] = [
    { term: 0, votedFor: null, count: 0 },
    { term: 7, votedFor: 'n2', count: 128 },
  ];
  for (const { name, check } of codecLaws({ encode: encodeSaved, decode: decodeSaved, samples })) test(name, check);
});

test('who times out asks for votes once its own is durable, and not before', () => {
  const n1 = begin('n1');
  expect(n1.deadline()).toBe(100);
  const writes = { term: 1, votedFor: 'n1', count: 0 };
  expect(n1.step({ type: 'timeout' }, 100)).toEqual([{ type: 'persist', id: 1, writes, essential: true }]);
  expect(n1.step({ type: 'persisted', id: 1, position: 1 }, 101)).toEqual([
    { type: 'send', to: ['n2', 'n3'], message: { type: 'ask', term: 1, count: 0 } },
  ]);
});

test('a vote is said once it is durable, and not before; it is given once a term', () => {
  const n2 = begin('n2');
  const ask: PingMessage = { type: 'ask', term: 1, count: 0 };
  const asked = n2.step({ type: 'receive', from: 'n1', message: ask }, 5);
  expect(asked).toEqual([{ type: 'persist', id: 1, writes: { term: 1, votedFor: 'n1', count: 0 }, essential: true }]);
  expect(n2.step({ type: 'receive', from: 'n3', message: ask }, 6)).toEqual([]);
  const vote = { type: 'send', to: 'n1', message: { type: 'vote', term: 1, count: 0 } };
  expect(n2.step({ type: 'persisted', id: 1, position: 1 }, 7)).toEqual([vote]);
  // Asked again, it says again what is on its disk.
  expect(n2.step({ type: 'receive', from: 'n1', message: ask }, 8)).toEqual([vote]);
});

test('the elected one counts pings once a majority has their number on disk, its own disk among them', () => {
  const n1 = begin('n1');
  n1.step({ type: 'timeout' }, 100);
  n1.step({ type: 'persisted', id: 1, position: 1 }, 101);
  expect(n1.step({ type: 'receive', from: 'n2', message: { type: 'vote', term: 1, count: 7 } }, 102)).toEqual([
    { type: 'event', event: { type: 'elected', term: 1 } },
    { type: 'send', to: ['n2', 'n3'], message: { type: 'ping', term: 1, count: 7 } },
  ]);
  const bytes = Uint8Array.of(1);
  expect(n1.step({ type: 'propose', commands: [1, 2].map((ref) => ({ ref, bytes })) }, 103)).toEqual([
    { type: 'persist', id: 2, writes: { term: 1, votedFor: 'n1', count: 9 }, essential: true },
    { type: 'send', to: ['n2', 'n3'], message: { type: 'ping', term: 1, count: 9 } },
  ]);
  const pong = { type: 'receive', message: { type: 'pong', term: 1, count: 9 } } as const;
  expect(n1.step({ ...pong, from: 'n2' }, 104), 'not without its own disk').toEqual([]);
  expect(n1.step({ ...pong, from: 'n3' }, 105)).toEqual([]);
  const [applied] = n1.step({ type: 'persisted', id: 2, position: 2 }, 106);
  expect(applied).toMatchObject({ type: 'apply', index: 9, entries: [{ index: 8 }, { index: 9 }], refs: [1, 2] });
});

/** An elected n1 with a ping on its way, at 110. */
function counting() {
  const n1 = begin('n1');
  n1.step({ type: 'timeout' }, 100);
  n1.step({ type: 'persisted', id: 1, position: 1 }, 101);
  n1.step({ type: 'receive', from: 'n2', message: { type: 'vote', term: 1, count: 0 } }, 102);
  n1.step({ type: 'propose', commands: [{ ref: 5, bytes: Uint8Array.of(1) }] }, 110);
  return n1;
}
const unknown = { type: 'answer', ref: 5, answer: { outcome: 'unknown' } };

test('whoever hears of a higher term steps down, and what it has not counted is unknown', () => {
  const [first] = counting().step({ type: 'receive', from: 'n3', message: { type: 'ping', term: 2, count: 4 } }, 120);
  expect(first).toEqual(unknown);
});

test('an elected one whose disk hangs steps down, so that another can be elected (R28)', () => {
  const n1 = counting();
  let [now, outputs] = [110, [] as unknown[]];
  while (now < 210 && !outputs.some((output) => (output as { type: string }).type === 'answer')) {
    now = n1.deadline()!;
    outputs = n1.step({ type: 'timeout' }, now);
  }
  expect(outputs).toEqual([unknown]);
  expect(now, 'no sooner than the patience of the others').toBeGreaterThanOrEqual(210);
  // Its disk gets no more to do meanwhile, and when it is back a new term begins.
  expect(n1.step({ type: 'timeout' }, n1.deadline()!)).toEqual([]);
  n1.step({ type: 'persisted', id: 2, position: 2 }, 400);
  expect(n1.step({ type: 'timeout' }, n1.deadline()! + 400)).toMatchObject([
    { type: 'persist', id: 3, writes: { term: 2 } },
  ]);
});

test('the first write of a term, and of a thousand, lets go of all before', () => {
  const n1 = counting();
  n1.step({ type: 'persisted', id: 2, position: 2 }, 111);
  const commands = Array.from({ length: 999 }, (_, ref) => ({ ref, bytes: new Uint8Array() }));
  expect(n1.step({ type: 'propose', commands }, 112)[0]).toMatchObject({ type: 'persist', id: 3, compactTo: 2 });
});

test('who is not elected says who is', () => {
  const n2 = begin('n2');
  n2.step({ type: 'receive', from: 'n1', message: { type: 'ping', term: 1, count: 0 } }, 5);
  expect(n2.step({ type: 'propose', commands: [{ ref: 1, bytes: new Uint8Array() }] }, 6)).toEqual([
    { type: 'answer', ref: 1, answer: { outcome: 'not-elected', elected: 'n1' } },
  ]);
});

test('nobody from outside is heard', () => {
  expect(begin('n2').step({ type: 'receive', from: 'n9', message: { type: 'ask', term: 1, count: 0 } }, 5)).toEqual([]);
});

test('a node that is none of the nodes, and a log that forgot, are refused', () => {
  expect(() => begin('n9')).toThrow('id must be one of the nodes: n1, n2, n3');
  const damaged = { ...recovery, id: 'n1', damage: { resumeAt: 3 } };
  expect(() => pingCounter.recover(options, damaged, [], 0)).toThrow('it may have forgotten a vote');
});
