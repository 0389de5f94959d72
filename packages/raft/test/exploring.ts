/**
 * Small clusters as worlds of which every state is visited, but for what makes no difference:
 *
 * - The network only grows: frames are lost and come twice for nothing. What can't matter any more is taken out.
 * - Nodes have no names (`../sim/alike.ts`).
 * - A node that crashes comes back in the same step. One that is down does nothing and hears nothing, as one that is up and
 *   hears nothing; what it comes back with is on its disk alone, and it says nothing as it comes back.
 * - Only leaders are asked: others change nothing. Commands come in the order of their values: no core looks into them.
 * - State machines are done at once: no core waits for one but to read and to take snapshots, and here nobody does.
 *
 * Bounds, beside the size of the space: no pre-vote and no check-quorum (without a clock in common they are about nothing),
 * timeouts of one length, no reads, no sessions, no snapshots. Who waits for its disk to have its term doesn't time out: it
 * would not stand, only wait anew, for ever.
 */
import { type Exploration, explore, type TransitionSystem } from '@dsys/check';
import type { Protocol } from '@dsys/core';
import { type Monitor, named, type SimAction, World } from '@dsys/sim';
import { fingerprintOfAlike } from '../sim/alike.js';
import { raftSystem } from '../sim/cluster.js';
import { dropDeadLetters } from '../sim/dead-letters.js';
import { oneLeaderATerm } from '../sim/elections.js';
import { logsAgree } from '../sim/logs.js';
import { stateOf } from '../sim/variants.js';
import type { Op } from '../sim/workload.js';
import type { RaftOptions, RaftState, RaftWords } from '../src/index.js';

/** How large a space is. */
export interface Space {
  readonly nodes: number;
  /** Elections begin so many terms behind the bootstrap's, any node in any of them, and no more. */
  readonly terms: number;
  /** Commands, asked of whoever leads. */
  readonly entries: number;
  readonly crashes?: number;
  /** Heartbeats of a leadership. Default 0: appends leave without them. */
  readonly heartbeats?: number;
  /** Flushes take no time: smaller, and what is said too early is not found. */
  readonly fused?: boolean;
  readonly protocol?: Protocol<RaftWords>;
  /** Where it begins: the names of actions after the bootstrap. What is on its way then is lost. */
  readonly after?: (world: RaftWorld) => void;
  /** Entries go out one in a message. */
  readonly oneByOne?: boolean;
  /** Frames that can't matter any more stay: far more states, and nodes come to the same. */
  readonly keepsDeadLetters?: boolean;
  /** Each node is itself: more states, of which those in other names are the same. */
  readonly keepsNames?: boolean;
  /** Keep all states, to be looked at. */
  readonly keepGraph?: boolean;
  readonly maxStates: number;
}

export type RaftWorld = World<RaftWords, Op>;

/** No draw, no pre-vote and no timers but those of elections and heartbeats; everything fits into one message. */
export const BOUNDED: Partial<RaftOptions> = {
  electionTimeoutMs: { min: 200, max: 200 },
  heartbeatMs: 50,
  preVote: false,
  checkQuorum: false,
  snapshotAfterBytes: null,
  hungDiskMs: 1_000_000_000,
  appendBytes: 10_000,
  windowBytes: 10_000,
  uncommittedBytes: 10_000,
};

/** Visits it: see the top of `exploring.ts`. */
export function exploreSpace(space: Space): Exploration<RaftWorld> {
  const { nodes, crashes = 0, fused = false, protocol, after, oneByOne = false, maxStates } = space;
  // Without its state machine, which does nothing that a core could notice; monitors look at what it is handed.
  const { machine: _none, ...system } = raftSystem({
    nodes,
    ...(protocol !== undefined && { protocol }),
    options: { ...BOUNDED, ...(oneByOne && { appendBytes: 1 }) },
    monitors: [oneLeaderATerm, logsAgree, asked, happens],
  });
  const world: RaftWorld = new World(system, {
    network: 'set',
    recordHistory: false,
    fused: fused || 'machine',
    budget: { crashes },
  }).boot();
  for (const action of world.enabled()) if (action.type === 'flushed') world.perform(action); // The bootstrap is on all disks.
  after?.(world);
  return explore(cluster(world, space), {
    maxStates,
    keepGraph: space.keepGraph ?? false,
    sometimes: SOMETIMES,
    ...(space.keepsNames !== true && { symmetry: fingerprintOfAlike }),
  });
}

function cluster(initial: RaftWorld, space: Space): TransitionSystem<RaftWorld> {
  const { crashes = 0 } = space;
  const lastTerm = Math.max(...statesOf(initial).map(({ term }) => term)) + space.terms;
  const step = (world: RaftWorld, action: SimAction): RaftWorld => {
    const after = world.fork();
    after.perform(action);
    if (action.type === 'crash') after.perform(named({ type: 'restart', node: action.node }));
    if (space.keepsDeadLetters !== true) dropDeadLetters(after, { mayCrash: crashesOf(after) < crashes, lastTerm });
    return after;
  };
  const actions = (world: RaftWorld): SimAction[] => [
    ...world.enabled().filter((action) => action.type !== 'timeout' || mayTimeOut(world, action.node, lastTerm, space)),
    ...asks(world, space),
  ];
  return {
    initial: () => [initial.fork()],
    *next(world) {
      for (const action of actions(world)) yield { action: action.id, state: step(world, action) };
    },
    again: (world, id) => step(world, actions(world).find((action) => action.id === id)!),
    fingerprint: (world) => world.fingerprint(),
    violation: (world) => world.violation(),
    sometimes: (world) => world.sometimes(),
  };
}

/** Elections while there are terms left, heartbeats while there are rounds. Who waits for its disk to have its term never stands. */
function mayTimeOut(world: RaftWorld, id: string, lastTerm: number, { heartbeats = 0 }: Space): boolean {
  const { role, term, round, inFlight, durable } = stateOf(world.nodes.get(id)!.executor!.core);
  if (role === 'leader') return round <= heartbeats;
  return term < lastTerm && inFlight.every((each) => each.term === durable.term);
}

/** The next command, of each leader. */
function asks(world: RaftWorld, { entries }: Space): SimAction[] {
  const count = world.sometimes()[ASKED] ?? 0;
  if (count >= entries || world.violation() !== null) return [];
  const op = { f: 'write', key: 0, value: count + 1 } as const;
  return statesOf(world)
    .filter(({ role }) => role === 'leader')
    .map(({ id }) => named({ type: 'ask', node: id, client: count, op }));
}

/** How many there were. */
function crashesOf(world: RaftWorld): number {
  let count = 0;
  for (const { disk } of world.nodes.values()) count += disk.boot - 1;
  return count;
}

export const statesOf = (world: RaftWorld): Readonly<RaftState>[] =>
  [...world.nodes.values()].flatMap(({ executor }) => (executor === null ? [] : [stateOf(executor.core)]));

/** What nodes have come to, whatever is on its way. */
export const nodesOf = (world: RaftWorld): string =>
  [...world.nodes.values()].map((node) => node.fingerprint(world.now)).join('\n');

const ASKED = 'a command is asked for';

/** Counts commands: how many there were decides whether another can come, and so is part of a state. */
const asked: Monitor<RaftWords, number> = {
  name: 'commands',
  init: 0,
  observe(count, event, report) {
    if (event.type !== 'asked') return count;
    report.sometimes(ASKED);
    return count + 1;
  },
  fingerprint: String,
  sometimes: [ASKED],
};

/** What shows only while it happens: counted in the states that it was on the way to. */
const happens: Monitor<RaftWords, null> = {
  name: 'what happens',
  init: null,
  observe(_none, event, report) {
    if (event.type !== 'stepped') return null;
    const { input, outputs, core } = event;
    for (const output of outputs)
      if (output.type === 'persist' && output.writes.some(({ type }) => type === 'truncate'))
        report.sometimes(TRUNCATED);
    if (input?.type === 'receive' && input.message.type === 'appendEntriesResult') {
      const { role, term } = stateOf(core);
      if (role === 'leader' && term === input.message.term && input.message.round > 1) report.sometimes(HEARD);
    }
    return null;
  },
  fingerprint: () => '',
  sometimes: ['a log is truncated', 'a heartbeat is answered'],
};

const TRUNCATED = 'a log is truncated';
const HEARD = 'a heartbeat is answered';

const SOMETIMES = {
  'a node leads': (world: RaftWorld) => statesOf(world).some(({ role }) => role === 'leader'),
  'two nodes stand in one term': (world: RaftWorld) =>
    statesOf(world).some(
      (one) =>
        one.role === 'candidate' &&
        statesOf(world).some(({ id, term, votedFor }) => id !== one.id && id === votedFor && term === one.term),
    ),
  'two lead, in different terms': (world: RaftWorld) =>
    statesOf(world).filter(({ role }) => role === 'leader').length > 1,
  'a command is committed': (world: RaftWorld) => hasCommitted(world),
  'a node has come back': (world: RaftWorld) => [...world.nodes.values()].some(({ disk }) => disk.boot > 1),
};

/** Behind the configuration at 1 and the leader's first entry. */
const hasCommitted = (world: RaftWorld): boolean =>
  statesOf(world).some(({ log, commitIndex }) =>
    log.slice(log.firstIndex, commitIndex).some(({ kind }) => kind === 'command'),
  );
