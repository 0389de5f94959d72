/** Clients that change who takes part, too, and hand leadership over; and what is to be seen of that. */
import { below, type Random } from '@dsys/core';
import type { HistoryEvent, Judgement, Monitor, Report, System, Workload, World } from '@dsys/sim';
import type { Configuration, Member, RaftEvent, RaftState, RaftWords } from '../src/index.js';
import { stateOf } from './variants.js';
import { judge, type Op, workload } from './workload.js';

/** Targets are lists of ids. */
export type MembersOp =
  | Op
  | { readonly f: 'change'; readonly voters: readonly string[]; readonly learners: readonly string[] }
  | { readonly f: 'transfer'; readonly to: string };

/** Those who may take part. */
export const POOL: readonly string[] = ['n1', 'n2', 'n3', 'n4', 'n5'];
/** Those who begin. */
export const FOUNDERS: readonly string[] = POOL.slice(0, 3);

/** A disk is never wiped here, so each id has one incarnation. */
export const memberOf = (id: string): Member => ({ id, incarnation: 1, address: id });

export const membersWorkload: Workload<RaftWords, MembersOp> = {
  next(random, client, count) {
    const op = workload.next(random, client, count);
    if (op.f === 'add') return op; // The second of a pair must follow its first.
    const kind = below(random, 50);
    if (kind === 0) return { f: 'transfer', to: POOL[below(random, POOL.length)]! };
    return kind < 4 ? drawTarget(random) : op;
  },
  describe(op) {
    if (op.f === 'change') return { f: 'change', value: `${op.voters.join()};${op.learners.join()}` };
    return op.f === 'transfer' ? { f: 'transfer', value: op.to } : workload.describe(op);
  },
  input(op, ref) {
    if (op.f === 'transfer') return { type: 'transfer', ref, to: op.to };
    if (op.f !== 'change') return workload.input(op, ref);
    const target = { voters: op.voters.map(memberOf), learners: op.learners.map(memberOf) };
    return { type: 'changeMembers', ref, target };
  },
  outcome(op, answer, machine) {
    if (op.f !== 'change' && op.f !== 'transfer') return workload.outcome(op, answer, machine);
    if (answer.outcome === 'changed' || answer.outcome === 'transferred') return { type: 'ok' };
    return { type: answer.outcome === 'unknown' ? 'info' : 'fail' };
  },
};

/** Two to four voters, and now and then somebody who learns. */
function drawTarget(random: Random): MembersOp {
  const drawn = POOL.slice();
  for (let i = drawn.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [drawn[i], drawn[j]] = [drawn[j]!, drawn[i]!];
  }
  const count = 2 + below(random, 3);
  return {
    f: 'change',
    voters: drawn.slice(0, count).sort(),
    learners: below(random, 3) === 0 ? drawn.slice(count, count + 1) : [],
  };
}

/** Registers are linearizable, whoever takes part. */
export const judgeMembers = (history: readonly HistoryEvent[]): Judgement =>
  judge(history.filter(({ f }) => f !== 'change' && f !== 'transfer'));

/** Thesis §4.1, and what makes it sound: a leader changes what is committed, in a term of its own (R1). */
export const oneChangeAtATime: Monitor<RaftWords, null> = {
  name: 'one change of membership at a time',
  init: null,
  observe(_none, event, report) {
    if (event.type !== 'stepped' || event.input === null) return null;
    const s = stateOf(event.core);
    for (const output of event.outputs) {
      if (output.type !== 'event' || output.event.type !== 'configuration') continue;
      if (output.event.what !== 'appended' || s.role !== 'leader') continue;
      const before = s.configurations.findLast(({ index }) => index < (output.event as { index: number }).index)!;
      if (before.index > s.commitIndex)
        report.broken(
          `${event.node} changes members at ${output.event.index}; those of ${before.index} are not committed.`,
        );
    }
    return null;
  },
};

const SIGHTS = {
  changed: 'members change',
  joint: 'a joint configuration is in force',
  leftLater: 'a joint configuration is left by a later leader',
  promoted: 'a learner is promoted',
  fallen: 'a change falls with the log',
  leaves: 'a leader leaves, and hands over',
  transferred: 'leadership is handed over',
  'not-transferred': 'leadership is handed over in vain',
  transferring: 'a command is refused since leadership is handed over',
  told: 'a node that was left out hears that this is so',
} as const;

/** Breaks nothing. */
export const memberSightings: Monitor<RaftWords, null> = {
  name: 'what there is to be seen of members',
  init: null,
  sometimes: Object.values(SIGHTS),
  observe(_none, event, report) {
    if (event.type === 'answered') {
      const { outcome } = event.answer;
      if (outcome in SIGHTS) report.sometimes(SIGHTS[outcome as keyof typeof SIGHTS]);
      return null;
    }
    if (event.type !== 'stepped' || event.input === null) return null;
    const s = stateOf(event.core);
    for (const output of event.outputs) if (output.type === 'event') seeEvent(s, output.event, report);
    return null;
  },
};

function seeEvent(s: RaftState, event: RaftEvent, report: Report): void {
  if (event.type === 'transfer') {
    if (event.what === 'begun' && s.transfer?.ref === null) report.sometimes(SIGHTS.leaves);
    return;
  }
  if (event.type !== 'configuration') return;
  const { what, index, configuration } = event;
  if (what === 'fallen') report.sometimes(SIGHTS.fallen);
  else if (what === 'committed') {
    if (!allIds(configuration).includes(s.id)) report.sometimes(SIGHTS.told);
  } else if (s.role === 'leader') {
    const before = s.configurations.findLast((each) => each.index < index)!;
    if (configuration.outgoing !== null) report.sometimes(SIGHTS.joint);
    if (before.configuration.outgoing !== null && before.index < s.termStartIndex) report.sometimes(SIGHTS.leftLater);
    const learned = before.configuration.learners.map(({ id }) => id);
    if (configuration.voters.some(({ id }) => learned.includes(id))) report.sometimes(SIGHTS.promoted);
  }
}

const allIds = ({ voters, outgoing, learners }: Configuration): string[] =>
  [...voters, ...(outgoing ?? []), ...learners].map(({ id }) => id);

/** Clients go on asking, so that the others may be behind by as much. */
const UNDER_WAY = 32;

/**
 * Faults have ended a while ago: who votes runs, and follows one leader, and has what it has, unless leadership or members
 * change at this very moment. Who takes no part may be anywhere, but with no other entries than the rest.
 */
export const membersInOneMind: NonNullable<System<RaftWords, MembersOp>['atPeace']> = (
  world: World<RaftWords, MembersOp>,
) => {
  const nodes = [...world.nodes.values()];
  const down = nodes.find((node) => node.executor === null || !node.isUp);
  if (down !== undefined) return `${down.id} does not run.`;
  const states = nodes.map((node) => stateOf(node.executor!.core));
  if (states.some(({ transfer, isSuccessor, change }) => transfer !== null || isSuccessor || change !== null))
    return null;
  const leader = states.filter(({ role }) => role === 'leader').sort((a, b) => b.term - a.term)[0];
  if (leader === undefined) return `Nobody leads: ${states.map(shown).join('; ')}.`;
  if (leader.commitIndex < leader.termStartIndex) return `${leader.id} leads, and has committed nothing.`;
  if (leader.configuration.outgoing !== null) return `${leader.id} does not leave its joint configuration.`;
  for (const state of states) {
    const end = Math.min(state.commitIndex, leader.log.lastIndex);
    if (end >= state.log.baseIndex && end >= leader.log.baseIndex && state.log.termAt(end) !== leader.log.termAt(end))
      return `${state.id} and ${leader.id} have different entries at ${end}.`;
    if (!leader.configuration.voters.some(({ id }) => id === state.id)) continue;
    if (state.term !== leader.term || state.leader !== leader.id)
      return `${state.id} does not follow ${leader.id}: ${states.map(shown).join('; ')}.`;
    if (state.appliedIndex < leader.commitIndex - UNDER_WAY)
      return `${state.id} is behind: ${states.map(shown).join('; ')}.`;
  }
  return null;
};

const shown = ({ id, role, term, leader, log, commitIndex, configuration }: RaftState): string =>
  `${id} ${role} of term ${term}, leader ${leader}, log ..${log.lastIndex}, committed ${commitIndex}, voters ${configuration.voters.map((voter) => voter.id)}`;
