/** Nodes whose disks have lost what was durable: what none of them may do, and what should happen to some. */
import type { Monitor } from '@dsys/sim';
import type { RaftWords } from '../src/index.js';
import { stateOf } from './variants.js';

const SIGHTS = {
  damaged: 'a disk has lost what was durable',
  voteLost: 'a damaged disk has lost its term',
  refused: 'a node in doubt refuses a vote',
  crashed: 'a node in doubt crashes, and is in doubt again',
  fetched: 'a committed entry is fetched back',
  repaired: 'a node in doubt is whole again',
  bySnapshot: 'a node in doubt is sent a snapshot',
} as const;

interface Known {
  readonly inDoubt: boolean;
  readonly term: number;
  /** The highest index that it knew to be committed and had on its disk. */
  readonly hadIndex: number;
  /** What was left of that when it was damaged. */
  readonly leftIndex: number;
}

/** A node in doubt votes for nobody, stands for nothing, acknowledges no entry and confirms no leader. */
export const doubtIsKept: Monitor<RaftWords, Readonly<Record<string, Known>>> = {
  name: 'a node in doubt claims nothing',
  init: {},
  sometimes: Object.values(SIGHTS),
  observe(nodes, event, report) {
    if (event.type !== 'stepped') return nodes;
    const { node, input, outputs } = event;
    const s = stateOf(event.core);
    const before = nodes[node] ?? { inDoubt: false, term: 0, hadIndex: 0, leftIndex: 0 };
    let { hadIndex, leftIndex } = before;
    const inDoubt = s.doubt !== null;
    if (input === null && inDoubt) {
      report.sometimes(before.inDoubt ? SIGHTS.crashed : SIGHTS.damaged);
      if (s.term < before.term) report.sometimes(SIGHTS.voteLost);
      if (!before.inDoubt) leftIndex = s.doubt!.keptIndex;
    }
    if (inDoubt && s.role !== 'follower') report.broken(`${node} is in doubt, and a ${s.role}.`);
    for (const output of outputs) {
      if (output.type === 'event' && output.event.type === 'damage' && output.event.what === 'repaired') {
        report.sometimes(SIGHTS.repaired);
        if (hadIndex > leftIndex) report.sometimes(SIGHTS.fetched);
      }
      if (!inDoubt) continue;
      if (output.type === 'install' && input !== null) report.sometimes(SIGHTS.bySnapshot);
      if (output.type !== 'send') continue;
      const { message } = output;
      const claims =
        message.type === 'requestVote' ||
        message.type === 'preVote' ||
        message.type === 'appendEntries' ||
        // That an append is of an earlier term may be said, in round 0.
        (message.type === 'appendEntriesResult' && (message.result.matched || message.round > 0)) ||
        ((message.type === 'vote' || message.type === 'preVoteResult') && message.granted);
      if (claims) report.broken(`${node} is in doubt, and says ${JSON.stringify(message)}.`);
      if (message.type === 'vote') report.sometimes(SIGHTS.refused);
    }
    hadIndex = Math.max(hadIndex, Math.min(s.commitIndex, s.durable.lastIndex));
    const { term } = s;
    if (
      inDoubt === before.inDoubt &&
      term === before.term &&
      hadIndex === before.hadIndex &&
      leftIndex === before.leftIndex
    )
      return nodes;
    return { ...nodes, [node]: { inDoubt, term, hadIndex, leftIndex } };
  },
  fingerprint: () => '',
};
