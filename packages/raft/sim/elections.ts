/** Who is elected, and what is said of votes. */
import type { Monitor, Report } from '@dsys/sim';
import type { RaftRecord, RaftWords } from '../src/index.js';
import { ofNode, withNode } from './by-node.js';

type Elected = readonly (readonly [term: number, node: string])[];

/** Election Safety (Raft §5.2). A node that is elected a second time in a term forgot its vote, or said it too early: that is a breach, too. */
export const oneLeaderATerm: Monitor<RaftWords, Elected> = {
  name: 'at most one leader is elected in a term',
  init: [],
  observe(elected, event, report) {
    if (event.type !== 'stepped') return elected;
    const { outputs } = event;
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
      if (output.type !== 'event' || output.event.type !== 'role' || output.event.role !== 'leader') continue;
      return elect(elected, output.event.term, event.node, report);
    }
    return elected;
  },
  fingerprint: (elected, rename) => elected.map(([term, node]) => `${term}${rename(node)}`).join(),
};

/** Apart from the loop over outputs, since most steps elect nobody, and a closure in there would cost each of them. */
function elect(elected: Elected, term: number, node: string, report: Report): Elected {
  const other = elected.find(([of]) => of === term)?.[1];
  if (other === undefined) return [...elected, [term, node] as const].sort(([a], [b]) => a - b);
  report.broken(`In term ${term} ${other} was elected, and then ${node}.`);
  return elected;
}

interface Ballot {
  readonly term: number;
  readonly votedFor: string | null;
}

/** What a node's disk has of its vote, as its writes and their completions tell, and what it has said. */
interface Voter {
  readonly node: string;
  readonly durable: Ballot;
  /** Asked for and not known to be durable. */
  readonly writes: readonly (Ballot & { readonly id: number })[];
  readonly said: Ballot;
}

const NEVER: Ballot = { term: 0, votedFor: null };
const NEW: Voter = { node: '', durable: NEVER, writes: [], said: NEVER };
type Voters = readonly Voter[];

/** One vote a term, said when it is durable (Raft §5.2; a candidate's own among them). Not for nodes that wrap a core which lies to itself. */
export const votesAreDurable: Monitor<RaftWords, Voters> = {
  name: 'a vote is durable before it is said, and one a term',
  init: [],
  observe(voters, event, report) {
    if (event.type === 'crashed') {
      const voter = ofNode(voters, event.node);
      return voter === undefined ? voters : withNode(voters, { ...voter, writes: [] });
    }
    if (event.type !== 'stepped') return voters;
    const { node, input, outputs } = event;
    const before = ofNode(voters, node) ?? NEW;
    let { durable, writes, said } = before;
    if (input === null) {
      // What survived of a flush is for `recover` to say.
      const { term, votedFor, doubt } = (event.core as unknown as { state: Ballot & { readonly doubt: unknown } })
        .state;
      // A damaged disk may have forgotten votes. That none of them does harm is for `oneLeaderATerm` to say.
      if (doubt !== null) said = NEVER;
      if (term < said.term)
        report.broken(`${node} has said something of term ${said.term}, and comes back in ${term}.`);
      durable = { term, votedFor };
      writes = [];
    } else if (input.type === 'persisted' && writes.length > 0) {
      const done = countUpTo(writes, input.id);
      if (done > 0) {
        const { term, votedFor } = writes[done - 1]!;
        durable = { term, votedFor };
        writes = writes.slice(done);
      }
    } else if (input.type === 'refused' && writes.length > 0) writes = writes.slice(0, countUpTo(writes, input.id - 1));
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
      if (output.type === 'persist') {
        const ballot = ballotIn(output.writes);
        if (ballot !== null) writes = [...writes, { id: output.id, ...ballot }];
        continue;
      }
      if (output.type !== 'send') continue;
      const { message, to } = output;
      let votedFor: string;
      if (message.type === 'requestVote') votedFor = node;
      else if (message.type === 'vote' && message.granted) votedFor = to as string;
      else continue;
      const { term } = message;
      if (durable.term !== term || durable.votedFor !== votedFor)
        report.broken(
          `${node} speaks for ${votedFor} in term ${term}; on its disk are term ${durable.term} and ${durable.votedFor}.`,
        );
      if (said.term === term && said.votedFor !== votedFor)
        report.broken(`In term ${term} ${node} has spoken for ${said.votedFor} and for ${votedFor}.`);
      if (term > said.term) said = { term, votedFor };
    }
    if (durable === before.durable && writes === before.writes && said === before.said) return voters;
    return withNode(voters, { node, durable, writes, said });
  },
  fingerprint: (voters, rename) =>
    voters
      .map(({ node, said: { term, votedFor } }) => `${rename(node)}${term}${votedFor && rename(votedFor)}`)
      .sort()
      .join(),
};

/** How many of these writes have this id or an earlier one. */
function countUpTo(writes: Voter['writes'], id: number): number {
  let count = 0;
  while (count < writes.length && writes[count]!.id <= id) count++;
  return count;
}

function ballotIn(records: readonly RaftRecord[]): Ballot | null {
  for (const record of records) if (record.type === 'hardState') return record;
  return null;
}
