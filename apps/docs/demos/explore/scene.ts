/** Two-phase commit in the player: small enough that everything that can happen can be looked at. */

import { type PlainWords, stateOf } from '@dsys/examples/two-phase-commit/plain.js';
import { type Message, type State, twoPhase, twoPhaseForgetful } from '@dsys/examples/two-phase-commit/two-phase.js';
import type { Scene, Stage } from '../player/scene.js';

const TX = 't1';

const happened = ({ world }: Stage<PlainWords>, what: string): boolean => (world.sometimes()[what] ?? 0) > 0;

const knownText = (known: State['known'] | null): string =>
  known?.[TX] === undefined ? 'nothing' : `${TX} ${known[TX]}`;

function roleOf({ id, known, open }: State): string {
  if (id !== 'coordinator') return known[TX] ?? 'waiting';
  if (known[TX] !== undefined) return 'committed';
  if (open[TX] === undefined) return 'idle';
  return open[TX].isDecided ? 'decided' : `asks, ${open[TX].votes.length} of 2`;
}

const latest = (records: readonly { readonly bytes: Uint8Array }[]): State['known'] | null =>
  records.length === 0 ? null : (JSON.parse(new TextDecoder().decode(records.at(-1)!.bytes)) as State['known']);

export const twoPhaseScene: Scene<PlainWords> = {
  name: 'explore-two-phase',
  version: 1,
  variants: [
    { id: 'right', title: 'two-phase commit as it is', fault: null, system: twoPhase },
    {
      id: 'forgetful',
      title: 'broken: the coordinator decides in memory only',
      fault: 'the coordinator says “commit” before its decision is on its disk.',
      system: twoPhaseForgetful,
      exported: 'twoPhaseForgetful',
    },
  ],
  look({ executor, disk }) {
    const state = stateOf<State>(executor!.core);
    const tone = state.id === 'coordinator' ? (state.known[TX] === undefined ? 'asks' : 'leads') : 'plain';
    return { role: roleOf(state), tone, memory: knownText(state.known), disk: knownText(latest(disk.inspect())) };
  },
  label: (message) => (message as Message).type,
  asks: () => [{ op: TX, title: `Commit ${TX}` }],
  budget: { timeouts: 1, crashes: 1, asks: [{ node: 'coordinator', client: 1, op: TX }] },
  greeting:
    'Nothing has happened yet. A client may ask the coordinator to commit t1; one node may crash, and each may time out once.',
  goals: [
    {
      id: 'commit',
      title: 'Have the transaction committed at both participants.',
      hint: 'Both must vote yes, each once its vote is on its disk.',
      reachedBy: (_before, _action, { world }) => (world.sometimes()['a transaction is committed'] ?? 0) >= 2,
    },
    {
      id: 'abort',
      title: 'Have it aborted, though both would have voted for it.',
      hint: 'A coordinator that crashed before it decided has no record, and so it says abort: who voted must ask it again.',
      reachedBy: (_before, _action, after) => happened(after, 'a transaction is aborted'),
    },
    {
      id: 'break',
      title: 'Break the invariant in the broken variant: by hand, or by the shortest way that the search finds.',
      hint: 'One participant hears “commit”, and the coordinator crashes before the other one does.',
      reachedBy: (_before, _action, { world }) => world.violation() !== null,
    },
  ],
};
