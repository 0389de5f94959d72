/**
 * Changing who takes part (Raft §6; thesis chapter 4): the leader's half. A target is asked for, and each step towards it is
 * an entry like others: in force when it is appended, gone when it falls, followed by the next when it is committed. What
 * was begun is ended by whoever leads: a joint configuration is left by any leader that finds it committed (R33); learners
 * that were to be promoted stay learners until somebody asks for the same target again.
 *
 *     asked ─► new ones learn ─► they have caught up ─► joint, or at once ─► the target ─► committed: `changed`
 *
 * Caught up means (thesis §4.2.1): a round of what the leader had at its beginning took less than an election timeout.
 */
import { assert } from '@dsys/codec';
import type { Ref } from '@dsys/core';
import { encodeConfiguration } from './codec/configuration.js';
import type { Configuration, Member } from './configuration.js';
import { appendOwn } from './leading.js';
import { isVoterHere } from './membership.js';
import { fitProgress, replicate, takeLeave } from './replication.js';
import type { CatchUp, Change, Outputs, RaftState } from './state.js';
import { checkTarget, leaveJoint, nextStep, refused, type Target } from './target.js';
import { handOver } from './transferring.js';
import type { RaftAnswer } from './words.js';

/** Rounds that take longer than an election timeout, before it is given up (thesis §4.2.1). */
const MOST_ROUNDS = 10;
/** A new member that takes nothing for so many election timeouts is not there. */
const STALLED_TIMEOUTS = 20;

/** Asks for a target. Every answer is an ordinary one. */
export function changeMembers(s: RaftState, ref: Ref, target: Target, out: Outputs): void {
  const answer = (of: RaftAnswer): void => void out.push({ type: 'answer', ref, answer: of });
  if (s.role !== 'leader') return answer({ outcome: 'not-leader', hint: s.leader });
  if (s.transfer !== null) return answer({ outcome: 'transferring', to: s.transfer.to });
  if (s.change !== null)
    return answer(refused('change-under-way', 'Another change is under way: wait for its answer, or cancel it.'));
  if (s.isFull) return answer({ outcome: 'busy' });
  const checked = checkTarget(target, s.configuration, s.identity);
  if ('outcome' in checked) return answer(checked);
  s.change = { ref, target: checked, catchUps: [], isLast: false };
  s.isSettling = true;
}

/** Gives up a change of which the last step is not yet taken. New learners stay. */
export function cancelChange(s: RaftState, ref: Ref, out: Outputs): void {
  const answer = (of: RaftAnswer): void => void out.push({ type: 'answer', ref, answer: of });
  if (s.role !== 'leader') return answer({ outcome: 'not-leader', hint: s.leader });
  if (s.change === null) return answer(refused('no-change', 'No change is under way here.'));
  if (s.change.isLast)
    return answer(refused('change-under-way', 'Its last step is in the log already: wait for its answer.'));
  endChange(s, { outcome: 'cancelled' }, out);
  answer({ outcome: 'cancelled' });
}

/** Leader, at the end of each step: takes the next one, if it is time. */
export function settleMembership(s: RaftState, now: number, out: Outputs): void {
  const { index } = s.configurations.at(-1)!;
  if (index > s.commitIndex) return;
  const isTold = takeLeave(s, now, out);
  // Before an entry of its own term is committed, a configuration that is not known here may still win (R1).
  if (s.commitIndex < s.termStartIndex || s.transfer !== null || s.isFull) return;
  if (s.configuration.outgoing !== null) return enter(s, leaveJoint(s.configuration), now, out);
  if (s.change !== null && proceed(s, s.change, index, now, out)) return;
  if (s.change !== null) return;
  // It led without counting itself (thesis §4.2.2), and is not needed any more (R31).
  if (!isVoterHere(s)) return handOver(s, now, out);
  s.isSettling = !isTold;
}

/** Whether a step was taken. */
function proceed(s: RaftState, change: Change, index: number, now: number, out: Outputs): boolean {
  const step = nextStep(s.configuration, change.target);
  if (step === null) {
    endChange(s, { outcome: 'changed', index, configuration: s.configuration }, out);
    return false;
  }
  if (!haveCaughtUp(s, change, step.promoted, now, out)) return false;
  if (step.isLast) s.change = { ...change, isLast: true };
  enter(s, step.configuration, now, out);
  return true;
}

/** In force at once (R32). */
function enter(s: RaftState, configuration: Configuration, now: number, out: Outputs): void {
  assert(s.configurations.at(-1)!.index <= s.commitIndex, 'one change of membership at a time');
  appendOwn(s, 'configuration', encodeConfiguration(configuration), now, out);
  s.isSettling = true;
  fitProgress(s, s.log.lastIndex, now);
  replicate(s, now, out);
}

function endChange(s: RaftState, answer: RaftAnswer, out: Outputs): void {
  out.push({ type: 'answer', ref: s.change!.ref, answer });
  s.change = null;
}

/** Whether all of them have. Gives the change up where one can't. */
function haveCaughtUp(s: RaftState, change: Change, learners: readonly Member[], now: number, out: Outputs): boolean {
  if (learners.length === 0) return true;
  const catchUps: CatchUp[] = [];
  // A leader that was leaving, and shall stay after all, has what it has.
  for (const { id } of learners)
    if (id !== s.id)
      catchUps.push(advance(s, change.catchUps.find((each) => each.id === id) ?? begin(s, id, now), now, out));
  const failed = catchUps.filter(({ stage }) => stage === 'failed');
  if (failed.length > 0) {
    endChange(s, { outcome: 'not-caught-up', members: failed.map(({ id }) => id) }, out);
    return false;
  }
  s.change = { ...change, catchUps };
  return catchUps.every(({ stage }) => stage === 'done');
}

const begin = (s: RaftState, id: string, now: number): CatchUp => ({
  id,
  stage: 'learning',
  round: 1,
  endIndex: s.log.lastIndex,
  since: now,
  matchIndex: 0,
  offset: 0,
  movedAt: now,
});

function advance(s: RaftState, before: CatchUp, now: number, out: Outputs): CatchUp {
  if (before.stage !== 'learning') return before;
  const progress = s.progress.get(before.id)!;
  const { min, max } = s.settings.electionTimeoutMs;
  const offset = progress.sending?.offset ?? 0;
  const hasMoved = progress.matchIndex > before.matchIndex || offset > before.offset;
  const moved = hasMoved ? { ...before, matchIndex: progress.matchIndex, offset, movedAt: now } : before;
  if (progress.matchIndex < moved.endIndex || progress.doubt !== null)
    return now - moved.movedAt < STALLED_TIMEOUTS * max ? moved : told({ ...moved, stage: 'failed' }, out);
  if (now - moved.since < min) return told({ ...moved, stage: 'done' }, out);
  if (moved.round === MOST_ROUNDS) return told({ ...moved, stage: 'failed' }, out);
  return told({ ...moved, round: moved.round + 1, endIndex: s.log.lastIndex, since: now }, out);
}

function told(catchUp: CatchUp, out: Outputs): CatchUp {
  const { id, stage, round, endIndex } = catchUp;
  out.push({ type: 'event', event: { type: 'catchUp', id, stage, round, endIndex } });
  return catchUp;
}
