/**
 * A run in the words of somebody else's model: the events that the trace specification of etcd-io/raft reads
 * (`tla/Traceetcdraft.tla` there, their fields as in its `state_trace.go`), one JSON object a line, so that its TLA+ model
 * can judge steps of this core.
 *
 *     step of the core                                events
 *     started, or back from its disk                  InitState
 *     a vote, an append or an answer came             Receive…, then BecomeFollower where it is of a later term
 *     stands for election                             BecomeCandidate
 *     says that it stands, its own vote being durable  SendRequestVoteResponse to itself, …Request to others, Ready, Receive…
 *     leads                                           BecomeLeader, and Replicate for each entry that it appends
 *     has all of its log on its own disk              SendAppendEntriesResponse to itself, Ready, Receive…
 *     commits, leading                                Commit
 *     sends anything                                  Send…, then Ready
 *
 * What that model doesn't know is left out: pre-votes, reads, chunks but the last. It has changes of membership of its own
 * kind: those of a run are not told, so tell runs of a fixed set. And it takes some things for one that
 * are two here. It makes a node's state durable with what the node sends, so a run is told faithfully as long as no node
 * crashes with a write under way; it answers each append, so answers that cover several are told as the last one's; it
 * takes what is committed for durable, so of a node that is back the highest commit index of before is told on.
 *
 * @module
 */
import type { Input, Output } from '@dsys/core';
import type { NodeId } from '@dsys/transport';
import type { Configuration, Member } from './configuration.js';
import type { RaftMessage } from './message.js';
import type { RaftState } from './state.js';
import type { RaftWords } from './words.js';

/** One event, with etcd's names for fields and roles. Servers are called as here; nobody is "0". */
export interface EtcdEvent {
  readonly name: string;
  readonly nid: NodeId;
  readonly state: { readonly term: number; readonly vote: string; readonly commit: number };
  readonly role: 'StateFollower' | 'StateCandidate' | 'StateLeader';
  /** The last index. */
  readonly log: number;
  /** Voters, and voters of before. */
  readonly conf: readonly [readonly NodeId[], readonly NodeId[]];
  readonly msg?: EtcdMessage;
}

/** A message, with etcd's names. */
export interface EtcdMessage {
  readonly type: 'MsgApp' | 'MsgAppResp' | 'MsgVote' | 'MsgVoteResp' | 'MsgSnap';
  readonly term: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly entries: number;
  readonly logTerm: number;
  readonly index: number;
  readonly commit: number;
  readonly vote: string;
  readonly reject: boolean;
  readonly rejectHint: number;
}

/** What the events tell of a state: taken before and after each step, since a core's state changes in place. */
export interface EtcdView {
  readonly term: number;
  readonly votedFor: NodeId | null;
  readonly role: EtcdEvent['role'];
  readonly commitIndex: number;
  readonly lastIndex: number;
  /** Nothing is on its way to the disk. */
  readonly isDurable: boolean;
  readonly configuration: Configuration;
}

/** A pre-candidate is a follower to that model: no term has risen. */
const ROLES = {
  follower: 'StateFollower',
  preCandidate: 'StateFollower',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
} as const;

/** What is to be told of a core's `state` now. */
export const etcdView = (s: Readonly<RaftState>): EtcdView => ({
  term: s.term,
  votedFor: s.votedFor,
  role: ROLES[s.role],
  commitIndex: s.commitIndex,
  lastIndex: s.log.lastIndex,
  isDurable: s.inFlight.length === 0,
  configuration: s.configuration,
});

/** One step of one node. `input` is null where it started; `before` is then not looked at. */
export interface EtcdStep {
  readonly id: NodeId;
  readonly input: Input<RaftWords> | null;
  readonly outputs: readonly Output<RaftWords>[];
  readonly before: EtcdView;
  readonly after: EtcdView;
}

/** Tells a run of all nodes, step by step in the order in which they happened. */
export class EtcdTrace {
  /** The highest commit index told of each node. */
  readonly #committed = new Map<NodeId, number>();
  /** Up to where a leader has told that its own disk has its log. */
  readonly #ownMatch = new Map<NodeId, number>();

  /** The events of one step. */
  step({ id, input, outputs, before, after }: EtcdStep): EtcdEvent[] {
    const events: EtcdEvent[] = [];
    const tell = (name: string, view: EtcdView, msg?: EtcdMessage): void => {
      events.push(this.#event(name, id, view, msg));
    };
    if (input === null) {
      this.#ownMatch.delete(id);
      tell('InitState', after);
      return events;
    }
    const received = input.type === 'receive' ? messageOf(input.message, input.from, id) : null;
    if (received !== null) tell(`Receive${RPC[received.type]}`, before, received);

    const stoodBack = after.role === 'StateFollower' && before.role !== 'StateFollower';
    // Granting a vote is part of receiving the request; the term that it came with is entered first, with no vote in it.
    if (after.role === 'StateFollower' && (after.term > before.term || stoodBack))
      tell('BecomeFollower', {
        ...before,
        role: after.role,
        term: after.term,
        votedFor: after.term > before.term ? null : before.votedFor,
      });
    const stood = after.role !== 'StateFollower' && (before.role === 'StateFollower' || after.term > before.term);
    if (stood) tell('BecomeCandidate', { ...before, role: 'StateCandidate', term: after.term, votedFor: id });

    const own = requestOf(outputs) ? this.#ownVote(id, outputs, after, tell) : false;
    if (after.role === 'StateLeader') this.#lead(id, before, after, stood, own, tell);
    let sent = false;
    for (const output of outputs) {
      if (output.type !== 'send' || output.message.type === 'requestVote') continue;
      for (const to of typeof output.to === 'string' ? [output.to] : output.to) {
        const message = messageOf(output.message, id, to);
        if (message === null) continue;
        tell(`Send${RPC[message.type]}`, after, message);
        sent = true;
      }
    }
    if (sent || (input.type === 'persisted' && after.isDurable)) tell('Ready', after);
    return events;
  }

  /** The same as lines that the specification reads: those with the tag `trace`. Each ends in a line feed. */
  lines(step: EtcdStep): string {
    return this.step(step)
      .map((event) => `${JSON.stringify({ tag: 'trace', event })}\n`)
      .join('');
  }

  /** A candidate asks for votes once its own is durable: there it hears itself, too. */
  #ownVote(id: NodeId, outputs: readonly Output<RaftWords>[], after: EtcdView, tell: Tell): boolean {
    const view: EtcdView = { ...after, role: 'StateCandidate' };
    const vote = bare('MsgVoteResp', after.term, id, id);
    tell('SendRequestVoteResponse', view, vote);
    for (const output of outputs)
      if (output.type === 'send' && output.message.type === 'requestVote')
        for (const to of typeof output.to === 'string' ? [output.to] : output.to)
          tell('SendRequestVoteRequest', view, messageOf(output.message, id, to)!);
    tell('Ready', view);
    tell('ReceiveRequestVoteResponse', view, vote);
    return true;
  }

  #lead(id: NodeId, before: EtcdView, after: EtcdView, stood: boolean, saidOwn: boolean, tell: Tell): void {
    const isNew = before.role !== 'StateLeader' || after.term > before.term;
    if (isNew) {
      const view: EtcdView = { ...after, lastIndex: before.lastIndex, commitIndex: before.commitIndex };
      // Alone, it needs no other's vote, and asks for none.
      if (!saidOwn && (stood || after.configuration.voters.length === 1)) {
        const candidate: EtcdView = { ...view, role: 'StateCandidate' };
        const vote = bare('MsgVoteResp', after.term, id, id);
        tell('SendRequestVoteResponse', candidate, vote);
        tell('Ready', candidate);
        tell('ReceiveRequestVoteResponse', candidate, vote);
      }
      tell('BecomeLeader', view);
      this.#ownMatch.set(id, before.lastIndex);
    }
    for (let index = before.lastIndex; index < after.lastIndex; index++)
      tell('Replicate', { ...after, lastIndex: index, commitIndex: before.commitIndex });
    if (after.isDurable && (this.#ownMatch.get(id) ?? 0) < after.lastIndex) {
      this.#ownMatch.set(id, after.lastIndex);
      const view: EtcdView = { ...after, commitIndex: before.commitIndex };
      const match: EtcdMessage = { ...bare('MsgAppResp', after.term, id, id), index: after.lastIndex };
      tell('SendAppendEntriesResponse', view, match);
      tell('Ready', view);
      tell('ReceiveAppendEntriesResponse', view, match);
    }
    if (after.commitIndex > before.commitIndex) tell('Commit', after);
  }

  #event(name: string, nid: NodeId, view: EtcdView, msg?: EtcdMessage): EtcdEvent {
    const commit = Math.max(view.commitIndex, this.#committed.get(nid) ?? 0);
    this.#committed.set(nid, commit);
    const { voters, outgoing } = view.configuration;
    return {
      name,
      nid,
      state: { term: view.term, vote: view.votedFor ?? '0', commit },
      role: view.role,
      log: view.lastIndex,
      conf: [voters.map(idOf), (outgoing ?? []).map(idOf)],
      ...(msg === undefined ? {} : { msg }),
    };
  }
}

type Tell = (name: string, view: EtcdView, msg?: EtcdMessage) => void;

const RPC = {
  MsgApp: 'AppendEntriesRequest',
  MsgSnap: 'AppendEntriesRequest',
  MsgAppResp: 'AppendEntriesResponse',
  MsgVote: 'RequestVoteRequest',
  MsgVoteResp: 'RequestVoteResponse',
} as const;

const idOf = ({ id }: Member): NodeId => id;

const requestOf = (outputs: readonly Output<RaftWords>[]): boolean =>
  outputs.some((output) => output.type === 'send' && output.message.type === 'requestVote');

const bare = (type: EtcdMessage['type'], term: number, from: NodeId, to: NodeId): EtcdMessage => ({
  type,
  term,
  from,
  to,
  entries: 0,
  logTerm: 0,
  index: 0,
  commit: 0,
  vote: '0',
  reject: false,
  rejectHint: 0,
});

/** As etcd has it, or null where its model has no such message. */
function messageOf(message: RaftMessage, from: NodeId, to: NodeId): EtcdMessage | null {
  const of = (type: EtcdMessage['type'], more: Partial<EtcdMessage>): EtcdMessage => ({
    ...bare(type, message.term, from, to),
    ...more,
  });
  switch (message.type) {
    case 'requestVote':
      return of('MsgVote', { index: message.lastIndex, logTerm: message.lastTerm });
    case 'vote':
      return of('MsgVoteResp', { reject: !message.granted });
    case 'appendEntries': {
      const { prevLogIndex, prevLogTerm, entries, commitIndex } = message;
      // No append commits more than it reaches: that is how the model has it, and what a receiver makes of it.
      const commit = Math.min(commitIndex, prevLogIndex + entries.length);
      return of('MsgApp', { index: prevLogIndex, logTerm: prevLogTerm, entries: entries.length, commit });
    }
    case 'appendEntriesResult': {
      const { result } = message;
      if (result.matched) return of('MsgAppResp', { index: result.matchIndex });
      const { rejectedIndex, conflictIndex, conflictTerm } = result;
      return of('MsgAppResp', { reject: true, index: rejectedIndex, rejectHint: conflictIndex, logTerm: conflictTerm });
    }
    case 'installSnapshot':
      // To that model a snapshot is one message, with all entries up to it.
      return message.isLast ? of('MsgSnap', { entries: message.snapshot.index }) : null;
    case 'installSnapshotResult':
      return message.offset === null ? of('MsgAppResp', { index: message.index }) : null;
    default:
      return null;
  }
}
