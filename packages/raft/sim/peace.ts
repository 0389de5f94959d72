import type { System, World } from '@dsys/sim';
import type { RaftState, RaftWords } from '../src/index.js';
import { stateOf } from './variants.js';
import type { Op } from './workload.js';

/** Clients go on asking, so that the others may be behind by as much. */
const UNDER_WAY = 32;

/** Faults have ended a while ago: all run, follow one leader, and have what it has. What is wrong, or null. */
export const inOneMind: NonNullable<System<RaftWords, Op>['atPeace']> = (world: World<RaftWords, Op>) => {
  const nodes = [...world.nodes.values()];
  const down = nodes.find((node) => node.executor === null || !node.isUp);
  if (down !== undefined) return `${down.id} does not run.`;
  const states = nodes.map((node) => stateOf(node.executor!.core));
  const leaders = states.filter(({ role }) => role === 'leader');
  if (leaders.length !== 1) return `${leaders.length} nodes lead: ${states.map(shown).join('; ')}.`;
  const leader = leaders[0]!;
  if (leader.commitIndex < leader.termStartIndex) return `${leader.id} leads, and has committed nothing.`;
  for (const state of states) {
    if (state.term !== leader.term || state.leader !== leader.id)
      return `${state.id} does not follow ${leader.id}: ${states.map(shown).join('; ')}.`;
    const end = Math.min(state.log.lastIndex, leader.log.lastIndex);
    if (end >= state.log.baseIndex && end >= leader.log.baseIndex && state.log.termAt(end) !== leader.log.termAt(end))
      return `${state.id} and ${leader.id} have different entries at ${end}.`;
    if (state.appliedIndex < leader.commitIndex - UNDER_WAY)
      return `${state.id} is behind: ${states.map(shown).join('; ')}.`;
  }
  for (const node of nodes)
    for (const other of nodes) {
      const [a, b] = [node, other].map(({ executor }) => stateOf(executor!.core).appliedIndex);
      if (a === b && node.work === null && other.work === null)
        if (node.machine.fingerprint() !== other.machine.fingerprint())
          return `${node.id} and ${other.id} have applied ${a} entries, and differ.`;
    }
  return null;
};

const shown = ({ id, role, term, leader, log, commitIndex, appliedIndex }: RaftState): string =>
  `${id} ${role} of term ${term}, leader ${leader}, log ..${log.lastIndex}, committed ${commitIndex}, applied ${appliedIndex}`;
