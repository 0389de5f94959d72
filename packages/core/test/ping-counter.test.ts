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
