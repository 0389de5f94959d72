/**
 * Frames that can't matter any more, for exploration on a network that only grows: each that stays on its way doubles what
 * there is to visit. Dead is what would change nothing, now and ever after, also not when its receiver crashes: so all is
 * judged by what is *durable* there. Beyond that, frames of a term below the receiver's durable one are let go of, which
 * would only be answered with that term: a sender that learns of it later, or never, is visited all the same.
 */
import type { Frame, World } from '@dsys/sim';
import type { AppendEntries, AppendEntriesResult, RaftMessage, RaftState, RaftWords } from '../src/index.js';
import { RAFT, stateOf } from './variants.js';

/** Takes them out. With `mayCrash` somebody may yet lose what is not on its disk. */
export function dropDeadLetters<Op>(world: World<RaftWords, Op>, mayCrash: boolean): void {
  const frames = world.network.inOrder();
  for (const frame of frames) {
    const { executor } = world.nodes.get(frame.to)!;
    if (executor !== null && isDead(frame, stateOf(executor.core), frames, mayCrash)) world.network.drop(frame.id);
  }
}

function isDead(frame: Frame, to: Readonly<RaftState>, frames: readonly Frame[], mayCrash: boolean): boolean {
  const message = messageIn(frame);
  if (message.term !== to.durable.term) return message.term < to.durable.term;
  switch (message.type) {
    case 'requestVote':
      // Somebody else has the vote; or it was said that the sender has it.
      if (to.durable.votedFor !== frame.from) return to.durable.votedFor !== null;
      return frames.some((each) => each.from === frame.to && each.to === frame.from && isGrant(each, message.term));
    case 'vote':
      return !message.granted || !isCandidate(to) || to.votes.includes(frame.from);
    case 'appendEntries':
      return !mayCrash && isKnown(message, frame.from, to);
    case 'appendEntriesResult':
      return !leads(to) || isOld(message, frame.from, to);
    default:
      return false;
  }
}

function isGrant(frame: Frame, term: number): boolean {
  const message = messageIn(frame);
  return message.type === 'vote' && message.granted && message.term === term;
}

/** Who is not, in a term that is on its disk, never will be: a candidate begins another term. */
const isCandidate = (s: Readonly<RaftState>): boolean => s.role === 'candidate' && s.term === s.durable.term;
const leads = (s: Readonly<RaftState>): boolean => s.role === 'leader' && s.term === s.durable.term;

/** All that it says is here, durable, and was answered. */
function isKnown(message: AppendEntries, from: string, s: Readonly<RaftState>): boolean {
  const { prevLogIndex, entries, commitIndex, round } = message;
  const end = prevLogIndex + entries.length;
  const isHere = s.term === message.term && s.leader === from && s.agreedIndex >= end && s.commitIndex >= commitIndex;
  return isHere && s.durable.lastIndex >= end && s.toldIndex >= s.agreedIndex && s.answeredRound >= round;
}

/** A refusal of what has matched since. Old acknowledgements are not dead: a leader that probes goes on by any of them. */
function isOld({ round, result }: AppendEntriesResult, from: string, s: Readonly<RaftState>): boolean {
  const progress = s.progress.get(from);
  return (
    !result.matched &&
    progress !== undefined &&
    round <= progress.ackedRound &&
    result.rejectedIndex <= progress.matchIndex
  );
}

/** Frames of all forks share their bytes. */
const READ = /* @__PURE__ */ new WeakMap<Uint8Array, RaftMessage>();

function messageIn({ bytes }: Frame): RaftMessage {
  let message = READ.get(bytes);
  if (message === undefined) {
    message = RAFT.decodeMessage(bytes);
    READ.set(bytes, message);
  }
  return message;
}
