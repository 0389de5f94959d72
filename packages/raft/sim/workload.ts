/** What clients of simulated clusters do, and what to make of what they saw. */
import { keyValue, linearizable } from '@dsys/check';
import { below, type Random } from '@dsys/core';
import type { HistoryEvent, Judgement, Workload } from '@dsys/sim';
import { decodeResult, type RaftWords } from '../src/index.js';
import { bytesOf, type Command, KEYS, SESSIONS, valueIn } from './store.js';

/** Commands are proposed; reads are asked for on any node, and read its state machine when it says so. */
export type Op = Command | { readonly f: 'read'; readonly key: number };

/** So few that a `cas` meets what it expects now and then, and so many that an old value shows. */
const VALUES = 12;

export const workload: Workload<RaftWords, Op> = {
  next(random, client, count) {
    const place = client % SESSIONS;
    const pair = count >> 1;
    // The second of a pair asks for the same command again, whatever became of the first.
    if ((pair + place) % 4 === 0) return { f: 'add', session: place + 1, sequence: 2 * pair + 1 };
    const key = below(random, KEYS);
    const kind = below(random, 10);
    if (kind < 5) return { f: 'read', key };
    if (kind < 7) return { f: 'cas', key, from: drawValue(random), to: drawValue(random) };
    return { f: 'write', key, value: drawValue(random) };
  },
  describe(op) {
    switch (op.f) {
      case 'read':
        return { f: 'read', key: `${op.key}` };
      case 'write':
        return { f: 'write', key: `${op.key}`, value: op.value };
      case 'cas':
        return { f: 'cas', key: `${op.key}`, value: [op.from, op.to] };
      case 'add':
        return { f: 'add', key: `${op.session}.${op.sequence}` };
    }
  },
  input(op, ref) {
    return op.f === 'read' ? { type: 'read', ref } : { type: 'propose', commands: [{ ref, bytes: bytesOf(op) }] };
  },
  outcome(op, answer, machine) {
    switch (answer.outcome) {
      case 'readable':
        return { type: 'ok', value: op.f === 'read' ? valueIn(machine, op.key) : null };
      case 'applied':
        return resultOf(op, answer.result);
      case 'unknown':
        return { type: 'info' };
      default:
        return { type: 'fail' };
    }
  },
};

const drawValue = (random: Random): number => 1 + below(random, VALUES);

function resultOf(op: Op, result: Uint8Array): ReturnType<Workload<RaftWords, Op>['outcome']> {
  switch (op.f) {
    case 'cas':
      return { type: 'ok', value: result[0] === 1 ? [op.from, op.to] : false };
    case 'add': {
      const said = decodeResult(result);
      return said.outcome === 'applied' ? { type: 'ok', value: said.result.join() } : { type: 'fail' };
    }
    default:
      return { type: 'ok', value: op.f === 'write' ? op.value : null };
  }
}

/** Registers are linearizable, each by itself. Tokens of sessions are looked after by the state machine and a monitor. */
export const judge = (history: readonly HistoryEvent[]): Judgement =>
  linearizable(
    history.filter(({ f }) => f !== 'add'),
    keyValue,
  );
