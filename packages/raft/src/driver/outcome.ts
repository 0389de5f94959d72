/** What becomes of a proposal, in the words of those who propose. */
import { wrongType } from '@dsys/codec';
import type { Answer } from '@dsys/core';
import type { AskOptions, Busy } from '@dsys/core/driver';
import type { ClientSession } from '../sessions/client-session.js';
import { decodeCommand } from '../sessions/commands.js';
import { decodeResult } from '../sessions/results.js';
import type { RaftAnswer, RaftWords } from '../words.js';

/** How something is proposed. */
export interface ProposeOptions extends AskOptions {
  /**
   * Once, however often it is proposed: `command` is then the `bytes` that `session.command(payload)` gave, the same at each
   * attempt and on each node. The session is told when they are answered.
   */
  readonly session?: ClientSession;
}

/** What became of a proposal. All but `applied` and `unknown` say that it did not happen by this attempt, and never will. */
export type ProposeResult =
  /** Committed, and applied here: `answer` is what the state machine gave. */
  | { readonly outcome: 'applied'; readonly index: number; readonly answer: Uint8Array }
  /** It may have happened, may happen yet, or never. Only under a session is it safe to ask again. */
  | { readonly outcome: 'unknown' }
  | Extract<RaftAnswer, { outcome: 'not-leader' | 'busy' | 'too-large' | 'superseded' | 'transferring' }>
  /** The nodes don't know the session any more. Whether an earlier attempt was applied, nobody knows. */
  | { readonly outcome: 'session-expired' }
  /** Of a session: it was answered before, and the session was told so. */
  | { readonly outcome: 'acknowledged' }
  /** Of a session: too many of its commands wait to be acknowledged. Finish those, then ask again. */
  | { readonly outcome: 'too-many-unanswered' };

/** The number of a session's command. Throws `TypeError` for any other bytes. */
export function sequenceOf(command: Uint8Array, { session }: ClientSession): number {
  const decoded = command instanceof Uint8Array ? decodeCommand(command) : null;
  if (decoded !== null && decoded !== 'malformed' && decoded.type === 'command' && decoded.session === session)
    return decoded.sequence;
  throw wrongType('command', `the bytes that command() of session ${session} gave`, command);
}

/** The answer to a proposal. */
export function outcomeOf(answer: Answer<RaftWords> | Busy): ProposeResult {
  if (answer.outcome === 'applied') return { outcome: 'applied', index: answer.index, answer: answer.result };
  return answer as ProposeResult;
}

/** The answer to a command of a session, out of its envelope. */
export function sessionOutcomeOf(
  answer: Answer<RaftWords> | Busy,
  session: ClientSession,
  sequence: number,
): ProposeResult {
  if (answer.outcome !== 'applied') return outcomeOf(answer);
  const result = decodeResult(answer.result);
  switch (result.outcome) {
    case 'applied':
      session.answered(sequence);
      return { outcome: 'applied', index: answer.index, answer: result.result };
    case 'session-expired':
    case 'acknowledged':
    case 'too-many-unanswered':
      return { outcome: result.outcome };
    default:
      throw new Error(`a command of a session was answered "${result.outcome}": all nodes need the same withSessions`);
  }
}
