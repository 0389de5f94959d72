/**
 * A cluster in the middle of a joint change as a world of which every state is visited, from a moment on:
 *
 *     {n1 n2}, n3 and n4 learn  ──►  {n2 n3 n4} and {n1 n2}  ──►  {n2 n3 n4}
 *
 * n1 leads in term 2, everybody has everything, and it is asked for {n2 n3 n4}: it has appended the joint configuration, and
 * leaves with it.
 */
import { type Exploration, explore, type TransitionSystem, worldSystem } from '@dsys/check';
import { named, type SimAction, World } from '@dsys/sim';
import { membersSystem } from '../sim/cluster.js';
import { dropDeadLetters } from '../sim/dead-letters.js';
import { oneLeaderATerm } from '../sim/elections.js';
import { logsAgree } from '../sim/logs.js';
import { type MembersOp, memberOf, oneChangeAtATime } from '../sim/members.js';
import { stateOf } from '../sim/variants.js';
import type { RaftState, RaftWords } from '../src/index.js';
import { BOUNDED } from './exploring.js';

export type MembersWorld = World<RaftWords, MembersOp>;

/** From when on, and how far. */
export interface MembersSpace {
  /** `asked`: the joint configuration is in memory at n1. `halfway`: n3 and n4 have it on disk, and n1 has lost it in a crash. */
  readonly from: 'asked' | 'halfway';
  /** Who ever times out, once. */
  readonly standing: readonly string[];
  readonly crashes: number;
  /** States in which somebody is in a later term are not visited. */
  readonly terms?: number;
  readonly fused?: boolean;
  /** What was on the wire before is lost: far fewer states. */
  readonly isQuiet?: boolean;
  readonly maxStates: number;
}

const NODES = ['n1', 'n2', 'n3', 'n4'];

/** Visits it on a network that only grows. */
export function exploreMembers({
  from,
  standing,
  crashes,
  terms = 3,
  fused = false,
  isQuiet = false,
  maxStates,
}: MembersSpace): Exploration<MembersWorld> {
  const voters = ['n1', 'n2'].map(memberOf);
  const learners = ['n3', 'n4'].map(memberOf);
  // Without its state machine, which does nothing that a core could notice.
  const { machine: _none, ...system } = membersSystem({
    nodes: NODES,
    bootstrap: { voters, outgoing: null, learners },
    options: BOUNDED,
    monitors: [oneLeaderATerm, logsAgree, oneChangeAtATime],
  });
  const ask = { node: 'n1', client: 0, op: { f: 'change', voters: ['n2', 'n3', 'n4'], learners: [] } } as const;
  const budget = { timeouts: 3, crashes: crashes + (from === 'halfway' ? 1 : 0), asks: [ask] };
  const world: MembersWorld = new World(system, {
    network: 'set',
    recordHistory: false,
    fused: fused || 'machine',
    budget,
  }).boot();
  lead(world, from);
  if (isQuiet)
    for (const action of world.enabled())
      if (action.type === 'deliver' && !isNews(world, action, from))
        world.perform(named({ type: 'drop', frame: action.frame }));
  const most = crashesOf(world) + crashes;
  const all = worldSystem<MembersWorld, SimAction>(world);
  const pruned = pruning(all, (after) =>
    dropDeadLetters(after, { mayCrash: crashesOf(after) < most, lastTerm: terms }),
  );
  return explore(within(pruned, terms, standing), {
    maxStates,
    sometimes: SOMETIMES,
  });
}

/** Takes out of each state what can't matter. */
function pruning(
  system: TransitionSystem<MembersWorld>,
  prune: (world: MembersWorld) => void,
): TransitionSystem<MembersWorld> {
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
function crashesOf(world: MembersWorld): number {
  let count = 0;
  for (const { disk, executor } of world.nodes.values()) count += disk.boot - (executor === null ? 0 : 1);
  return count;
}

/** Brings the world to where it is explored from. */
function lead(world: MembersWorld, from: MembersSpace['from']): void {
  const done = new Set<string>();
  const perform = (which: (action: SimAction) => boolean): boolean => {
    const action = world.enabled().find((each) => !done.has(each.id) && which(each));
    if (action === undefined) return false;
    if (action.type === 'deliver') done.add(action.id);
    world.perform(action);
    return true;
  };
  const settle = (): void => {
    for (let left = 500; left > 0; left--)
      if (!perform(({ type }) => type === 'flushed' || type === 'applied' || type === 'deliver')) return;
  };
  settle();
  perform(({ id }) => id === 'timeout n1');
  settle();
  perform(({ id }) => id === 'timeout n1'); // A heartbeat, so that all know what is committed.
  settle();
  perform(({ type }) => type === 'ask');
  if (from === 'asked') return;
  for (const id of ['n3', 'n4']) {
    perform((action) => action.type === 'deliver' && leadsTo(world, action, id));
    perform((action) => action.id === `flushed ${id}`);
  }
  perform(({ id }) => id === 'crash n1 0');
  perform(({ id }) => id === 'restart n1');
}

/** Whether a frame has the joint configuration in it, where that is to go its way. */
const isNews = (world: MembersWorld, action: SimAction, from: MembersSpace['from']): boolean =>
  from === 'asked' && NODES.some((id) => id !== 'n1' && leadsTo(world, action, id));

/** Whether this delivery brings the joint configuration to this node. */
function leadsTo(world: MembersWorld, action: SimAction, id: string): boolean {
  const fork = world.fork();
  fork.perform(action);
  const executor = fork.nodes.get(id)!.executor;
  return executor !== null && stateOf(executor.core).configuration.outgoing !== null;
}

/** Leaves out what begins a later term, and timeouts of who never stands. */
function within(
  system: TransitionSystem<MembersWorld>,
  term: number,
  standing: readonly string[],
): TransitionSystem<MembersWorld> {
  return {
    ...system,
    *next(world) {
      for (const transition of system.next(world)) {
        const [type, id] = transition.action.split(' ');
        if (type === 'timeout' && !(standing.includes(id!) && isWaiting(world, id!))) continue;
        if (statesOf(transition.state).every((state) => state.term <= term)) yield transition;
      }
    },
  };
}

const statesOf = (world: MembersWorld): Readonly<RaftState>[] =>
  [...world.nodes.values()].flatMap(({ executor }) => (executor === null ? [] : [stateOf(executor.core)]));

/** Elections, and no heartbeats: appends leave without them. */
const isWaiting = (world: MembersWorld, id: string): boolean =>
  stateOf(world.nodes.get(id)!.executor!.core).role === 'follower';

const leads = (world: MembersWorld, term: number): boolean =>
  statesOf(world).some((state) => state.role === 'leader' && state.term >= term);

const SOMETIMES = {
  'the joint configuration is committed': (world: MembersWorld) =>
    statesOf(world).some(({ configurations, commitIndex }) =>
      configurations.some(({ index, configuration }) => configuration.outgoing !== null && index <= commitIndex),
    ),
  'the joint configuration is left': (world: MembersWorld) =>
    statesOf(world).some(({ configuration: { voters, outgoing } }) => outgoing === null && voters.length === 3),
  'a later leader leads': (world: MembersWorld) => leads(world, 3),
};
