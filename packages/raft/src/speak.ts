/** What may be said once a write is durable: all that claims a term, a vote or a place in the log leaves here, or later. */
import { applyCommitted, maybeCommit } from './commit.js';
import { removeOutdated } from './compaction.js';
import { askForVotes } from './election.js';
import { maybeInstall } from './installing.js';
import { matchIndexHere, sayVote, tellMatch } from './say.js';
import type { Outputs, RaftState, Saved } from './state.js';

/** `before` is what was durable until now. */
export function speak(s: RaftState, before: Saved, now: number, out: Outputs): void {
  const { durable } = s;
  if (durable.snapshotIndex > before.snapshotIndex) {
    maybeInstall(s, out);
    removeOutdated(s, out);
  }
  if (durable.term === s.term) {
    const isVoteNew = before.term !== durable.term || before.votedFor !== durable.votedFor;
    if (isVoteNew && durable.votedFor !== null) {
      if (durable.votedFor !== s.id) sayVote(s, durable.votedFor, out);
      else if (s.role === 'candidate') askForVotes(s, now, out);
    }
    if (s.role === 'leader') maybeCommit(s, now, out);
    else if (s.leader !== null && isNews(s)) tellMatch(s, out);
  }
  applyCommitted(s, now, out);
}

const isNews = (s: RaftState): boolean => s.answeredRound < s.heardRound || matchIndexHere(s) > s.toldIndex;
