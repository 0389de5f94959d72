/** A message and a record of each kind, and of each shape that a kind has: what is frozen, and what is attacked. */
import {
  type Configuration,
  encodeConfiguration,
  type LogEntry,
  type Member,
  type RaftGroup,
  type RaftMessage,
  type RaftRecord,
  type SnapshotPoint,
} from '@dsys/raft';

export const GROUP: RaftGroup = { cluster: 'orders', group: 7 };

export const member = (id: string, incarnation = 1): Member => ({ id, incarnation, address: `${id}.local:7000` });

export const THREE: Configuration = {
  voters: [member('n1'), member('n2'), member('n3')],
  outgoing: null,
  learners: [],
};

export const JOINT: Configuration = {
  voters: [member('n1'), member('n2', 2), member('n4')],
  outgoing: [member('n1'), member('n2'), member('n3')],
  learners: [member('n3'), member('n5')],
};

export const entry = (index: number, term: number, bytes: Uint8Array = Uint8Array.of(index)): LogEntry => ({
  index,
  term,
  kind: 'command',
  timeMs: 1000 * index,
  bytes,
});

const noop: LogEntry = { index: 8, term: 6, kind: 'noop', timeMs: 8000, bytes: new Uint8Array() };
const change: LogEntry = { index: 9, term: 6, kind: 'configuration', timeMs: 8000, bytes: encodeConfiguration(JOINT) };

export const SNAPSHOT: SnapshotPoint = {
  name: 'n1-300-2-1',
  index: 300,
  term: 5,
  timeMs: 77_000,
  configuration: THREE,
  configurationIndex: 1,
  bytes: 1000,
  checksum: '0123456789abcdef',
};

const said = { term: 6, incarnation: 2 };

export const MESSAGES: Readonly<Record<string, RaftMessage>> = {
  preVote: { type: 'preVote', ...said, lastIndex: 300, lastTerm: 5 },
  'preVoteResult granted': { type: 'preVoteResult', ...said, granted: true },
  'preVoteResult of a node that knows no term': { type: 'preVoteResult', term: 0, incarnation: 1, granted: false },
  requestVote: { type: 'requestVote', ...said, lastIndex: 300, lastTerm: 5, transfer: true },
  vote: { type: 'vote', ...said, granted: false },
  heartbeat: {
    type: 'appendEntries',
    ...said,
    prevLogIndex: 0,
    prevLogTerm: 0,
    entries: [],
    commitIndex: 0,
    round: 1,
  },
  appendEntries: {
    type: 'appendEntries',
    ...said,
    prevLogIndex: 6,
    prevLogTerm: 5,
    entries: [entry(7, 5, Uint8Array.of(1, 2, 3)), noop, change],
    commitIndex: 6,
    round: 129,
  },
  'appendEntries at the end of all indices': {
    type: 'appendEntries',
    term: Number.MAX_SAFE_INTEGER,
    incarnation: Number.MAX_SAFE_INTEGER,
    prevLogIndex: Number.MAX_SAFE_INTEGER - 1,
    prevLogTerm: 1,
    entries: [
      {
        index: Number.MAX_SAFE_INTEGER,
        term: Number.MAX_SAFE_INTEGER,
        kind: 'command',
        timeMs: Number.MAX_SAFE_INTEGER,
        bytes: new Uint8Array(),
      },
    ],
    commitIndex: Number.MAX_SAFE_INTEGER,
    round: Number.MAX_SAFE_INTEGER,
  },
  'appendEntriesResult matched': {
    type: 'appendEntriesResult',
    ...said,
    round: 129,
    result: { matched: true, matchIndex: 9 },
  },
  'appendEntriesResult refused': {
    type: 'appendEntriesResult',
    ...said,
    round: 129,
    result: { matched: false, rejectedIndex: 6, conflictTerm: 3, conflictIndex: 4 },
  },
  installSnapshot: {
    type: 'installSnapshot',
    ...said,
    snapshot: SNAPSHOT,
    offset: 990,
    bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    isLast: true,
    round: 3,
  },
  'installSnapshot while two configurations decide': {
    type: 'installSnapshot',
    ...said,
    snapshot: { ...SNAPSHOT, configuration: JOINT, configurationIndex: 299 },
    offset: 0,
    bytes: Uint8Array.of(0xff),
    isLast: false,
    round: 3,
  },
  'installSnapshotResult wants more': {
    type: 'installSnapshotResult',
    ...said,
    index: 300,
    snapshotTerm: 5,
    offset: 256,
    round: 3,
  },
  'installSnapshotResult done': {
    type: 'installSnapshotResult',
    ...said,
    index: 300,
    snapshotTerm: 5,
    offset: null,
    round: 3,
  },
  readIndex: { type: 'readIndex', ...said, boot: 3, number: 200 },
  'readIndexResult at an index': { type: 'readIndexResult', ...said, boot: 3, number: 200, index: 9 },
  'readIndexResult none': { type: 'readIndexResult', ...said, boot: 3, number: 200, index: null },
  timeoutNow: { type: 'timeoutNow', ...said, round: 129 },
  'inDoubt matched': { type: 'inDoubt', ...said, boot: 300, result: { matched: true, matchIndex: 9 } },
  'inDoubt refused': {
    type: 'inDoubt',
    ...said,
    boot: 300,
    result: { matched: false, rejectedIndex: 6, conflictTerm: 3, conflictIndex: 4 },
  },
  doubtResult: { type: 'doubtResult', ...said, boot: 300, index: 400 },
};

export const RECORDS: Readonly<Record<string, RaftRecord>> = {
  identity: { type: 'identity', identity: { cluster: 'orders', group: 7, id: 'n1', incarnation: 2 } },
  'hardState with a vote': { type: 'hardState', term: 300, votedFor: 'n2' },
  'hardState without': { type: 'hardState', term: 0, votedFor: null },
  truncate: { type: 'truncate', fromIndex: 300 },
  entries: { type: 'entries', entries: [entry(7, 5, Uint8Array.of(1, 2, 3)), noop, change] },
  snapshot: { type: 'snapshot', snapshot: SNAPSHOT },
  'snapshot while two configurations decide': {
    type: 'snapshot',
    snapshot: { ...SNAPSHOT, configuration: JOINT, configurationIndex: 299 },
  },
  'doubt since a damage': { type: 'doubt', keptIndex: 300 },
  'doubt no more': { type: 'doubt', keptIndex: null },
};
