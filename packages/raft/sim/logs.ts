/** What must hold of logs: the other four properties of Figure 3, and what a quorum has on disk. */
import type { Monitor, Report } from '@dsys/sim';
import type { RaftRecord, RaftState, RaftWords } from '../src/index.js';
import { ofNode, withNode } from './by-node.js';
import { hasBehind, isSame, type Place, termIn, type WrittenShelf } from './entries.js';
import { Shelf } from './shelf.js';
import { stateOf } from './variants.js';

/** A node as it was when it last stepped. */
interface Seen {
  readonly node: string;
  readonly role: RaftState['role'];
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly commitIndex: number;
  /** What its disk has of the log that it goes by; survives a crash. */
  readonly durable: Place;
}

interface Committed extends Place {
  /** In whose term. */
  readonly by: number;
}

interface Elected {
  readonly node: string;
  readonly term: number;
  readonly last: Place;
}

interface Logs {
  readonly nodes: readonly Seen[];
  readonly written: WrittenShelf;
  readonly committed: Shelf<Committed>;
  readonly elected: readonly Elected[];
}

const NOWHERE: Place = { index: 0, term: 0 };
const FRESH: Seen = {
  node: '',
  role: 'follower',
  term: 0,
  lastIndex: 0,
  lastTerm: 0,
  commitIndex: 0,
  durable: NOWHERE,
};

/**
 * Leader Append-Only, Log Matching, Leader Completeness and State Machine Safety (Raft Figure 3), and that nothing is
 * committed but what a majority of the voters has on disk, as the leader's configuration names them. Leader Completeness goes
 * by the term in which an entry was committed: a leader of an earlier term may be elected later.
 */
export const logsAgree: Monitor<RaftWords, Logs> = {
  name: 'logs agree, and what is committed stays',
  init: { nodes: [], written: new Shelf(), committed: new Shelf(), elected: [] },
  observe(logs, event, report) {
    if (event.type === 'crashed') return afterCrash(logs, event.node);
    if (event.type !== 'stepped') return logs;
    const { node, outputs } = event;
    const s = stateOf(event.core);
    const before = ofNode(logs.nodes, node) ?? FRESH;
    let { written, committed, elected } = logs;
    for (let i = 0; i < outputs.length; i++) {
      const output = outputs[i]!;
      if (output.type === 'persist') written = writeDown(written, node, s, output.writes, report);
      else if (output.type === 'apply') checkApplied(committed, node, output, report);
      else if (output.type === 'event' && output.event.type === 'role' && output.event.role === 'leader') {
        const last = { index: s.log.lastIndex, term: s.log.lastTerm };
        elected = [...elected, { node, term: s.term, last }];
        checkComplete(committed, node, s, report);
      }
    }
    checkLeader(node, s, before, report);
    const durable = durableOf(s, before);
    const nodes = isSeen(s, before, durable) ? logs.nodes : withNode(logs.nodes, seen(node, s, durable));
    if (s.commitIndex < before.commitIndex)
      report.broken(`${node} took its commit index back, from ${before.commitIndex} to ${s.commitIndex}.`);
    if (s.commitIndex > before.commitIndex) {
      const after = commit(committed, node, s, before.commitIndex, report);
      const first = after === committed ? null : after.get(s.commitIndex)!;
      committed = after;
      if (first !== null) {
        checkQuorum(written, nodes, first, halvesAt(s, before.lastIndex), report);
        checkLater(written, elected, first, report);
      }
    }
    if (nodes === logs.nodes && written === logs.written && committed === logs.committed && elected === logs.elected)
      return logs;
    return { nodes, written, committed, elected };
  },
  // What is of nodes is in their cores and on their disks.
  fingerprint({ written, committed, elected }, rename) {
    const entries = [...written.values()].flatMap((versions) =>
      versions.map(({ entry: { index, term }, prevTerm }) => `${index}:${term}:${prevTerm}`).sort(),
    );
    const places = [...committed.values()].map(({ index, term, by }) => `${index}:${term}:${by}`);
    const leaders = elected.map(({ node, term, last }) => `${rename(node)}${term}:${last.index}:${last.term}`).sort();
    return `${entries.join()};${places.join()};${leaders.join()}`;
  },
};

function afterCrash(logs: Logs, node: string): Logs {
  const before = ofNode(logs.nodes, node);
  if (before === undefined) return logs;
  return { ...logs, nodes: withNode(logs.nodes, { ...FRESH, node, durable: before.durable }) };
}

const seen = (node: string, { role, term, log, commitIndex }: RaftState, durable: Place): Seen => ({
  node,
  role,
  term,
  lastIndex: log.lastIndex,
  lastTerm: log.lastTerm,
  commitIndex,
  durable,
});

const isSeen = (s: RaftState, before: Seen, durable: Place): boolean =>
  s.role === before.role &&
  s.term === before.term &&
  s.commitIndex === before.commitIndex &&
  s.log.lastIndex === before.lastIndex &&
  s.log.lastTerm === before.lastTerm &&
  durable === before.durable;

function durableOf({ log, durable, doubt }: RaftState, before: Seen): Place {
  const index = durable.lastIndex;
  // What a node said before its disk was damaged may have been counted, and be counted yet by a leader that hears it late.
  if (doubt !== null && index < before.durable.index) return before.durable;
  const term = termIn(log, index);
  // In front of a snapshot that is not durable yet: it has what it had.
  if (term === null || (index === before.durable.index && term === before.durable.term)) return before.durable;
  return { index, term };
}

/** Log Matching: an entry of this index and term says the same everywhere, and follows the same. */
function writeDown(
  shelf: WrittenShelf,
  node: string,
  { log }: RaftState,
  records: readonly RaftRecord[],
  report: Report,
): WrittenShelf {
  let written = shelf;
  for (const record of records) {
    if (record.type !== 'entries') continue;
    for (const entry of record.entries) {
      const prevTerm = termIn(log, entry.index - 1);
      const versions = written.get(entry.index) ?? [];
      const known = versions.find((each) => each.entry.term === entry.term);
      if (known === undefined) written = written.set(entry.index, [...versions, { entry, prevTerm }]);
      else if (!isSame(known.entry, entry))
        report.broken(`Of entry ${entry.index} of term ${entry.term} ${node} has another version.`);
      else if (known.prevTerm !== null && prevTerm !== null && known.prevTerm !== prevTerm)
        report.broken(
          `Entry ${entry.index} of term ${entry.term} follows one of term ${known.prevTerm}, at ${node} one of ${prevTerm}.`,
        );
    }
  }
  return written;
}

/** State Machine Safety. */
function checkApplied(
  committed: Shelf<Committed>,
  node: string,
  { entries }: { readonly entries: readonly { readonly index: number }[] },
  report: Report,
): void {
  for (const entry of entries) {
    const { index, term } = entry as Place;
    const known = committed.get(index);
    if (known !== undefined && known.term !== term)
      report.broken(
        `${node} applies at ${index} an entry of term ${term}; the one that was committed is of ${known.term}.`,
      );
  }
}

/** Leader Append-Only. */
function checkLeader(node: string, s: RaftState, before: Seen, report: Report): void {
  if (s.role !== 'leader' || before.role !== 'leader' || s.term !== before.term) return;
  const { lastIndex, lastTerm } = before;
  if (s.log.lastIndex < lastIndex || (lastIndex >= s.log.baseIndex && s.log.termAt(lastIndex) !== lastTerm))
    report.broken(`${node}, which leads, has changed its log at or before ${lastIndex}.`);
}

/** What was committed before its term, a new leader has. */
function checkComplete(committed: Shelf<Committed>, node: string, s: RaftState, report: Report): void {
  for (let index = committed.length - 1; index > 0; index--) {
    const known = committed.get(index);
    if (known === undefined || known.by >= s.term) continue;
    if (index >= s.log.baseIndex && !s.log.matches(index, known.term))
      report.broken(
        `${node} leads in term ${s.term} without entry ${index} of term ${known.term}, committed in term ${known.by}.`,
      );
    return; // Those before follow by Log Matching.
  }
}

/** The commit index has risen: notes what nobody had committed before, and compares the rest. */
function commit(
  shelf: Shelf<Committed>,
  node: string,
  { log, commitIndex, term }: RaftState,
  from: number,
  report: Report,
): Shelf<Committed> {
  let committed = shelf;
  for (let index = Math.max(from, log.baseIndex) + 1; index <= commitIndex; index++) {
    const known = committed.get(index);
    const mine = log.termAt(index);
    if (known === undefined) committed = committed.set(index, { index, term: mine, by: term });
    else if (known.term !== mine)
      report.broken(`At ${index} ${node} has committed an entry of term ${mine}; one of term ${known.term} was.`);
  }
  return committed;
}

/** The highest of what is newly committed is on the disks of a majority. */
function checkQuorum(
  written: WrittenShelf,
  nodes: Logs['nodes'],
  first: Committed,
  halves: readonly (readonly string[])[],
  report: Report,
): void {
  for (const half of halves) {
    const count = half.filter((id) => {
      const { durable } = ofNode(nodes, id) ?? FRESH;
      return durable.index >= first.index && hasBehind(written, durable, first);
    }).length;
    if (2 * count <= half.length)
      report.broken(
        `Entry ${first.index} of term ${first.term} is committed, and durable on ${count} of ${half.length}.`,
      );
  }
}

/** Who decided when the log ended at `index`: in the step that commits a change of members the next one may follow. */
function halvesAt({ configurations }: RaftState, index: number): readonly (readonly string[])[] {
  const { configuration } = configurations.findLast((each) => each.index <= index) ?? configurations[0]!;
  const { voters, outgoing } = configuration;
  return (outgoing === null ? [voters] : [voters, outgoing]).map((half) => half.map(({ id }) => id));
}

/** Leaders of later terms, elected before, have it too. */
function checkLater(written: WrittenShelf, elected: readonly Elected[], first: Committed, report: Report): void {
  for (let i = elected.length - 1; i >= 0 && i >= elected.length - 16; i--) {
    const { node, term, last } = elected[i]!;
    if (term > first.by && (last.index < first.index || !hasBehind(written, last, first)))
      report.broken(`${node} was elected in term ${term} without entry ${first.index}, committed in term ${first.by}.`);
  }
}
