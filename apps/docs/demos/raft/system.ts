/**
 * Raft as a system to be run in a world: the real core, a list of words as its state machine, and the five safety
 * properties as monitors. Chance is taken out of its timeouts, since whoever holds the world decides when they fire.
 */
import type { Protocol } from '@dsys/core';
import { type RaftOptions, type RaftWords, raft } from '@dsys/raft';
import type { System } from '@dsys/sim';
import { countsOldTerms, forgetsItsVote, speaksEarly } from './broken.js';
import { figure8 } from './figure8.js';
import { properties } from './properties.js';
import { wordList, wordsOf } from './word-list.js';

/** What a node is asked: to add a word to the list, to read the list, or to take a snapshot of it, which is not answered. */
export type Op = { readonly propose: string } | 'read' | 'snapshot';

const TEXTS = { read: { f: 'read' }, snapshot: { f: 'snapshot' } } as const;

const CORRECT: Protocol<RaftWords> = raft({ cluster: 'demo' });

/** As in Figure 2: no question before an election, a leader that stays until it hears of a later term. One entry a message. */
const PAPER: Partial<RaftOptions> = {
  electionTimeoutMs: { min: 300, max: 300 },
  preVote: false,
  checkQuorum: false,
  appendBytes: 1,
  snapshotAfterBytes: null, // Only when it is asked for, and then the log before it goes.
  keepBytes: 0,
  hungDiskMs: 86_400_000, // A disk takes as long as one likes.
};

/** Nodes n1, n2 and so on. */
export function raftSystem(
  nodeCount: number,
  options: Partial<RaftOptions> = {},
  protocol: Protocol<RaftWords> = CORRECT,
): System<RaftWords, Op> {
  const nodes = Array.from({ length: nodeCount }, (_, i) => `n${i + 1}`);
  const bootstrap = { voters: nodes.map((id) => ({ id, incarnation: 1, address: id })), outgoing: null, learners: [] };
  return {
    name: 'raft',
    protocol,
    nodes,
    options: () => ({ ...PAPER, bootstrap, ...options }),
    machine: () => wordList([]),
    monitors: [...properties, figure8(nodeCount)],
    workload: {
      next: () => 'read',
      describe: (op) => (typeof op === 'string' ? TEXTS[op] : { f: 'propose', value: op.propose }),
      input(op, ref) {
        if (op === 'snapshot') return { type: 'takeSnapshot' };
        if (op === 'read') return { type: 'read', ref };
        return { type: 'propose', commands: [{ ref, bytes: new TextEncoder().encode(op.propose) }] };
      },
      outcome(_op, answer, machine) {
        switch (answer.outcome) {
          case 'applied':
            return { type: 'ok', value: new TextDecoder().decode(answer.result) };
          case 'readable':
            return { type: 'ok', value: wordsOf(machine).join(' ') || 'nothing yet' };
          case 'unknown':
            return { type: 'info' };
          case 'not-leader':
            return { type: 'fail', value: answer.hint === null ? 'no leader is known' : `ask ${answer.hint}` };
          default:
            return { type: 'fail', value: answer.outcome };
        }
      },
    },
  };
}

export const threeNodes: System<RaftWords, Op> = raftSystem(3);
export const fiveNodes: System<RaftWords, Op> = raftSystem(5);
/** As the package is by default. */
export const withPreVote: System<RaftWords, Op> = raftSystem(3, { preVote: true, checkQuorum: true });
export const oldTermsCounted: System<RaftWords, Op> = raftSystem(3, {}, countsOldTerms(CORRECT));
export const voteForgotten: System<RaftWords, Op> = raftSystem(3, {}, forgetsItsVote(CORRECT));
export const spokenEarly: System<RaftWords, Op> = raftSystem(3, {}, speaksEarly(CORRECT));
