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
  readonly maxStates: number;
}

export type RaftWorld = World<RaftWords, Op>;

/** Visits it on a network that only grows: frames are lost and come twice for nothing. No draw, no timer but elections and heartbeats, no snapshot. */
export function exploreSpace({
  nodes,
  terms,
  entries,
  crashes = 0,
  standing = nodes,
  fused = false,
  protocol,
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
    monitors: [oneLeaderATerm, logsAgree(nodes)],
  });
  const asks = Array.from({ length: entries }, (_, i) => ({
    node: system.nodes[i % nodes]!,
    client: i,
    op: { f: 'write', key: 0, value: i + 1 } as const,
  }));
  const budget: Budget<Op> = { timeouts: terms, crashes, asks };
  const world = new World(system, { network: 'set', recordHistory: false, fused: fused || 'machine', budget }).boot();
  for (const action of world.enabled()) if (action.type === 'flushed') world.perform(action); // The bootstrap is on all disks.
  const pruned = pruning(worldSystem<RaftWorld, SimAction>(world), (after) =>
    dropDeadLetters(after, crashesOf(after) < crashes),
  );
  return explore(within(pruned, FIRST_TERM + terms, system.nodes.slice(standing)), { maxStates, sometimes: SOMETIMES });
}

/** Takes out of each state what can't matter. */
function pruning(system: TransitionSystem<RaftWorld>, prune: (world: RaftWorld) => void): TransitionSystem<RaftWorld> {
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
function crashesOf(world: RaftWorld): number {
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

const SOMETIMES = {
  'a node leads': (world: RaftWorld) => statesOf(world).some(({ role }) => role === 'leader'),
  'a command is committed': (world: RaftWorld) => hasCommitted(world, 1),
  'a node is down while another leads': (world: RaftWorld) =>
    statesOf(world).length < world.nodes.size && statesOf(world).some(({ role }) => role === 'leader'),
};

/** Behind the configuration at 1 and the leader's first entry. */
const hasCommitted = (world: RaftWorld, count: number): boolean =>
  statesOf(world).some(
    ({ log, commitIndex }) =>
      log.slice(log.firstIndex, commitIndex).filter(({ kind }) => kind === 'command').length >= count,
  );
