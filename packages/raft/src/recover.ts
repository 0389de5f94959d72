/**
 * How a node comes back from its disk. What it said is there, so it goes on from that: its term and vote, its log, its
 * newest snapshot. What was committed is not: a leader will say it (Raft §5.3), but for what a snapshot or a durable state
 * machine has.
 */
import { assert, mustBe } from '@dsys/codec';
import { type Recovered, type Recovery, seededRandom, split } from '@dsys/core';
import type { StoredRecord } from '@dsys/wal';
import { encodeConfiguration } from './codec/configuration.js';
import type { Configuration } from './configuration.js';
import { RaftCore } from './core.js';
import { lastSaved, PERSIST_BYTES, persistChanges } from './durability.js';
import { waitAnew } from './following.js';
import { NOTHING_BEFORE, RaftLog, sizeOf } from './log.js';
import { appendEntry, NOBODY, sayPeers } from './membership.js';
import type { RaftGroup, RaftOptions, Settings } from './options.js';
import { withDefaults } from './options.js';
import { hasQuorum } from './quorum.js';
import type { Identity } from './record.js';
import { ImpossibleLog, type Past, replay } from './replay.js';
import type { SnapshotPoint } from './snapshot-point.js';
import type { Outputs, RaftState } from './state.js';
import type { RaftWords } from './words.js';

/** The disk is of another node, cluster or incarnation. */
export class WrongDisk extends Error {
  override readonly name: string = 'WrongDisk';
  readonly code = 'raft-wrong-disk';
  /** Whose it is, and who was started on it. */
  readonly found: Identity;
  readonly expected: Identity;

  constructor(found: Identity, expected: Identity) {
    super(
      `The disk belongs to ${shown(found)}, and was given to ${shown(expected)}. Give this node its own disk, or start a new member on an empty one.`,
    );
    this.found = found;
    this.expected = expected;
  }
}

/** The log begins behind a snapshot that is not on the disk. */
export class MissingSnapshot extends Error {
  override readonly name: string = 'MissingSnapshot';
  readonly code = 'raft-missing-snapshot';
  readonly snapshot: SnapshotPoint;

  constructor(snapshot: SnapshotPoint) {
    super(
      `The log on this disk begins behind snapshot "${snapshot.name}", up to index ${snapshot.index}, and that is not there. Put it back, or start a new member on an empty disk.`,
    );
    this.snapshot = snapshot;
  }
}

/** A node from what its disk says. Throws `WrongDisk`, `ImpossibleLog`, `MissingSnapshot`, and what `withDefaults` and decoding throw. */
export function recover(
  of: Required<RaftGroup>,
  options: RaftOptions,
  recovery: Recovery,
  records: readonly StoredRecord[],
  now: number,
): Recovered<RaftWords> {
  const settings = withDefaults(options);
  const { id } = recovery;
  const identity: Identity = { cluster: of.cluster, group: of.group, id, incarnation: settings.incarnation };
  const isDamaged = recovery.damage !== null;
  const past = replay(records, isDamaged);
  if (past.identity === null) {
    if (records.length > 0 && !isDamaged)
      throw new ImpossibleLog(records[0]!.position, 'none of them says whose disk this is');
  } else if (!isSame(past.identity, identity)) throw new WrongDisk(past.identity, identity);
  if (isDamaged) keepWhatCanBeWritten(past, recovery.snapshots);
  const s = stateFrom(past, identity, settings, recovery, now);
  const out: Outputs = [];
  if (hasNotBegun(s)) bootstrap(s, settings.bootstrap, out);
  else readConfigurations(s, out);
  install(s, recovery, out);
  sayDamage(s, out);
  beginWaiting(s, records.length > 0 || isDamaged, now);
  persistChanges(s, now, out);
  return { core: new RaftCore(s), outputs: out };
}

function stateFrom(
  past: Past,
  identity: Identity,
  settings: Settings,
  { id, boot, appliedIndex, damage }: Recovery,
  now: number,
): RaftState {
  const { term, votedFor, snapshot } = past;
  const log = new RaftLog(snapshot === null ? NOTHING_BEFORE : snapshot);
  for (const entry of past.entries) log.append(entry);
  const covered = snapshot?.index ?? 0;
  if (appliedIndex > log.lastIndex && damage === null)
    throw new RangeError(
      `${mustBe('appliedIndex', `at most ${log.lastIndex}, the end of the log on this disk`, appliedIndex)}: the state machine is not of this disk`,
    );
  const { lastIndex } = log;
  // A state machine may have what this log has lost: that is not applied again.
  const applied = damage === null ? Math.min(appliedIndex, lastIndex) : appliedIndex;
  const isKnown = past.identity !== null;
  const isInDoubt = past.doubtIndex !== null;
  const isDoubtful = (damage !== null || isInDoubt) && !settings.acceptLoss;
  return {
    id,
    boot,
    identity,
    settings,
    random: split(seededRandom(settings.seed), `${id} ${boot}`),
    role: 'follower',
    leader: null,
    term,
    votedFor,
    log,
    commitIndex: Math.max(covered, Math.min(applied, lastIndex)),
    handedIndex: applied,
    appliedIndex: applied,
    snapshot,
    configurations: [
      snapshot === null
        ? { index: 0, configuration: NOBODY }
        : { index: snapshot.configurationIndex, configuration: snapshot.configuration },
    ],
    configuration: NOBODY,
    doubt: isDoubtful ? { keptIndex: damage === null ? past.doubtIndex! : lastIndex, point: null } : null,
    resumeAt: damage?.resumeAt ?? null,
    durable: {
      term,
      votedFor,
      lastIndex,
      writtenIndex: lastIndex,
      snapshotIndex: covered,
      hasIdentity: isKnown,
      isInDoubt,
      isSound: damage === null,
    },
    inFlight: [],
    lastId: 0,
    marks: damage === null ? past.marks : [],
    isFull: false,
    retryAt: null,
    isEssentialRefused: false,
    votes: [],
    isSuccessor: false,
    electionAt: now,
    heardAt: now,
    agreedIndex: 0,
    toldIndex: 0,
    heardRound: 0,
    answeredRound: 0,
    receiving: null,
    progress: new Map(),
    heartbeatAt: now,
    termStartIndex: 0,
    round: 0,
    quorumRound: 0,
    rounds: [],
    quorumSince: null,
    clock: { timeMs: 0, at: now },
    chunkReads: [],
    change: null,
    isSettling: false,
    transfer: null,
    hasHandedOver: false,
    waiting: [],
    orphans: [],
    reads: [],
    ready: [],
    asked: [],
    readNumber: 0,
    askedNumber: 0,
    askedAt: now,
    taking: null,
    takeAgainAt: now,
    snapshotNumber: 0,
    outdated: [],
  };
}

/** A crash may have left any part of the first write. As long as its entry is not there, nothing was said. */
const hasNotBegun = ({ log, snapshot, term, doubt }: RaftState): boolean =>
  log.lastIndex === 0 && snapshot === null && term <= 1 && doubt === null;

/** The first start. All first members begin with the same entry, as if a leader of term 1 had sent it. */
function bootstrap(s: RaftState, configuration: Configuration | null, out: Outputs): void {
  if (configuration === null) return;
  s.term = 1;
  appendEntry(
    s,
    { index: 1, term: 1, kind: 'configuration', timeMs: 0, bytes: encodeConfiguration(configuration) },
    out,
  );
}

/**
 * What is left has to be written anew, in one write that takes the place of all that is there: entries beyond its size are
 * left to the leader, like those that are lost. A snapshot that is gone too leaves nothing.
 */
function keepWhatCanBeWritten(past: Past, snapshots: readonly string[]): void {
  if (past.snapshot !== null && !snapshots.includes(past.snapshot.name)) {
    past.snapshot = null;
    past.entries = [];
  }
  let bytes = 0;
  let kept = 0;
  while (kept < past.entries.length && bytes < PERSIST_BYTES) bytes += sizeOf(past.entries[kept++]!);
  past.entries.length = kept;
}

/** Tells that this disk has lost something, now or before. */
function sayDamage({ doubt, resumeAt, settings, log }: RaftState, out: Outputs): void {
  if (doubt !== null) out.push({ type: 'event', event: { type: 'damage', what: 'damaged', index: doubt.keptIndex } });
  else if (resumeAt !== null && settings.acceptLoss)
    out.push({ type: 'event', event: { type: 'damage', what: 'ignored', index: log.lastIndex } });
}

/** Those of the entries, over the snapshot's. */
function readConfigurations(s: RaftState, out: Outputs): void {
  const { log } = s;
  s.configuration = s.configurations[0]!.configuration;
  const again = new RaftLog(log.base);
  const entries = log.slice(log.firstIndex, log.lastIndex);
  s.log = again;
  const told: Outputs = [];
  for (const entry of entries) appendEntry(s, entry, told);
  sayPeers(s, out);
}

/** The state machine begins with the newest snapshot, if that has more than it has; others are not needed. */
function install(s: RaftState, { snapshots }: Recovery, out: Outputs): void {
  const { snapshot } = s;
  for (const name of snapshots) if (name !== snapshot?.name) out.push({ type: 'removeSnapshot', name });
  if (snapshot === null || snapshot.index <= s.handedIndex) return;
  if (!snapshots.includes(snapshot.name)) throw new MissingSnapshot(snapshot);
  s.handedIndex = snapshot.index;
  out.push({ type: 'install', index: snapshot.index, name: snapshot.name });
}

/**
 * Who comes back keeps quiet for a full timeout: it may have heard a leader a moment ago, and have promised it not to help
 * another. A single voter has nobody to disturb.
 */
function beginWaiting(s: RaftState, isBack: boolean, now: number): void {
  s.heardAt = isBack ? now : now - s.settings.electionTimeoutMs.min;
  if (hasQuorum(s.configuration, (id) => id === s.id)) s.electionAt = now;
  else waitAnew(s, now);
  assert(lastSaved(s) === s.durable, 'nothing is in flight when a node comes back');
}

const isSame = (a: Identity, b: Identity): boolean =>
  a.cluster === b.cluster && a.group === b.group && a.id === b.id && a.incarnation === b.incarnation;

const shown = ({ cluster, group, id, incarnation }: Identity): string =>
  `node ${id} (incarnation ${incarnation}) of cluster ${cluster}, group ${group}`;
