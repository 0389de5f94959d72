/**
 * What happens in one's hands, line by line, so that a golden file shows the run as a colleague would tell it. An entry is
 * written as its index and term, 7.3; what a node does in a step is set in below what happened to it.
 */
import type { Input, Output } from '@dsys/core';
import type { Configuration, LogEntry, RaftMessage, RaftRecord, RaftWords } from '../src/index.js';
import type { Hand } from './hand.js';

export class Transcript {
  private readonly lines: string[] = [];
  private readonly hand: Hand;

  constructor(hand: Hand) {
    this.hand = hand;
    hand.watch = (id, input, outputs) => this.lines.push(...happened(id, input), ...outputs.flatMap(done));
  }

  /** A headline. */
  scene(title: string): void {
    this.lines.push('', `── ${title}`);
  }

  /** All logs as they are now, with what each node knows to be committed. */
  logs(): void {
    this.lines.push('');
    for (const id of this.hand.ids) {
      const { role, term, log, commitIndex } = this.hand.state(id);
      const base = log.baseIndex === 0 ? '' : `(${log.baseIndex}.${log.base.term}) `;
      const terms = log.slice(log.firstIndex, log.lastIndex).map((entry) => entry.term);
      this.lines.push(`   ${id}  ${base}${terms.join(' ')}   commit ${commitIndex}, ${role} in term ${term}`);
    }
  }

  toString(): string {
    return `${this.lines.join('\n').trim()}\n`;
  }
}

function happened(id: string, input: Input<RaftWords>): string[] {
  switch (input.type) {
    case 'receive':
      return [`${input.from} → ${id}  ${said(input.message)}`];
    case 'propose':
      return [`${id} is proposed ${input.commands.map(({ bytes }) => textOf(bytes)).join(', ')}`];
    case 'timeout':
      return [`${id} times out`];
    case 'persisted':
      return [`${id}’s disk is done`];
    case 'changeMembers':
      return [`${id} is asked for ${membersIn({ ...input.target, outgoing: null })}`];
    case 'transfer':
      return [`${id} is asked to hand over to ${input.to}`];
    case 'cancelChange':
    case 'takeSnapshot':
    case 'read':
      return [`${id} is asked to ${input.type}`];
    default: // What state machines and snapshot files answer at once.
      return [];
  }
}

function done(output: Output<RaftWords>): string[] {
  switch (output.type) {
    case 'send':
      return [`     sends ${[output.to].flat().join(' ')}  ${said(output.message)}`];
    case 'persist':
      return [`     writes ${output.writes.map(written).join(', ')}`];
    case 'apply': {
      const texts = output.entries.map(({ bytes }) => textOf(bytes));
      return [`     applies ${texts.length === 0 ? 'nothing' : texts.join(', ')}, and is at ${output.index}`];
    }
    case 'snapshot':
    case 'install':
      return [`     ${output.type}s up to ${output.index}`];
    case 'answer':
      return [`     answers ${output.answer.outcome}`];
    case 'event':
      if (output.event.type === 'configuration' && output.event.index > 1)
        return [`     ${output.event.what} ${output.event.index}: ${membersIn(output.event.configuration)}`];
      if (output.event.type === 'catchUp')
        return [`     ${output.event.id} is ${output.event.stage} in round ${output.event.round}`];
      if (output.event.type === 'damage') return [`     is ${output.event.what}: ${output.event.index}`];
      if (output.event.type !== 'role') return [];
      return [`     becomes ${output.event.role} in term ${output.event.term}: ${output.event.reason}`];
    default:
      return [];
  }
}

function written(record: RaftRecord): string {
  switch (record.type) {
    case 'identity':
      return 'who it is';
    case 'hardState':
      return `term ${record.term} and ${record.votedFor === null ? 'no vote' : `its vote for ${record.votedFor}`}`;
    case 'truncate':
      return `that ${record.fromIndex} and what follows fall`;
    case 'entries':
      return placesOf(record.entries);
    case 'doubt':
      return record.keptIndex === null ? 'that it is whole' : `that it is in doubt behind ${record.keptIndex}`;
    default:
      return `snapshot ${record.snapshot.index}.${record.snapshot.term}`;
  }
}

function said(message: RaftMessage): string {
  const { type, term } = message;
  const head = `${type} ${term}`;
  switch (type) {
    case 'preVote':
    case 'requestVote':
      return `${head}, last ${message.lastIndex}.${message.lastTerm}`;
    case 'preVoteResult':
    case 'vote':
      return `${head} ${message.granted ? 'granted' : 'refused'}`;
    case 'appendEntries':
      return `${head}, after ${message.prevLogIndex}.${message.prevLogTerm}: ${placesOf(message.entries)}; commit ${message.commitIndex}`;
    case 'appendEntriesResult': {
      const { result } = message;
      if (result.matched) return `${head} matched up to ${result.matchIndex}`;
      return `${head} refused at ${result.rejectedIndex}, may agree at ${result.conflictIndex}.${result.conflictTerm}`;
    }
    case 'installSnapshot': {
      const { snapshot, offset, bytes } = message;
      return `${head}, ${snapshot.index}.${snapshot.term}: bytes ${offset}..${offset + bytes.length} of ${snapshot.bytes}`;
    }
    case 'installSnapshotResult':
      return `${head}, ${message.index}.${message.snapshotTerm}: ${message.offset === null ? 'installed' : `go on at ${message.offset}`}`;
    case 'timeoutNow':
      return `${head}, round ${message.round}`;
    case 'inDoubt': {
      const { result, boot } = message;
      const where = result.matched
        ? `agrees up to ${result.matchIndex}`
        : `may agree at ${result.conflictIndex}.${result.conflictTerm}`;
      return `${head} since boot ${boot}, ${where}`;
    }
    case 'doubtResult':
      return `${head}, whole with ${message.index}`;
    case 'readIndex':
      return `${head}, number ${message.number}`;
    default:
      return `${head}, number ${message.number}: ${message.index}`;
  }
}

/** `n1 n2 n3 (of n1 n2), n4 learns` */
function membersIn({ voters, outgoing, learners }: Configuration): string {
  const ids = (members: Configuration['voters']): string =>
    members.map(({ id, incarnation }) => (incarnation === 1 ? id : `${id}/${incarnation}`)).join(' ');
  const before = outgoing === null ? '' : ` and before ${ids(outgoing)}`;
  return `${ids(voters)}${before}${learners.length === 0 ? '' : `, learning ${ids(learners)}`}`;
}

const placesOf = (entries: readonly LogEntry[]): string =>
  entries.length === 0 ? 'nothing' : entries.map(({ index, term }) => `${index}.${term}`).join(' ');

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
