/** Small clusters as worlds of which every state is visited. */
import { type Exploration, explore, type TransitionSystem, worldSystem } from '@dsys/check';
import type { Protocol } from '@dsys/core';
import { type Budget, type SimAction, World } from '@dsys/sim';
import { raftSystem } from '../sim/cluster.js';
import { dropDeadLetters } from '../sim/dead-letters.js';
import { oneLeaderATerm } from '../sim/elections.js';
import { logsAgree } from '../sim/logs.js';
import { stateOf } from '../sim/variants.js';
import type { Op } from '../sim/workload.js';
import type { RaftState, RaftWords } from '../src/index.js';

/** How large a space is. */
export interface Space {
  readonly nodes: number;
  /** States in which somebody is in a later term are not visited. */
  readonly terms: number;
  /** Commands, each asked of the first node or, with two, of both. */
  readonly entries: number;
  readonly crashes?: number;
  /** Flushes take no time: smaller, and what is said too early is not found. */
  readonly fused?: boolean;
  readonly protocol?: Protocol<RaftWords>;
  /** Only so many nodes ever time out; the others vote. Default: all. */
  readonly standing?: number;
  /** Frames that can't matter any more stay: far more states, and nodes come to the same. */
  readonly keepsDeadLetters?: boolean;
  /** Keep all states, to be looked at. */
  readonly keepGraph?: boolean;
  readonly maxStates: number;
}

export type RaftWorld = World<RaftWords, Op>;

/**
 * Visits it on a network that only grows: frames are lost and come twice for nothing, and those that can't matter any more
 * are taken out. No draw, no timer but elections and heartbeats, no snapshot; state machines are done at once.
 */
export function exploreSpace({
  nodes,
  terms,
  entries,
  crashes = 0,
  standing = nodes,
  fused = false,
  protocol,
  keepsDeadLetters = false,
  keepGraph = false,
  maxStates,
}: Space): Exploration<RaftWorld> {
  // Without its state machine, which does nothing that a core could notice; monitors look at what it is handed.
  const { machine: _none, ...system } = raftSystem({
    nodes,
    ...(protocol !== undefined && { protocol }),
    options: {
      electionTimeoutMs: { min: 200, max: 200 },
      heartbeatMs: 50,
      preVote: false,
      checkQuorum: false,
      snapshotAfterBytes: null,
      hungDiskMs: 1_000_000_000,
      appendBytes: 10_000,
      windowBytes: 10_000,
      uncommittedBytes: 10_000,
    },
    monitors: [oneLeaderATerm, logsAgree],
  });
  const asks = Array.from({ length: entries }, (_, i) => ({
    node: system.nodes[i % nodes]!,
    client: i,
    op: { f: 'write', key: 0, value: i + 1 } as const,
  }));
  const budget: Budget<Op> = { timeouts: terms, crashes, asks };
  const world = new World(system, { network: 'set', recordHistory: false, fused: fused || 'machine', budget }).boot();
  for (const action of world.enabled()) if (action.type === 'flushed') world.perform(action); // The bootstrap is on all disks.
  const all = worldSystem<RaftWorld, SimAction>(world);
  const pruned = pruning(all, (after) => dropDeadLetters(after, crashesOf(after) < crashes));
  return explore(within(keepsDeadLetters ? all : pruned, FIRST_TERM + terms, system.nodes.slice(standing)), {
    maxStates,
    keepGraph,
    sometimes: SOMETIMES,
  });
}

/** Takes out of each state what can't matter. */
export function pruning<W>(system: TransitionSystem<W>, prune: (world: W) => void): TransitionSystem<W> {
  return {
    ...system,
    *next(world) {
      for (const transition of system.next(world)) {
        prune(transition.state);
        yield transition;
      }
    },
    again(world, action) {
      const after = system.again!(world, action);
      prune(after);
      return after;
    },
  };
}

/** How many there were. */
export function crashesOf<Op>(world: World<RaftWords, Op>): number {
  let count = 0;
  for (const { disk, executor } of world.nodes.values()) count += disk.boot - (executor === null ? 0 : 1);
  return count;
}

/** The bootstrap's. */
const FIRST_TERM = 1;

/** Leaves out what begins a later term, and timeouts of who never stands. */
function within(
  system: TransitionSystem<RaftWorld>,
  term: number,
  quiet: readonly string[],
): TransitionSystem<RaftWorld> {
  return {
    ...system,
    *next(world) {
      for (const transition of system.next(world))
        if (
          !quiet.some((id) => transition.action === `timeout ${id}`) &&
          statesOf(transition.state).every((state) => state.term <= term)
        )
          yield transition;
    },
  };
}

export const statesOf = (world: RaftWorld): Readonly<RaftState>[] =>
  [...world.nodes.values()].flatMap(({ executor }) => (executor === null ? [] : [stateOf(executor.core)]));

/** What nodes have come to, whatever is on its way. */
export const nodesOf = (world: RaftWorld): string =>
  [...world.nodes.values()].map((node) => node.fingerprint(world.now)).join('\n');

const SOMETIMES = {
  'a node leads': (world: RaftWorld) => statesOf(world).some(({ role }) => role === 'leader'),
  'two nodes have stood in one term': (world: RaftWorld) =>
    world.network.inOrder().length > 0 && statesOf(world).filter(({ id, votedFor }) => id === votedFor).length > 1,
  'a leader of an earlier term has not heard of the later one': (world: RaftWorld) =>
    statesOf(world).some(
      (one) => one.role === 'leader' && statesOf(world).some(({ role, term }) => role === 'leader' && term > one.term),
    ),
  'a command is committed': (world: RaftWorld) => hasCommitted(world, 1),
  'a log is longer than its leader’s': (world: RaftWorld) =>
    statesOf(world).some(
      ({ role, term, log }) =>
        role === 'leader' && statesOf(world).some((other) => other.term <= term && other.log.lastIndex > log.lastIndex),
    ),
  'a node is down while another leads': (world: RaftWorld) =>
    statesOf(world).length < world.nodes.size && statesOf(world).some(({ role }) => role === 'leader'),
};

/** Behind the configuration at 1 and the leader's first entry. */
const hasCommitted = (world: RaftWorld, count: number): boolean =>
  statesOf(world).some(
    ({ log, commitIndex }) =>
      log.slice(log.firstIndex, commitIndex).filter(({ kind }) => kind === 'command').length >= count,
  );
