/**
 * The follower's half of replication (Figure 2, AppendEntries): does the leader's entry before the new ones match, what
 * of the own log must fall, what can be acknowledged.
 */
import { assert } from '@dsys/codec';
import type { NodeId } from '@dsys/transport';
import { learnCommit } from './commit.js';
import { truncateLog } from './durability.js';
import { hearLeader } from './following.js';
import { appendEntry } from './membership.js';
import type { AppendEntries } from './message.js';
import { matchIndexHere, sayInDoubt, send, tellMatch } from './say.js';
import type { Outputs, RaftState } from './state.js';

/** Of this term's leader. Heartbeats are checked like all others (R15). */
export function onAppendEntries(s: RaftState, from: NodeId, message: AppendEntries, now: number, out: Outputs): void {
  hearLeader(s, from, message.round, now, out);
  const { log } = s;
  const { prevLogIndex, prevLogTerm, entries } = message;
  // What is below the base is committed, and so in every leader's log (Raft §5.4.3): nothing to compare it with is needed.
  const fits = prevLogIndex < log.baseIndex || log.matches(prevLogIndex, prevLogTerm);
  if (!fits) return refuse(s, from, message, out);
  takeEntries(s, message, out);
  const end = prevLogIndex + entries.length;
  if (end > s.agreedIndex) s.agreedIndex = end;
  if (s.commitIndex > s.agreedIndex) s.agreedIndex = s.commitIndex;
  learnCommit(s, message.commitIndex, now, out);
  // At once, if there is nothing to wait for, or the leader asks whether it is still heard. Else `persisted` says it.
  if (s.durable.term !== s.term) return;
  if (s.heardRound > s.answeredRound || matchIndexHere(s) === s.agreedIndex) tellMatch(s, out);
}

/**
 * Takes what is new. An append that comes late or twice has entries that are there already, and behind them may be newer
 * ones: so nothing falls but by a real conflict (R14).
 */
function takeEntries(s: RaftState, { entries }: AppendEntries, out: Outputs): void {
  const { log } = s;
  let i = 0;
  for (; i < entries.length; i++) {
    const { index, term } = entries[i]!;
    if (index > log.lastIndex) break;
    if (index <= log.baseIndex || log.termAt(index) === term) continue;
    truncateLog(s, index, out);
    break;
  }
  for (; i < entries.length; i++) appendEntry(s, entries[i]!, out);
}

/** No claim but that the round was heard: it leaves at once. Where the logs may agree: see `onConflict` in `replication.ts`. */
function refuse(s: RaftState, from: NodeId, { prevLogIndex, prevLogTerm }: AppendEntries, out: Outputs): void {
  assert(prevLogIndex > s.commitIndex, 'a leader has everything that is committed');
  const conflictIndex = s.log.findTermAtMost(prevLogIndex, prevLogTerm);
  s.answeredRound = s.heardRound;
  const conflictTerm = s.log.termAt(conflictIndex);
  const result = { matched: false, rejectedIndex: prevLogIndex, conflictTerm, conflictIndex } as const;
  if (s.doubt !== null) return sayInDoubt(s, result, out);
  send(out, from, {
    type: 'appendEntriesResult',
    term: s.term,
    incarnation: s.identity.incarnation,
    round: s.heardRound,
    result,
  });
}
