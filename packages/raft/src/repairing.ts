/**
 * The leader's half of a repair (see `doubt.ts`). A member in doubt is fed like any other, from what it has now: its match
 * index goes back, which no answer of a sound member can do (R16). It counts for nothing (`countedMatch`, `ackedRound`), and
 * is told of an entry that was appended after it asked.
 */
import type { NodeId } from '@dsys/transport';
import { appendNoop } from './leading.js';
import type { InDoubt } from './message.js';
import { onDoubtfulResult, replicate } from './replication.js';
import { send } from './say.js';
import type { Outputs, Progress, RaftState } from './state.js';

export function onInDoubt(
  s: RaftState,
  from: NodeId,
  progress: Progress,
  message: InDoubt,
  now: number,
  out: Outputs,
): void {
  const { boot, result } = message;
  // From before it was whole, or before it was started again.
  if (boot <= progress.soundBoot || (progress.doubt !== null && boot < progress.doubt.boot)) return;
  progress.heardAt = now;
  if (progress.doubt?.boot !== boot) beginAnew(s, progress, message, now, out);
  const { term } = s;
  const { incarnation } = s.identity;
  send(out, from, { type: 'doubtResult', term, incarnation, boot, index: progress.doubt!.index });
  onDoubtfulResult(s, from, progress, result, now, out);
  replicate(s, now, out);
}

/** Nothing that it said before holds. One entry is appended for each time that it starts in doubt. */
function beginAnew(s: RaftState, progress: Progress, { boot, result }: InDoubt, now: number, out: Outputs): void {
  appendNoop(s, now, out);
  const { lastIndex } = s.log;
  progress.doubt = { boot, index: lastIndex };
  progress.mode = 'probe';
  progress.matchIndex = 0;
  progress.ackedRound = 0;
  progress.probeEnd = 0;
  progress.sending = null;
  const nextIndex = result.matched ? result.matchIndex + 1 : result.rejectedIndex + 1;
  progress.nextIndex = Math.max(1, Math.min(nextIndex, lastIndex));
}
