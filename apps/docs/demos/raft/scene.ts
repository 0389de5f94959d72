/** Raft in the player. */
import type { RaftWords } from '@dsys/raft';
import type { NodeLook, Scene, Stage, Variant } from '../player/scene.js';
import { stateOf } from './broken.js';
import { goals } from './goals.js';
import { changesOf, labelOfMessage, ROLES } from './say.js';
import { fiveNodes, oldTermsCounted, spokenEarly, threeNodes, voteForgotten, withPreVote } from './system.js';
import { wordsOf } from './word-list.js';

/** Before the reader begins, each node has its first entry on its disk: who is in the cluster. */
const opened = (variant: Omit<Variant<RaftWords>, 'opening'>): Variant<RaftWords> => ({
  ...variant,
  opening: variant.system.nodes.map((id) => `flushed ${id}`),
});

const TONES = { follower: 'plain', preCandidate: 'asks', candidate: 'asks', leader: 'leads' } as const;
const saved = ({ term, votedFor }: { readonly term: number; readonly votedFor: string | null }, lastIndex: number) =>
  `term ${term}, votedFor ${votedFor ?? '–'}, log to ${lastIndex}`;

/** The next letter that nobody has proposed. */
function nextLetter({ world }: Stage<RaftWords>): string {
  const count = world.history().filter(({ type, f }) => type === 'invoke' && f === 'propose').length;
  return String.fromCharCode(97 + (count % 26)) + (count < 26 ? '' : Math.floor(count / 26));
}

export const raftScene: Scene<RaftWords> = {
  name: 'raft',
  version: 1,
  variants: [
    { id: 'three', title: 'three nodes, as in Figure 2 of the paper', fault: null, system: threeNodes },
    { id: 'five', title: 'five nodes', fault: null, system: fiveNodes, exported: 'fiveNodes' },
    {
      id: 'pre-vote',
      title: 'three nodes, with pre-vote and check-quorum',
      fault: null,
      system: withPreVote,
      exported: 'withPreVote',
    },
    {
      id: 'old-terms',
      title: 'broken: it commits by counting old terms',
      fault: 'a leader commits an entry of any term once a majority has it.',
      system: oldTermsCounted,
      exported: 'oldTermsCounted',
    },
    {
      id: 'forgetful',
      title: 'broken: it forgets its vote when it restarts',
      fault: 'a node that comes back has forgotten whom it voted for.',
      system: voteForgotten,
      exported: 'voteForgotten',
    },
    {
      id: 'early',
      title: 'broken: it speaks before its disk has it',
      fault: 'a node votes, asks and acknowledges before its disk has what that rests on.',
      system: spokenEarly,
      exported: 'spokenEarly',
    },
  ].map(opened),
  look({ executor, machine }): NodeLook {
    const state = stateOf(executor!.core);
    const { log, durable, commitIndex, snapshot } = state;
    return {
      role: ROLES[state.role],
      tone: TONES[state.role],
      memory: saved(state, log.lastIndex),
      disk: saved(durable, durable.lastIndex),
      facts: [
        ['commitIndex', `${commitIndex}`],
        ['applied', wordsOf(machine).join(' ') || 'nothing'],
        ...(snapshot === null ? [] : [['snapshot', `of all up to ${snapshot.index}`] as const]),
      ],
      cells: log.slice(log.firstIndex, log.lastIndex).map(({ index, term, kind, bytes }) => ({
        key: index,
        head: `${term}`,
        text: kind === 'command' ? new TextDecoder().decode(bytes) : kind === 'noop' ? '∅' : 'C',
        isCommitted: index <= commitIndex,
        isDurable: index <= durable.lastIndex,
        title: `entry ${index}, term ${term}: ${
          kind === 'command' ? `“${new TextDecoder().decode(bytes)}”` : kind === 'noop' ? 'nothing' : 'configuration'
        }; ${index <= commitIndex ? 'committed' : 'not committed'}; ${
          index <= durable.lastIndex ? 'on disk' : 'not yet on disk'
        }`,
      })),
    };
  },
  label: labelOfMessage,
  changes: changesOf,
  asks: (stage) => [
    { op: { propose: nextLetter(stage) }, title: `Propose ${nextLetter(stage)}` },
    { op: 'read', title: 'Read' },
    { op: 'snapshot', title: 'Snapshot' },
  ],
  timeoutTitle: ({ executor }) => (stateOf(executor!.core).role === 'leader' ? 'Heartbeat' : 'Time out'),
  budget: { crashes: 1_000, wipes: 1_000, drops: 1_000, repeats: 1_000 },
  greeting: 'Every node is a follower. Let one of them time out: it stands for election.',
  goals,
};
