/**
 * Frames that can't matter any more, for exploration on a network that only grows: each that stays on its way doubles what
 * there is to visit. Dead is what would change nothing, now and ever after, also not when its receiver crashes: so all is
 * judged by what is *durable* there.
 *
 * Every request may yet be answered with a later term, once its receiver has one. Of those on a link that can do nothing else
 * one is as good as many, the first; and none is of use to a sender that has the last term there is on its own disk.
 */
import type { Frame, World } from '@dsys/sim';
import type { AppendEntries, AppendEntriesResult, RaftMessage, RaftState, RaftWords } from '../src/index.js';
import { RAFT, stateOf } from './variants.js';

export interface LettersOptions {
  /** Somebody may yet lose what is not on its disk. */
  readonly mayCrash: boolean;
  /** No later one is visited. */
  readonly lastTerm: number;
}

/** Takes them out. */
export function dropDeadLetters<Op>(world: World<RaftWords, Op>, options: LettersOptions): void {
  const durableTerm = (id: string): number => {
    const { executor } = world.nodes.get(id)!;
    return executor === null ? 0 : stateOf(executor.core).durable.term;
  };
  const frames = world.network.inOrder();
  for (const frame of frames) {
    const { executor } = world.nodes.get(frame.to)!;
    if (executor === null) continue;
    const to = stateOf(executor.core);
    if (!isDeadTo(to, frame, frames, options.mayCrash)) continue;
    const isOfUse = isRequest(frame) && durableTerm(frame.from) < options.lastTerm && isFirst(frame, frames);
    if (!isOfUse) world.network.drop(frame.id);
  }
}

const isRequest = (frame: Frame): boolean => {
  const { type } = messageIn(frame);
  return type === 'requestVote' || type === 'appendEntries';
};

/** Of the requests on its link it is of the least term, and of those of this term the first. */
function isFirst(frame: Frame, frames: readonly Frame[]): boolean {
  const { term } = messageIn(frame);
  return !frames.some((other) => {
    if (other === frame || other.from !== frame.from || other.to !== frame.to || !isRequest(other)) return false;
    const message = messageIn(other);
    return message.term < term || (message.term === term && isBefore(other, frame));
  });
}

const isBefore = (a: Frame, b: Frame): boolean => rankOf(a) < rankOf(b) || (rankOf(a) === rankOf(b) && a.id < b.id);

/** Asking for votes comes first: each term has it, and its text has no names. */
const rankOf = (frame: Frame): number => (messageIn(frame).type === 'requestVote' ? 0 : 1);

/** But for the term that it may be answered with. */
function isDeadTo(to: Readonly<RaftState>, frame: Frame, frames: readonly Frame[], mayCrash: boolean): boolean {
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
