/** What to try with Raft. */
import type { RaftWords } from '@dsys/raft';
import type { SceneGoal, Stage } from '../player/scene.js';
import { OVERWRITTEN } from './figure8.js';
import { firstFallen, statesOf } from './say.js';
import { applied, election, figure8, healed, split, votedTwice } from './scenarios.js';
import { wordsOf } from './word-list.js';

const leads = (stage: Stage<RaftWords>): boolean => [...statesOf(stage).values()].some(({ role }) => role === 'leader');

/** How many have applied a word. */
const appliedBy = ({ world }: Stage<RaftWords>): number =>
  [...world.nodes.values()].filter(({ isUp, machine }) => isUp && wordsOf(machine).length > 0).length;

/** How many events the splitting of a vote may take. */
const SPLIT_WITHIN = 10;

/** In the newest term several stand, everyone has voted, on disk, and nobody has a majority. */
function isSplit(stage: Stage<RaftWords>): boolean {
  const { nodes } = stage.world;
  const states = [...statesOf(stage).values()];
  const newest = Math.max(...states.map(({ term }) => term));
  const votes = states.filter(({ durable }) => durable.term === newest && durable.votedFor !== null);
  const counts = new Map<string, number>();
  for (const {
    durable: { votedFor },
  } of votes)
    counts.set(votedFor!, (counts.get(votedFor!) ?? 0) + 1);
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

const times = (world: Stage<RaftWords>['world']): number => world.sometimes()[OVERWRITTEN] ?? 0;

export const goals: readonly SceneGoal<RaftWords>[] = [
  {
    id: 'elect',
    title: 'Have a leader elected.',
    hint: 'Let a node time out and its disk flush; deliver RequestVote to another, let that disk flush, and deliver the vote.',
    solution: election,
    reachedBy: (_before, _action, after) => leads(after),
  },
  {
    id: 'commit',
    title: 'Have a command applied by a majority.',
    hint: 'Propose to the leader. A majority must have the entry on disk; the others learn of the commit with the leader’s next message.',
    solution: applied,
    reachedBy: (_before, _action, after) => appliedBy(after) > after.world.nodes.size / 2,
  },
  {
    id: 'split',
    title: 'Split the vote in ten events: every vote of a term is on disk, and nobody can win it.',
    hint: 'Let several time out before a RequestVote arrives. The next one to time out begins a new term.',
    solution: split,
    reachedBy: (_before, _action, after) => after.events <= SPLIT_WITHIN && isSplit(after),
  },
  {
    id: 'heal',
    title: 'Heal a diverged log: a node gives up entries that were never committed, and takes the leader’s.',
    hint: 'Cut a leader off, and propose to it. Have another node elected; then mend the links, and let the new leader’s messages reach the old one.',
    solution: healed,
    reachedBy: (before, _action, after) => hasHealed(before, after),
  },
  {
    id: 'figure-8',
    title: 'Figure 8: have an entry that a majority has on disk overwritten, while all five properties hold.',
    hint: 'n1 leads and crashes with an entry of its own; n3 leads a later term, likewise. n1 leads again and sends its old entry to n2, but nothing of its new term; n3 comes back, and is elected by n2.',
    solution: figure8,
    reachedBy: ({ world: before }, _action, { world: after }) =>
      after.violation() === null && times(after) > times(before),
  },
  {
    id: 'break',
    title: 'Break one of the five properties, in a broken variant.',
    hint: 'Two candidates of one term, and the third votes for both: it crashes in between. For the counting of old terms, follow Figure 8 of the paper.',
    solution: votedTwice,
    reachedBy: (_before, _action, after) => after.world.violation() !== null,
  },
];
