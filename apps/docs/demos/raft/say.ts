/** Raft in a few words: its messages, and what changed in a step. */
import type { RaftMessage, RaftState, RaftWords, Role } from '@dsys/raft';
import type { Stage } from '../player/scene.js';
import { stateOf } from './broken.js';

/** What a node is, as it is written. */
export const ROLES: Readonly<Record<Role, string>> = {
  follower: 'follower',
  preCandidate: 'pre-candidate',
  candidate: 'candidate',
  leader: 'leader',
};

/** A message with the paper's name, its term, and what else matters. */
export function labelOfMessage(message: RaftMessage): string {
  const { term } = message;
  switch (message.type) {
    case 'preVote':
      return `PreVote, term ${term}`;
    case 'preVoteResult':
      return message.granted ? `would vote, term ${term}` : `would not, term ${term}`;
    case 'requestVote':
      return `RequestVote, term ${term}`;
    case 'vote':
      return message.granted ? `vote, term ${term}` : `no vote, term ${term}`;
    case 'appendEntries': {
      if (message.entries.length === 0) return `heartbeat, term ${term}`;
      const first = message.prevLogIndex + 1;
      const last = message.prevLogIndex + message.entries.length;
      return `Append ${first === last ? first : `${first}–${last}`}, term ${term}`;
    }
    case 'appendEntriesResult':
      return message.result.matched
        ? `has to ${message.result.matchIndex}`
        : `no match at ${message.result.rejectedIndex}`;
    case 'installSnapshot':
      return `InstallSnapshot ${message.snapshot.index}`;
    case 'installSnapshotResult':
      return `has snapshot ${message.index}`;
    case 'inDoubt':
      return 'in doubt: its disk lost something';
    case 'doubtResult':
      return `whole again at ${message.index}`;
    case 'readIndex':
      return 'ReadIndex?';
    case 'readIndexResult':
      return message.index === null ? 'ask again' : `ReadIndex ${message.index}`;
    case 'timeoutNow':
      return `TimeoutNow, term ${term}`;
  }
}

/** The states of those that are up, by node. */
export const statesOf = ({ world }: Stage<RaftWords>): ReadonlyMap<string, Readonly<RaftState>> =>
  new Map([...world.nodes].flatMap(([id, node]) => (node.isUp ? [[id, stateOf(node.executor!.core)] as const] : [])));

/** Votes, terms, commits, logs that gave way, and what clients were told. */
export function changesOf(before: Stage<RaftWords>, after: Stage<RaftWords>): string[] {
  const told: string[] = [];
  const known = statesOf(before);
  for (const [id, is] of statesOf(after)) {
    const was = known.get(id);
    if (was === undefined) continue;
    if (is.votedFor !== null && (is.votedFor !== was.votedFor || is.term !== was.term))
      told.push(`${id} votes for ${is.votedFor === id ? 'itself' : is.votedFor} in term ${is.term}`);
    else if (is.term > was.term) told.push(`${id} enters term ${is.term}`);
    const fallen = firstFallen(was, is);
    if (fallen !== null) told.push(`${id} gives up its entries from ${fallen} on: they were never committed`);
    const { snapshot } = is;
    if (snapshot !== null && snapshot.index > (was.snapshot?.index ?? 0))
      told.push(`${id} has a snapshot of everything up to ${snapshot.index}, and lets go of its log before it`);
    if (is.commitIndex > was.commitIndex) told.push(`for ${id} everything up to ${is.commitIndex} is committed`);
  }
  for (const { type, value } of after.world.history().slice(before.world.history().length)) {
    if (type === 'ok') told.push(`the client hears: ${String(value)}`);
    if (type === 'fail') told.push(`the client hears: no, ${String(value ?? 'it did not happen')}`);
    if (type === 'info') told.push('the client hears nothing, and can’t know whether it happened');
  }
  return told;
}

/** The first index at which an entry is gone or another; null where the log only grew. */
export function firstFallen({ log: was }: Readonly<RaftState>, { log: is }: Readonly<RaftState>): number | null {
  for (let index = Math.max(was.firstIndex, is.firstIndex); index <= was.lastIndex; index++)
    if (index > is.lastIndex || is.termAt(index) !== was.termAt(index)) return index;
  return null;
}
