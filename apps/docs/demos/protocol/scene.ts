/** The ping counter, core's worked protocol, in the player. */

import { PING_DEFAULTS, type PingWords } from '@dsys/examples/ping-counter/protocol.js';
import { forgetful, hasty, pingSystem, stateOf } from '@dsys/examples/ping-counter/system.js';
import type { Scene, Stage } from '../player/scene.js';

type Words = PingWords;

const options = { ...PING_DEFAULTS, spreadMs: 0 };
const saved = ({ term, votedFor, count }: { term: number; votedFor: string | null; count: number }): string =>
  `term ${term}, vote ${votedFor ?? '–'}, count ${count}`;

const elected = ({ world }: Stage<Words>): string[] =>
  [...world.nodes.values()]
    .filter((node) => node.isUp && stateOf(node.executor!.core).role === 'elected')
    .map(({ id }) => id);
const counted = ({ world }: Stage<Words>): number => world.sometimes()['a ping is counted'] ?? 0;

export const pingScene: Scene<Words> = {
  name: 'ping-counter',
  version: 1,
  variants: [
    { id: 'right', title: 'the protocol as it is', fault: null, system: pingSystem(options) },
    {
      id: 'hasty',
      title: 'broken: it speaks before its disk has it',
      fault: 'a node says what it writes at once, before it is on its disk.',
      system: pingSystem(options, hasty),
    },
    {
      id: 'forgetful',
      title: 'broken: it forgets its vote when it restarts',
      fault: 'a node that comes back has forgotten whom it voted for.',
      system: pingSystem(options, forgetful),
    },
  ],
  look({ executor }) {
    const { role, saved: memory, durable } = stateOf(executor!.core);
    const tone = { waiting: 'plain', asking: 'asks', elected: 'leads' } as const;
    return { role, tone: tone[role], memory: saved(memory), disk: saved(durable) };
  },
  label: ({ type, term, count }) => (type === 'ask' ? `ask, term ${term}` : `${type} ${count}`),
  asks: () => [{ op: null, title: 'Ping' }],
  goals: [
    {
      id: 'elect',
      title: 'Have a node elected.',
      hint: 'Let one time out. Its own vote must be on its disk before it asks, and so must the other’s before it answers.',
      reachedBy: (_before, _action, after) => elected(after).length > 0,
    },
    {
      id: 'count',
      title: 'Have a ping counted.',
      hint: 'Ping the elected node. A majority must have the number on disk; then its state machine applies it.',
      reachedBy: (_before, _action, after) => counted(after) > 0,
    },
    {
      id: 'survive',
      title: 'Crash the elected node, elect another, and have one more ping counted.',
      hint: 'The new one asks for votes, and learns with them how far the count had come.',
      reachedBy: (before, _action, after) =>
        counted(after) > counted(before) &&
        counted(before) > 0 &&
        [...after.world.nodes.values()].some(({ state }) => state === 'down'),
    },
    {
      id: 'break',
      title: 'Break an invariant, in one of the broken variants.',
      hint: 'Two nodes time out, and the third votes for both: it crashes in between, before its disk has the vote or after.',
      reachedBy: (_before, _action, after) => after.world.violation() !== null,
    },
  ],
};
