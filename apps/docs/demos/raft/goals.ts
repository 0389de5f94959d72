/** What to try with Raft. */
import type { RaftWords } from '@dsys/raft';
import type { Goal } from '../kit/run.js';
import type { Stage } from '../player/scene.js';
import { firstFallen, statesOf } from './say.js';
import { wordsOf } from './word-list.js';

const leads = (stage: Stage<RaftWords>): boolean => [...statesOf(stage).values()].some(({ role }) => role === 'leader');

/** How many have applied a word. */
const appliedBy = ({ world }: Stage<RaftWords>): number =>
  [...world.nodes.values()].filter(({ isUp, machine }) => isUp && wordsOf(machine).length > 0).length;

/** In the newest term several stand, everyone has voted, and nobody has a majority. */
function isSplit(stage: Stage<RaftWords>): boolean {
  const { nodes } = stage.world;
  const states = [...statesOf(stage).values()];
  const newest = Math.max(...states.map(({ term }) => term));
  const votes = states.filter(({ term, votedFor }) => term === newest && votedFor !== null);
  const counts = new Map<string, number>();
  for (const { votedFor } of votes) counts.set(votedFor!, (counts.get(votedFor!) ?? 0) + 1);
  return (
    counts.size > 1 && votes.length === nodes.size && Math.max(...counts.values()) < Math.floor(nodes.size / 2) + 1
  );
}

/** A follower took other entries in the place of its own. */
const hasHealed = (before: Stage<RaftWords>, after: Stage<RaftWords>): boolean => {
  const known = statesOf(before);
  return [...statesOf(after)].some(([id, is]) => {
    const was = known.get(id);
    const fallen = was === undefined ? null : firstFallen(was, is);
    return fallen !== null && fallen <= is.log.lastIndex;
  });
};

export const goals: readonly Goal<string, Stage<RaftWords>>[] = [
  {
    id: 'elect',
    title: 'Have a leader elected.',
    hint: 'Let a node time out and its disk flush; deliver RequestVote to another, let that disk flush, and deliver the vote.',
    reachedBy: (_before, _action, after) => leads(after),
  },
  {
    id: 'commit',
    title: 'Have a command applied by a majority.',
    hint: 'Propose to the leader. A majority must have the entry on disk; the others learn of the commit with the leader’s next message.',
    reachedBy: (_before, _action, after) => appliedBy(after) > after.world.nodes.size / 2,
  },
  {
    id: 'split',
    title: 'Split the vote: everyone has voted in a term, and nobody can win it.',
    hint: 'With three nodes, let all of them time out before a RequestVote arrives. The next one to time out begins a new term.',
    reachedBy: (_before, _action, after) => isSplit(after),
  },
  {
    id: 'heal',
    title: 'Heal a diverged log: a node gives up entries that were never committed, and takes the leader’s.',
    hint: 'Propose to a leader and lose its messages. Have another node elected; then let the new leader’s messages reach the old one.',
    reachedBy: (before, _action, after) => hasHealed(before, after),
  },
  {
    id: 'break',
    title: 'Break one of the five properties, in a broken variant.',
    hint: 'Two candidates of one term, and the third votes for both: it crashes in between. For the counting of old terms, follow Figure 8 of the paper.',
    reachedBy: (_before, _action, after) => after.world.violation() !== null,
  },
];
